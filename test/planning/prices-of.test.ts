import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { globalApi } from "../../src/config/presets.ts";
import { forecastCosts } from "../../src/planning/forecast.ts";
import { pricesOf, type PricedConfig } from "../../src/planning/prices-of.ts";
import { referencePlan } from "../../src/planning/reference-plan.ts";
import { bundledPriceOf } from "../../src/prices/bundled-prices.ts";
import { weightedStrategy } from "../../src/plan/weighted.ts";
import { faultsOf } from "../config/options-of.ts";

const targets = {
  eu: { model: "small", weight: 3 },
  us: { price: 0.5 },
  big: { model: "large", price: { promptUsd: 1, completionUsd: 9 } },
  odd: { weight: 0 },
};
const prices = { small: 2, large: 10 };
const tiersOf = (changes: Partial<PricedConfig>) => pricesOf({ targets, prices, tiers: {}, ...changes }).tiers;

describe("pricesOf", () => {
  it("takes from the preset what the reference plan has", () => {
    const { tiers, prices: own, baseline } = pricesOf(globalApi({ standardKey: "ga_standard", proKey: "ga_pro_any" }));
    expect({ tiers, baseline }).toEqual({ tiers: referencePlan.tiers, baseline: referencePlan.baseline });
    expect(own).toEqual(referencePlan.prices);
  });

  it("knows the price of a target by its own, then by that of its model", () => {
    const { prices: all } = pricesOf({ targets, prices, tiers: { low: ["eu", "us"], high: ["big", "large"] } });
    expect(all).toEqual({ small: 2, large: 10, eu: 2, us: 0.5, big: targets.big.price });
  });

  it("lets the first target serve a tier", () => {
    expect(tiersOf({ tiers: { low: ["eu", "us"], high: { targets: ["big"] } } })).toEqual({ low: "eu", high: "big" });
    expect(tiersOf({ tiers: { low: ["eu", "us"] }, strategy: "fastest" })).toEqual({ low: "eu" });
  });

  it("lets the cheapest target serve under that strategy, and never one without a price", () => {
    expect(tiersOf({ tiers: { low: ["odd", "eu", "us"] }, strategy: "cheapest" })).toEqual({ low: "us" });
    expect(tiersOf({ tiers: { low: ["odd"] }, strategy: "cheapest" })).toEqual({ low: "odd" });
  });

  it("finds the cheapest target for the traffic", () => {
    const config = { targets, prices, tiers: { low: { targets: ["big", "eu"], strategy: "cheapest" as const } } };
    expect(pricesOf(config, { promptShare: 0.9 }).tiers).toEqual({ low: "big" });
    expect(pricesOf(config, { promptShare: 0.5 }).tiers).toEqual({ low: "eu" });
  });

  it("shares a tier out by weight under that strategy", () => {
    const tiers = { low: ["eu", "us", "odd"], none: ["odd"] };
    const expected = { low: { eu: 0.75, us: 0.25 }, none: "odd" };
    expect(tiersOf({ tiers, strategy: "weighted" })).toEqual(expected);
    expect(tiersOf({ tiers, strategy: weightedStrategy() })).toEqual(expected);
  });

  it("leaves it to the forecast to miss a price", () => {
    const { tiers, prices: all } = pricesOf({ tiers: { low: ["eu"], high: ["odd"] }, targets, prices });
    const plan = { tiers, prices: all };
    expect(forecastCosts({ ...plan, mix: { low: 1 } }).mix.usdPerMillion).toBe(2);
    expect(faultsOf(() => forecastCosts({ ...plan, mix: { high: 1 } }))).toEqual([
      'mix.high: no price is known for "odd"; add it to prices',
    ]);
  });

  it.each([
    [{ tiers: { low: [] } }, "tiers.low: has no targets; name at least one"],
    [
      { targets: { eu: { price: -1 } } },
      "targets.eu.price: must be USD per 1,000,000 tokens, 0 or more, or an object with promptUsd and completionUsd, got -1",
    ],
    [{ strategy: "cheepest" }, 'strategy: no strategy "cheepest" (did you mean "cheapest"?)'],
    [{ targets: { Azure: {} }, tiers: { low: ["azure"] } }, 'tiers.low[0]: no target "azure" (did you mean "Azure"?)'],
  ])("has the faults of %j", (changes, fault) => {
    const found = faultsOf(() => pricesOf({ tiers: { low: ["small"] }, ...changes } as never));
    expect(found).toEqual([fault]);
  });
});

describe("prices that come with the package", () => {
  const tiers = { low: ["gpt-4.1-nano"], high: ["gemini-2.5-pro"] };
  const gemini = { baseURL: "https://generativelanguage.googleapis.com/v1beta/openai" };
  const bundled = bundledPriceOf("gpt-4.1-nano", "api.openai.com")?.price;

  it("hold where the client of a target calls the host that published them", () => {
    const config = { client: {}, clients: { gemini }, clientRules: { "gemini-*": "gemini" }, tiers };
    expect(pricesOf(config).prices).toEqual({
      "gpt-4.1-nano": bundled,
      "gemini-2.5-pro": bundledPriceOf("gemini-2.5-pro")?.price,
    });
  });

  it("hold nowhere else, and give way to what the configuration says", () => {
    expect(pricesOf({ client: gemini, tiers: { low: ["gpt-4.1-nano"] } }).prices).toEqual({});
    expect(pricesOf({ client: { baseURL: "http://localhost/v1" }, tiers }).prices).toEqual({});
    expect(pricesOf({ tiers }).prices).toEqual({});
    expect(pricesOf({ client: {}, tiers: { low: ["gpt-4.1-nano"] }, prices: { "gpt-4.1-nano": 1 } }).prices).toEqual({
      "gpt-4.1-nano": 1,
    });
  });

  it("hold for a client that is named, and for an instance", () => {
    const named = { client: "openai", clients: { openai: {} }, tiers: { low: ["gpt-4.1-nano"] } };
    expect(pricesOf(named).prices).toEqual({ "gpt-4.1-nano": bundled });
    const client = new OpenAI({ apiKey: "sk-any", baseURL: "https://api.openai.com/v1" });
    expect(pricesOf({ client, tiers: { low: ["gpt-4.1-nano"] } }).prices).toEqual({ "gpt-4.1-nano": bundled });
  });

  it("do not hold when they are switched off, nor at Azure", () => {
    expect(pricesOf({ client: {}, tiers, bundledPrices: false }).prices).toEqual({});
    const azure = { azure: { endpoint: "https://mine.openai.azure.com", apiVersion: "2025-04-01" } };
    expect(pricesOf({ client: azure, tiers: { low: ["gpt-4.1-nano"] } }).prices).toEqual({});
  });

  it("are the list price of a baseline, which is not called", () => {
    const { prices: all } = pricesOf({ client: { baseURL: "http://localhost/v1" }, tiers, baseline: "gpt-4o" });
    expect(all).toEqual({ "gpt-4o": bundledPriceOf("gpt-4o")?.price });
  });
});
