import { expect, it } from "vitest";
import type { Limit } from "../../src/config/resolved.ts";
import { accountsOf, restMsOf, usedOf } from "../../src/state/limits.ts";

const limits: readonly Limit[] = [
  { key: "limit:target:a:requests", of: "requests", most: 50 },
  { key: "limit:target:a:tokens", of: "tokens", most: 10_000 },
  { key: "limit:client:default:calls", of: "calls", most: 2 },
];
const need = { tokens: () => 1_200 };

it("takes a request, the tokens of the call and a place", () => {
  expect(accountsOf(limits, need)).toEqual([
    { kind: "rolling", key: "limit:target:a:requests", limit: 50, amount: 1, windowMs: 60_000 },
    { kind: "rolling", key: "limit:target:a:tokens", limit: 10_000, amount: 1_200, windowMs: 60_000 },
    { kind: "slots", key: "limit:client:default:calls", limit: 2, amount: 1 },
  ]);
});

it("counts tokens only where they are limited", () => {
  const unasked = {
    tokens(): number {
      throw new Error("nobody needs them");
    },
  };
  expect(accountsOf([{ key: "k", of: "requests", most: 1 }], unasked)).toHaveLength(1);
});

it("takes the whole limit for a call that would take more", () => {
  const [, tokens] = accountsOf(limits, { tokens: () => 99_999 });
  expect(tokens?.amount).toBe(10_000);
});

it("settles with the tokens that were used", () => {
  expect(usedOf(accountsOf(limits, need), limits, 345)).toEqual([1, 345, 1]);
});

it("settles with the tokens that were taken when nobody knows what was used", () => {
  expect(usedOf(accountsOf(limits, need), limits, undefined)).toEqual([1, 1_200, 1]);
});

it.each([
  ["nothing is said", [], undefined],
  ["there is enough", [{ remaining: 30, limit: 60, resetMs: 1_000 }], undefined],
  ["nothing is left", [{ remaining: 0, limit: 60, resetMs: 1_000 }], 1_000],
  ["nothing is left of a limit that is not named", [{ remaining: 0, limit: undefined, resetMs: 1_000 }], 1_000],
  ["less than a 50th is left", [{ remaining: 500, limit: 30_000, resetMs: 1_000 }], 1_000],
  ["nothing is left, nobody says for how long", [{ remaining: 0, limit: 60, resetMs: undefined }], undefined],
  ["nothing is left of a day", [{ remaining: 0, limit: 60, resetMs: 7_200_000 }], 60_000],
  [
    "nothing is left of two limits",
    [
      { remaining: 0, limit: 60, resetMs: 1_000 },
      { remaining: 0, limit: 60, resetMs: 2_000 },
    ],
    2_000,
  ],
])("says how long to leave a target alone when %s", (_, left, restMs) => {
  expect(restMsOf(left)).toBe(restMs);
});
