import { expect, test } from "vitest";
import { bundledPrices } from "../../src/index.ts";
import { readPages } from "./code-blocks.ts";

const pages = await readPages();
const rows = pages.flatMap(({ text }) => text.split("\n")).filter((line) => line.startsWith("| "));
const hosts = Map.groupBy(bundledPrices, ({ host }) => host);

test.each([...hosts])("the docs list %s with its latest day", (host, prices) => {
  const latest = prices
    .map(({ asOf }) => asOf)
    .toSorted()
    .at(-1);
  const row = rows.find((line) => line.includes(`\`${host}\``));
  expect(row).toContain(latest);
});
