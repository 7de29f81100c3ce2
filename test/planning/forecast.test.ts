import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Price } from "../../src/glossary.ts";
import { forecastCosts } from "../../src/planning/forecast.ts";
import type { ForecastOptions } from "../../src/planning/options.ts";
import { referencePlan } from "../../src/planning/reference-plan.ts";
import { faultsOf } from "../config/options-of.ts";

const options: ForecastOptions = { mix: { small: 1 }, prices: { small: 1, large: 10 }, stages: [1_000_000] };
const faults = (changes: object) => faultsOf(() => forecastCosts({ ...options, ...changes }));

describe("a price for long prompts", () => {
  const above = [{ promptTokens: 1_000, promptUsd: 3, completionUsd: 5 }];
  const prices = { small: { promptUsd: 1, completionUsd: 1, above } };
  const costWith = (traffic: object) => forecastCosts({ ...options, prices, traffic }).mix.monthlyUsd[0];

  it("does not count where nothing is said of requests, however many tokens a month has", () => {
    expect(costWith({})).toBe(1);
  });

  it("counts when the prompt of an average request is above its length", () => {
    expect(costWith({ tokensPerRequest: 1_250 })).toBe(1);
    expect(costWith({ tokensPerRequest: 1_300 })).toBe(3.4);
  });
});

describe("the reference plan", () => {
  const forecast = forecastCosts(referencePlan);
  const lineOf = (name: string) => forecast.alternatives.find((line) => line.name === name);

  it.each([
    [5e6, 1.25, 50],
    [50e6, 12.5, 500],
    [500e6, 125, 5000],
    [5e9, 1250, 50_000],
  ])("costs for %d tokens on the default model %d USD, against %d on gpt-4o", (tokens, own, other) => {
    const stage = forecast.stages.indexOf(tokens);
    expect([lineOf("cheap")?.monthlyUsd[stage], lineOf("gpt-4o")?.monthlyUsd[stage]]).toEqual([own, other]);
  });

  it("saves 97.5 % on the default model, and 96.33 % with its mix", () => {
    expect([lineOf("cheap")?.saving, forecast.mix.saving]).toEqual([0.975, 0.9633]);
  });

  it("costs as a mix what its parts cost", () => {
    expect(forecast.parts.map(({ name, share, monthlyUsd }) => [name, share, monthlyUsd[3]])).toEqual([
      ["cheap", 0.8, 1000],
      ["balanced", 0.15, 210],
      ["premium", 0.05, 625],
    ]);
    expect(forecast.mix.monthlyUsd).toEqual([1.835, 18.35, 183.5, 1835]);
    expect(forecast.mix.usdPerMillion).toBe(0.367);
  });
});

