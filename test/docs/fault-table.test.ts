import { expect, test } from "vitest";
import { faultList, faultNames } from "../../src/testing/index.ts";
import { readPages } from "./code-blocks.ts";

const page = (await readPages()).find(({ name }) => name === "docs/10-testing.md")?.text ?? "";
const table = page.slice(page.indexOf("## Faults\n"), page.indexOf("What each failure does"));
const rows = table
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("the docs have a row for every fault, in the order of the list", () => {
  expect(rows.map(([, name]) => name)).toEqual(faultNames.map((name) => `\`${name}\``));
});

test.each(faultNames)("the docs say of %s what the list says", (name) => {
  const { description, failure, streamsOnly } = faultList[name];
  const [, , what, called] = rows.find((row) => row[1] === `\`${name}\``) ?? [];
  expect(what).toBe(`${description}${streamsOnly ? " _(streams)_" : ""}`);
  expect(called).toBe(failure === undefined ? "nothing: it is answered" : `\`${failure}\``);
});
