import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = path.join(import.meta.dirname, "../..");
const entries = ["index.ts", "testing/index.ts", "planning/index.ts", "stores/redis.ts"];

// What zod and openai leave, so that two copies of them know of each other.
const ofOthers = new Set([
  "leaves globalThis.__zod_globalConfig",
  "leaves globalThis.__zod_globalRegistry",
  "leaves globalThis.Symbol(openai.node.providerDefinitions.v1)",
]);

it.each(entries)("does nothing at the import of %s but to load it, and the process ends", async (entry) => {
  const program = path.join(root, "test/tools/import-effects.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [program, path.join(root, "src", entry)], {
    timeout: 60_000,
  });
  const effects = (JSON.parse(stdout) as string[]).map((effect) => effect.slice(effect.indexOf(": ") + 2));
  expect(effects.filter((effect) => !ofOthers.has(effect))).toEqual([]);
});