describe("forecastCosts", () => {
  it("charges each kind of token at its price", () => {
    const price = { promptUsd: 2, completionUsd: 10, cachedUsd: 0.5, cacheWriteUsd: 4, reasoningUsd: 20 };
    const traffic = { promptShare: 0.5, cachedShare: 0.4, cacheWriteShare: 0.2, reasoningShare: 0.3 };
    const { mix } = forecastCosts({ mix: { m: 1 }, prices: { m: price }, traffic, stages: [20] });
    // Of 1M tokens: 0.2M fresh, 0.2M cached, 0.1M cache-written, 0.35M completion, 0.15M reasoning.
    expect(mix.usdPerMillion).toBe(0.2 * 2 + 0.2 * 0.5 + 0.1 * 4 + 0.35 * 10 + 0.15 * 20);
  });

  it("takes four prompt tokens for each completion token unless it is told otherwise", () => {
    const prices = { m: { promptUsd: 1, completionUsd: 11 } };
    expect(forecastCosts({ mix: { m: 1 }, prices }).mix.usdPerMillion).toBe(3);
    const traffic = { promptShare: 0.5 };
    expect(forecastCosts({ mix: { m: 1 }, prices, traffic }).mix.usdPerMillion).toBe(6);
  });

  it("charges requests, as many as the tokens make", () => {
    const prices = { m: { promptUsd: 1, completionUsd: 1, requestUsd: 0.002 } };
    const traffic = { tokensPerRequest: 1000 };
    expect(forecastCosts({ mix: { m: 1 }, prices, traffic, stages: [5_000_000] }).mix.monthlyUsd).toEqual([5 + 10]);
  });

  it("spreads a tier over its models", () => {
    const tiers = { main: { small: 0.75, large: 0.25 }, top: "large" };
    const { mix, parts } = forecastCosts({ ...options, tiers, mix: { main: 0.8, top: 0.2 } });
    expect(parts.map(({ usdPerMillion }) => usdPerMillion)).toEqual([3.25, 10]);
    expect(mix).toMatchObject({ models: { small: 0.6, large: 0.4 }, usdPerMillion: 4.6, monthlyUsd: [4.6] });
  });

  it("takes a model for a part as well as a tier", () => {
    const { parts } = forecastCosts({ ...options, tiers: { top: "large" }, mix: { top: 0.5, small: 0.5 } });
    expect(parts.map(({ models }) => models)).toEqual([{ large: 1 }, { small: 1 }]);
  });

  it("compares with every tier whose price is known, and the baseline last", () => {
    const tiers = { low: "small", odd: "unknown", high: "large" };
    const { alternatives } = forecastCosts({ ...options, tiers, mix: { low: 1 }, baseline: "large" });
    expect(alternatives.map(({ name }) => name)).toEqual(["low", "high", "large"]);
  });

  it("compares with what it is told to", () => {
    const { alternatives } = forecastCosts({ ...options, alternatives: ["large", "small"], baseline: "small" });
    expect(alternatives.map(({ name, saving }) => [name, saving])).toEqual([
      ["large", -9],
      ["small", 0],
    ]);
  });

  it("knows no saving without a baseline, or against one that costs nothing", () => {
    expect(forecastCosts(options).mix.saving).toBeUndefined();
    const free = { ...options, prices: { ...options.prices, free: 0 }, baseline: "free" };
    expect(forecastCosts(free).mix.saving).toBeUndefined();
  });

  it("takes shares that were counted, and so add up to 1 but for noise", () => {
    expect(forecastCosts({ ...options, mix: { small: 0.1 + 0.2, large: 0.7 } }).mix.usdPerMillion).toBe(7.3);
  });

  it("takes names that every object has for names", () => {
    const { mix } = forecastCosts({ mix: { constructor: 1 }, prices: { constructor: 2 } });
    expect(mix.usdPerMillion).toBe(2);
    expect(faults({ mix: { toString: 1 } })).toEqual([
      'mix.toString: no tier or price "toString"; there are "small", "large"',
    ]);
  });
});

describe("options of a forecast", () => {
  const share = "must be a share from 0 to 1";

  it.each([
    [{ mix: undefined }, "mix: is missing; give it an object of tier name or model id → share of the tokens"],
    [{ mix: {} }, "mix: has no shares; give at least one"],
    [{ mix: { small: 0.8 } }, "mix: must add up to 1, got 0.8"],
    [{ mix: { small: 80 } }, `mix.small: ${share}, got 80`],
    [{ mix: { smal: 1 } }, 'mix.smal: no tier or price "smal" (did you mean "small"?)'],
    [{ tiers: { low: 5 } }, "tiers.low: must be a model id, or an object of model id → share of the tier, got 5"],
    [{ tiers: { low: { small: 2 } } }, `tiers.low.small: ${share}, got 2`],
    [{ tiers: { low: { small: 0.5, large: 0.25 } } }, "tiers.low: must add up to 1, got 0.75"],
    [{ tiers: { low: "tiny-1" }, mix: { low: 1 } }, 'mix.low: no price is known for "tiny-1"; add it to prices'],
    [{ tiers: { low: "smal" }, mix: { low: 1 } }, 'mix.low: no price is known for "smal" (did you mean "small"?)'],
    [{ alternatives: ["small", "gpt-4o"] }, 'alternatives[1]: no tier or price "gpt-4o"; there are "small", "large"'],
    [{ baseline: "lage" }, 'baseline: no tier or price "lage" (did you mean "large"?)'],
    [{ stages: [] }, "stages: has no stages; give at least one"],
    [{ stages: [0] }, "stages[0]: must be a whole number of tokens, 1 or more, got 0"],
    [{ stages: ["5M"] }, 'stages[0]: must be a whole number of tokens, 1 or more, got "5M"'],
    [
      { prices: { small: "1" } },
      'prices.small: must be USD per 1,000,000 tokens, 0 or more, or an object with promptUsd and completionUsd, got "1"',
    ],
    [{ traffic: { promptShare: 4 } }, `traffic.promptShare: ${share}, got 4`],
    [{ traffic: { prompt: 1 } }, 'traffic.prompt: is not an option (did you mean "promptShare"?)'],
    [
      { traffic: { cachedShare: 0.8, cacheWriteShare: 0.3 } },
      "traffic.cacheWriteShare: must not be more than cachedShare leaves: a prompt token is read from the cache or written to it",
    ],
    [
      { prices: { small: { promptUsd: 1, completionUsd: 1, requestUsd: 0.01 } } },
      'traffic.tokensPerRequest: is missing; "small" costs requestUsd for each request, so the number of requests counts',
    ],
  ])("are refused when they are %j", (changes, fault) => {
    expect(faults(changes)).toEqual([fault]);
  });

  it("are refused with every fault at once", () => {
    expect(faults({ mix: { smal: 0.5 }, baseline: "lage" })).toEqual([
      "mix: must add up to 1, got 0.5",
      'mix.smal: no tier or price "smal" (did you mean "small"?)',
      'baseline: no tier or price "lage" (did you mean "large"?)',
    ]);
  });
});

