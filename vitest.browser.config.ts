import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** The tests that need a browser: `npm run test:browser`. */
export default defineConfig({
  ...base,
  test: {
    include: ["test/browser/**/*.test.ts"],
    testTimeout: 60_000,
    // One browser at a time: it takes what the machine has.
    maxWorkers: 1,
    reporters: process.env["CI"] ? ["default", ["json", { outputFile: ".tmp/browser-tests.json" }]] : ["default"],
  },
});
