import { expect, it } from "vitest";
import type { Limit } from "../../src/config/resolved.ts";
import { accountOf, describeLimit, restMsOf } from "../../src/state/limits.ts";

const requests: Limit = { key: "limit:target:a:requests", owner: "target", of: "requests", most: 50 };
const tokens: Limit = { key: "limit:target:a:tokens", owner: "target", of: "tokens", most: 10_000 };
const calls: Limit = { key: "limit:client:default:calls", owner: "client", of: "calls", most: 2 };

function unasked(): never {
  throw new Error("nobody needs them");
}

it("takes a request", () => {
  const account = { kind: "rolling", key: "limit:target:a:requests", limit: 50, amount: 1, windowMs: 60_000 };
  expect(accountOf(requests, unasked)).toEqual(account);
});

it("takes the tokens of the call", () => {
  const account = { kind: "rolling", key: "limit:target:a:tokens", limit: 10_000, amount: 1_200, windowMs: 60_000 };
  expect(accountOf(tokens, () => 1_200)).toEqual(account);
});

it("takes a place", () => {
  expect(accountOf(calls, unasked)).toEqual({ kind: "slots", key: "limit:client:default:calls", limit: 2, amount: 1 });
});

it("takes the whole limit for a call that would take more", () => {
  expect(accountOf(tokens, () => 99_999).amount).toBe(10_000);
});

it("puts limits into words", () => {
  expect([requests, tokens, calls].map((limit) => describeLimit(limit))).toEqual([
    "its limit of 50 requests a minute",
    "its limit of 10000 tokens a minute",
    "the limit of its client of 2 calls at the same time",
  ]);
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
