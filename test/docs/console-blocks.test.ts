import { expect, test } from "vitest";
import { modelrouterHere } from "../cli/modelrouter.ts";
import { readPages } from "./code-blocks.ts";

const pages = await readPages();
const blocks = pages.flatMap(({ text }) =>
  [...text.matchAll(/^```console\n\$ npx modelrouter (.*)\n([^`]*)^```$/gm)].map(([, args = "", printed = ""]) => ({
    args,
    printed,
  })),
);

test("the pages show what the command line prints", () => {
  expect(blocks.length).toBeGreaterThan(0);
});

test.each(blocks)("prints what it shows: modelrouter $args", async ({ args, printed }) => {
  expect(await modelrouterHere(...args.split(" "))).toEqual({ code: 0, stdout: printed, stderr: "" });
});
