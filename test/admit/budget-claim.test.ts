import { describe, expect, it } from "vitest";
import { BudgetClaim } from "../../src/admit/budget-claim.ts";
import type { ResolvedBudget, ResolvedTarget } from "../../src/config/resolved.ts";
import type { RouterEvents } from "../../src/events.ts";
import type { AttemptRecord, JsonObject, Price } from "../../src/glossary.ts";
import { Emitter } from "../../src/lib/emitter.ts";
import { BudgetAccount } from "../../src/state/budget-account.ts";
import { requestWith, targetNamed } from "../plan/planning.ts";

const budget: ResolvedBudget = {
  name: "all",
  limitUsd: 10,
  per: "day",
  timeZone: "UTC",
  tier: undefined,
  target: undefined,
  tags: [],
  downgradeTo: undefined,
  lenient: false,
  warnAt: [],
  maxOutputTokens: 1_000,
  assumedPrice: undefined,
};

interface ClaimParts {
  readonly body?: JsonObject;
  readonly target?: Partial<ResolvedTarget>;
  readonly price?: Price;
  readonly lenient?: boolean;
}

/** A claim for a prompt of 1,000 tokens, at 1 USD for 1,000,000. */
function claimOn({ body = {}, target = {}, price = 1, lenient = false }: ClaimParts): BudgetClaim {
  const account = new BudgetAccount({ ...budget, lenient }, {}, new Emitter<RouterEvents>());
  const entry = {
    request: requestWith({ body }),
    tier: "main",
    target: { ...targetNamed("a"), ...target } as ResolvedTarget,
    promptTokens: () => 1_000,
  };
  return new BudgetClaim(entry, { account, price, now: Date.UTC(2026, 9, 30) });
}

function attemptWith(parts: Partial<AttemptRecord>): AttemptRecord {
  const base = { target: "a", status: undefined, durationMs: 1, failure: undefined, detail: undefined };
  return { ...base, usage: undefined, costUsd: undefined, ...parts };
}

const worst: readonly (readonly [string, ClaimParts, number])[] = [
  ["twice the prompt and the usual answer", {}, 0.003],
  ["as many tokens as the call allows", { body: { max_tokens: 500 } }, 0.0025],
  ["for each answer it asks for", { body: { max_completion_tokens: 500, n: 3 } }, 0.0035],
  ["as many as the target's own parameters allow", { target: { params: { max_tokens: 200 } } }, 0.0022],
  ["no more than fit the target", { body: { max_tokens: 5_000 }, target: { contextWindow: 4_000 } }, 0.006],
  ["at the dearest price", { price: { promptUsd: 1, completionUsd: 2, cacheWriteUsd: 3, reasoningUsd: 4 } }, 0.01],
  ["with what each request costs", { price: { promptUsd: 1, completionUsd: 1, requestUsd: 0.5 } }, 0.503],
  [
    "at the price of a long prompt where twice the prompt would be one",
    { price: { promptUsd: 1, completionUsd: 1, above: [{ promptTokens: 1_999, promptUsd: 2, completionUsd: 3 }] } },
    0.007,
  ],
  [
    "at the usual price where twice the prompt would be none",
    { price: { promptUsd: 1, completionUsd: 1, above: [{ promptTokens: 2_000, promptUsd: 2, completionUsd: 3 }] } },
    0.003,
  ],
  ["nothing where it only warns", { lenient: true }, 0],
  ["no more than a store can count", { body: { max_tokens: 1e300 } }, 900_000],
];

describe("what an attempt takes", () => {
  it.each(worst)("is %s", (_, parts, usd) => {
    expect(claimOn(parts).account.amount).toBeCloseTo(usd, 9);
  });
});

const usage = {
  promptTokens: 100,
  completionTokens: 100,
  totalTokens: 200,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
};

const settlings: readonly (readonly [string, Partial<AttemptRecord>, number | undefined])[] = [
  ["what it cost", { costUsd: 0.7 }, 0.7],
  ["what its tokens cost at the assumed price, where the target has none", { usage }, 0.0002],
  ["unknown for an answer of which nothing was reported", { status: 200 }, undefined],
  ["nothing for a refusal", { status: 429, failure: "rate_limited" }, 0],
  ["nothing for a refusal with an odd body", { status: 502, failure: "invalid_response" }, 0],
  ["nothing where no connection was made", { failure: "connection" }, 0],
  ["the prompt's price for a clock that ran out", { failure: "timeout" }, 0.001],
  ["the prompt's price for a caller that aborted", { failure: "aborted" }, 0.001],
  ["the prompt's price for an answer that was cut", { status: 200, failure: "invalid_response" }, 0.001],
];

describe("what an attempt used", () => {
  it.each(settlings)("is %s", (_, attempt, usd) => {
    // Twelve digits: sums of thousandths are not to the last bit what they look like.
    const used = claimOn({}).used(attemptWith(attempt));
    expect(used?.toPrecision(12)).toBe(usd?.toPrecision(12));
  });
});
