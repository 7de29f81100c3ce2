import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Price, Usage } from "../../src/glossary.ts";
import { costOf } from "../../src/record/cost.ts";

function usageWith(parts: Partial<Usage>): Usage {
  const { promptTokens = 0, completionTokens = 0 } = parts;
  return {
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    ...parts,
  };
}

describe("costOf", () => {
  it.each([
    { tokens: 5_000_000, usd: 1.25, baselineUsd: 50 },
    { tokens: 50_000_000, usd: 12.5, baselineUsd: 500 },
    { tokens: 500_000_000, usd: 125, baselineUsd: 5_000 },
    { tokens: 5_000_000_000, usd: 1_250, baselineUsd: 50_000 },
  ])("is $usd USD for $tokens tokens at 0.25, and $baselineUsd at 10: 97.5 % saved", ({ tokens, usd, baselineUsd }) => {
    const usage = usageWith({ promptTokens: tokens * 0.8, completionTokens: tokens * 0.2 });
    const cost = costOf(usage, 0.25) ?? Number.NaN;
    const baseline = costOf(usage, 10) ?? Number.NaN;
    expect([cost, baseline, (baseline - cost) / baseline]).toEqual([usd, baselineUsd, 0.975]);
  });

  const million = 1_000_000;
  const whole = usageWith({
    promptTokens: 10 * million,
    cachedTokens: 4 * million,
    cacheWriteTokens: million,
    completionTokens: 6 * million,
    reasoningTokens: 2 * million,
  });
  const price = { promptUsd: 1, completionUsd: 10 };

  it.each<[string, Price, number]>([
    ["prompt and completion tokens", price, 10 + 60],
    ["cached tokens", { ...price, cachedUsd: 0.5 }, 6 + 2 + 60],
    ["cache-written tokens", { ...price, cacheWriteUsd: 3 }, 9 + 3 + 60],
    ["reasoning tokens", { ...price, reasoningUsd: 20 }, 10 + 40 + 40],
    ["the request itself", { ...price, requestUsd: 0.5 }, 10 + 60 + 0.5],
    ["cached tokens that cost nothing", { ...price, cachedUsd: 0 }, 6 + 60],
    ["everything", { ...price, cachedUsd: 0.5, cacheWriteUsd: 3, reasoningUsd: 20, requestUsd: 1 }, 5 + 2 + 3 + 80 + 1],
    ["all tokens alike", 2, 32],
  ])("charges %s once", (_, priced, usd) => {
    expect(costOf(whole, priced)).toBe(usd);
  });

  it("is unknown without usage", () => {
    expect(costOf(undefined, 1)).toBeUndefined();
  });

  it("is unknown without a price", () => {
    expect(costOf(whole, undefined)).toBeUndefined();
  });

  const stepped = {
    promptUsd: 1,
    completionUsd: 10,
    cachedUsd: 0.5,
    above: [
      { promptTokens: 200, promptUsd: 4, completionUsd: 15 },
      { promptTokens: 100, promptUsd: 2, completionUsd: 12, cachedUsd: 0.2 },
    ],
  };

  it.each([
    { at: "the usual one up to the length of the first step", promptTokens: 100, millionths: 100 + 1_000 },
    { at: "that of the step for all tokens beyond it", promptTokens: 101, millionths: 202 + 1_200 },
    {
      at: "that of the last step it is above, in whatever order they stand",
      promptTokens: 201,
      millionths: 804 + 1_500,
    },
    { at: "that of the step for cached tokens", promptTokens: 150, cachedTokens: 100, millionths: 100 + 20 + 1_200 },
    { at: "that of fresh tokens where the step has no other", promptTokens: 300, cachedTokens: 100, millionths: 2_700 },
  ])("takes the price of a long prompt: $at", ({ promptTokens, cachedTokens = 0, millionths }) => {
    const usage = usageWith({ promptTokens, cachedTokens, completionTokens: 100 });
    expect(costOf(usage, stepped)).toBeCloseTo(millionths / million, 12);
  });

  it("keeps the price of a request when its prompt is long", () => {
    const usage = usageWith({ promptTokens: 201 });
    expect(costOf(usage, { ...stepped, requestUsd: 0.5 })).toBeCloseTo(0.500_804, 12);
  });

  it("goes by the length of one prompt where usage is of several requests", () => {
    const usage = usageWith({ promptTokens: million });
    expect([costOf(usage, stepped, 50), costOf(usage, stepped, 150)]).toEqual([1, 2]);
  });

  it("is 0 at a price of 0", () => {
    expect(costOf(whole, 0)).toBe(0);
  });

  const tokens = fc.nat({ max: 1_000_000 });
  const anyUsage = fc
    .tuple(tokens, tokens, tokens, tokens, tokens)
    .map(([promptTokens, completionTokens, cachedTokens, cacheWriteTokens, reasoningTokens]) =>
      usageWith({ promptTokens, completionTokens, cachedTokens, cacheWriteTokens, reasoningTokens }),
    );
  const usd = fc.double({ min: 0, max: 100, noNaN: true });
  const maybeUsd = fc.option(usd, { nil: undefined });
  const anyPrice: fc.Arbitrary<Price> = fc.oneof(
    usd,
    fc.record({
      promptUsd: usd,
      completionUsd: usd,
      cachedUsd: maybeUsd,
      cacheWriteUsd: maybeUsd,
      reasoningUsd: maybeUsd,
      requestUsd: maybeUsd,
    }),
  );

  it("is never below 0, even when the parts exceed the whole", () => {
    fc.assert(
      fc.property(anyUsage, anyPrice, (usage, priced) => {
        expect(costOf(usage, priced)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("never falls when more tokens are sent and received", () => {
    fc.assert(
      fc.property(anyUsage, anyPrice, tokens, (usage, priced, more) => {
        const cached = Math.min(usage.cachedTokens, usage.promptTokens);
        const within = {
          ...usage,
          cachedTokens: cached,
          cacheWriteTokens: Math.min(usage.cacheWriteTokens, usage.promptTokens - cached),
          reasoningTokens: Math.min(usage.reasoningTokens, usage.completionTokens),
        };
        const { promptTokens, completionTokens } = within;
        const larger = { ...within, promptTokens: promptTokens + more, completionTokens: completionTokens + more };
        expect(costOf(larger, priced)).toBeGreaterThanOrEqual(costOf(within, priced) ?? Infinity);
      }),
    );
  });
});
