import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { readPages } from "./code-blocks.ts";

const root = path.join(import.meta.dirname, "../..");
const integrations = "examples/integrations";
const pages = await readPages();
const fences = pages.flatMap(({ name, text }) =>
  [...text.matchAll(/^```([cm]?[jt]sx?|javascript|typescript)\b ?(.*)\n([^]*?)^```$/gm)].map(
    ([, language = "", file = "", code = ""]) => ({ name, language, file, code }),
  ),
);
// Written for what one comes from: such libraries are not installed.
const theirs = fences.filter(({ file }) => file === "theirs");
const shown = fences.filter(({ file }) => file !== "" && file !== "theirs");

test("every block of code is TypeScript that is compiled, or says which example it is from", () => {
  expect(fences.filter(({ language }) => language !== "ts")).toEqual([]);
  expect(shown.filter(({ file }) => !file.startsWith(`${integrations}/`))).toEqual([]);
  expect(shown.length).toBeGreaterThan(0);
});

test("blocks for other libraries are on the page on migrating only", () => {
  expect(new Set(theirs.map(({ name }) => name))).toEqual(new Set(["docs/22-migrating.md"]));
});

test.each(shown)("$name shows $file as it is", async ({ file, code }) => {
  expect(await readFile(path.join(root, file), "utf8")).toContain(code);
});

test("the page on other libraries leads to every program", async () => {
  const page = pages.find(({ name }) => name === "docs/19-other-libraries.md")?.text ?? "";
  const programs = (await readdir(path.join(root, integrations))).filter((name) => /\.c?ts$/.test(name));
  expect(programs.filter((name) => !page.includes(`(../${integrations}/${name})`))).toEqual([]);
});
