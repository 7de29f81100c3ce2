import { expect, it } from "vitest";
import { rateLimitsOf } from "../../src/lib/rate-limit-headers.ts";

const limitsOf = (headers: Readonly<Record<string, string>>) => rateLimitsOf(new Headers(headers));

it("finds nothing in a response that tells of no limit", () => {
  expect(limitsOf({ "content-type": "application/json" })).toEqual([]);
});

it("reads what is left of requests and of tokens", () => {
  expect(
    limitsOf({
      "x-ratelimit-limit-requests": "60",
      "x-ratelimit-remaining-requests": "59",
      "x-ratelimit-reset-requests": "1s",
      "x-ratelimit-limit-tokens": "150000",
      "x-ratelimit-remaining-tokens": "149984",
      "x-ratelimit-reset-tokens": "6m0s",
    }),
  ).toEqual([
    { remaining: 59, limit: 60, resetMs: 1_000 },
    { remaining: 149_984, limit: 150_000, resetMs: 360_000 },
  ]);
});

it("leaves open what a provider does not say", () => {
  expect(limitsOf({ "x-ratelimit-remaining-requests": "0" })).toEqual([
    { remaining: 0, limit: undefined, resetMs: undefined },
  ]);
});

it.each(["", "many", "-1", "NaN"])("takes %j for no number", (remaining) => {
  expect(limitsOf({ "x-ratelimit-remaining-requests": remaining })).toEqual([]);
});

it.each([
  ["one policy", { ratelimit: '"default";r=50;t=30' }, [{ remaining: 50, limit: undefined, resetMs: 30_000 }]],
  [
    "one policy with its quota",
    { ratelimit: '"default";r=50;t=30', "ratelimit-policy": '"default";q=100;w=60' },
    [{ remaining: 50, limit: 100, resetMs: 30_000 }],
  ],
  [
    "several policies",
    { ratelimit: '"burst";r=0;t=1, "daily";r=900;t=3600', "ratelimit-policy": '"daily";q=1000, "burst";q=10' },
    [
      { remaining: 0, limit: 10, resetMs: 1_000 },
      { remaining: 900, limit: 1_000, resetMs: 3_600_000 },
    ],
  ],
  [
    "an earlier version",
    { ratelimit: "limit=100, remaining=50, reset=5" },
    [{ remaining: 50, limit: 100, resetMs: 5_000 }],
  ],
  ["nothing that is known", { ratelimit: "unlimited" }, []],
])("reads a RateLimit field with %s", (_, headers, limits) => {
  expect(limitsOf(headers as Record<string, string>)).toEqual(limits);
});