describe("every forecast", () => {
  const usd = fc.double({ min: 0, max: 100, noNaN: true });
  const anyPrice: fc.Arbitrary<Price> = fc.oneof(usd, fc.record({ promptUsd: usd, completionUsd: usd }));
  const anyMix = fc
    .array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 5 })
    .map((weights) => weights.map((weight) => weight / weights.reduce((sum, one) => sum + one, 0)));
  const anyOptions = fc
    .tuple(anyMix, fc.array(anyPrice, { minLength: 5, maxLength: 5 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([shares, prices, promptShare]): ForecastOptions => ({
      mix: Object.fromEntries(shares.map((share, index) => [`m-${index}`, share])),
      prices: Object.fromEntries(prices.map((price, index) => [`m-${index}`, price])),
      alternatives: shares.map((_, index) => `m-${index}`),
      baseline: "m-0",
      stages: [1_000_000, 3_000_000_000],
      traffic: { promptShare },
    }));

  it("has a mix that costs what its parts cost, and no less than its cheapest and no more than its dearest model", () => {
    fc.assert(
      fc.property(anyOptions, (given) => {
        const { mix, parts, alternatives } = forecastCosts(given);
        const whole = alternatives.map(({ monthlyUsd }) => monthlyUsd[1] ?? NaN);
        const cost = mix.monthlyUsd[1] ?? NaN;
        const sum = parts.reduce((total, { monthlyUsd }) => total + (monthlyUsd[1] ?? NaN), 0);
        expect(Math.abs(cost - sum)).toBeLessThanOrEqual(0.001);
        expect(cost).toBeGreaterThanOrEqual(Math.min(...whole) - 0.001);
        expect(cost).toBeLessThanOrEqual(Math.max(...whole) + 0.001);
      }),
    );
  });

  it("costs in proportion to its tokens", () => {
    fc.assert(
      fc.property(anyOptions, (given) => {
        const { mix } = forecastCosts(given);
        const [small = NaN, large = NaN] = mix.monthlyUsd;
        expect(Math.abs(large - 3000 * small)).toBeLessThanOrEqual(0.001);
      }),
    );
  });

  it("saves nothing against itself, and more the less it costs", () => {
    fc.assert(
      fc.property(anyOptions, (given) => {
        const { alternatives } = forecastCosts(given);
        const [baseline] = alternatives;
        fc.pre(baseline?.saving !== undefined);
        expect(baseline.saving).toBe(0);
        const dearestFirst = alternatives.toSorted((a, b) => b.usdPerMillion - a.usdPerMillion);
        const savings = dearestFirst.map(({ saving = NaN }) => saving);
        expect(savings).toEqual(savings.toSorted((a, b) => a - b));
      }),
    );
  });
});
