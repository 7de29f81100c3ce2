import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readPages } from "./code-blocks.ts";

const errors = await readFile(new URL("../../src/errors.ts", import.meta.url), "utf8");
const [union = ""] = /export type RouterErrorCode =[^;]*;/.exec(errors) ?? [];
const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code = ""]) => code);

const page = (await readPages()).find(({ name }) => name === "docs/20-troubleshooting.md")?.text ?? "";
const sections = new Map(
  page.split(/^### /m).map((section) => [section.slice(0, section.indexOf("\n")).replaceAll("`", ""), section]),
);

test("the page on troubleshooting has a section for each code, and for no other", () => {
  const told = [...sections.keys()].filter((title) => /^[a-z]+(_[a-z]+)+$/.test(title));
  expect(codes.length).toBeGreaterThan(5);
  expect(told.toSorted()).toEqual(codes.toSorted());
});

test.each(codes)("the page on troubleshooting says of %s what happened, why, and what to do", (code) => {
  expect(sections.get(code)).toMatch(/\*\*What\.\*\*[^]*\*\*Why\.\*\*[^]*\*\*Do\.\*\*/);
});
