import { expect, it } from "vitest";
import { costWords, listed, percent } from "../../src/report/words.ts";

it.each([
  [undefined, "–"],
  [0, "$0"],
  [0.000_000_412_3, "$0.000000412"],
  [0.012_345, "$0.0123"],
  [1234.5, "$1230"],
])("writes a cost of %s USD as %s", (usd, words) => {
  expect(costWords(usd)).toBe(words);
});

it.each([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c"], "a, b and c"],
])("lists %j as %j", (names, words) => {
  expect(listed(names)).toBe(words);
});

it("writes a share as whole percents", () => {
  expect(percent(0.915)).toBe("92 %");
});
