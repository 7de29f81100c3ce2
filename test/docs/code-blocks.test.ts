import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format, promisify } from "node:util";
import { afterAll, expect, test, vi } from "vitest";
import { blocksOf, readPages, removeBlocks, writeBlocks } from "./code-blocks.ts";

const blocks = (await readPages()).flatMap(blocksOf);
const programs = blocks.filter(({ code }) => /await startProvider\(|\/\/=>/.test(code));
const project = await writeBlocks(blocks);
afterAll(removeBlocks);

test("the pages have code", () => {
  expect(blocks.length).toBeGreaterThan(20);
  expect(programs.length).toBeGreaterThan(3);
});

test("every block compiles", { timeout: 60_000 }, async () => {
  expect(await compile(project)).toBe("");
});

test.each(programs)("prints what it shows: $name", async ({ code, file }) => {
  const log = vi.spyOn(console, "log").mockReturnValue(undefined);
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
    const printed = log.mock.calls.flatMap((given) => format(...given).split("\n"));
    expect(printed).toEqual([...code.matchAll(/^\/\/=> (.*)$/gm)].map(([, line]) => line));
  } finally {
    log.mockRestore();
  }
});

/** What the compiler has to say of a project. */
async function compile(tsconfig: string): Promise<string> {
  const { resolve } = createRequire(import.meta.url);
  const tsc = path.join(path.dirname(resolve("@typescript/native/package.json")), "bin/tsc");
  const { stdout } = await promisify(execFile)(process.execPath, [
    tsc,
    "--noEmit",
    "--pretty",
    "false",
    "-p",
    tsconfig,
  ]).catch((error: unknown) => error as { stdout: string });
  return stdout;
}
