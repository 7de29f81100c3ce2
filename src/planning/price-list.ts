import type { Price, Usage } from "../glossary.ts";
import { costOf } from "../record/cost.ts";
import { trafficDefaults } from "./defaults.ts";
import type { ForecastOptions, TrafficOptions } from "./options.ts";

/** Model id → its share of the tokens, 0–1. */
export type Blend = Readonly<Record<string, number>>;

/** What is to be paid for. */
export interface Amount {
  readonly tokens: number;
  readonly requests: number;
}

/** What tiers and models cost for traffic of one kind. */
export interface PriceList {
  /** Tiers, then models. */
  readonly names: readonly string[];
  /** The models behind a tier or model id; undefined when there is no such name. */
  blendOf(name: string): Blend | undefined;
  /** Of the models of a blend, those without a price. */
  unpricedOf(blend: Blend): readonly string[];
  /** Whether the requests count beside their tokens. */
  chargesRequests(blend: Blend): boolean;
  /** What it costs, in USD; every model of the blend must have a price. */
  usdOf(blend: Blend, amount: Amount): number;
}

/** Looks names up in tiers first, then in prices. */
export function priceList({ tiers = {}, prices: given, traffic = {} }: ForecastOptions): PriceList {
  const served = new Map(Object.entries(tiers));
  const prices = new Map(Object.entries(given));
  return {
    names: [...new Set([...served.keys(), ...prices.keys()])],
    blendOf(name) {
      const models = served.get(name) ?? (prices.has(name) ? name : undefined);
      return typeof models === "string" ? { [models]: 1 } : models;
    },
    unpricedOf: (blend) => Object.keys(blend).filter((model) => !prices.has(model)),
    chargesRequests: (blend) => Object.keys(blend).some((model) => requestUsdOf(prices.get(model)) > 0),
    usdOf: (blend, amount) =>
      Object.entries(blend)
        .map(([model, share]) => share * usdAt(prices.get(model), amount, traffic))
        .reduce((sum, usd) => sum + usd, 0),
  };
}

function usdAt(price: Price | undefined, { tokens, requests }: Amount, traffic: TrafficOptions): number {
  const perToken = typeof price === "object" ? { ...price, requestUsd: 0 } : price;
  const usage = usageOf(tokens, traffic);
  // Where nothing is said of requests, prompts are taken to be short.
  const promptTokens = requests > 0 ? usage.promptTokens / requests : 0;
  // Unknown is not 0: a price that slipped through would show as NaN.
  return (costOf(usage, perToken, promptTokens) ?? Number.NaN) + requests * requestUsdOf(price);
}

function requestUsdOf(price: Price | undefined): number {
  return typeof price === "object" ? (price.requestUsd ?? 0) : 0;
}

function usageOf(totalTokens: number, traffic: TrafficOptions): Usage {
  const promptTokens = totalTokens * (traffic.promptShare ?? trafficDefaults.promptShare);
  const completionTokens = totalTokens - promptTokens;
  return {
    promptTokens,
    completionTokens,
    totalTokens,
    cachedTokens: promptTokens * (traffic.cachedShare ?? trafficDefaults.cachedShare),
    cacheWriteTokens: promptTokens * (traffic.cacheWriteShare ?? trafficDefaults.cacheWriteShare),
    reasoningTokens: completionTokens * (traffic.reasoningShare ?? trafficDefaults.reasoningShare),
  };
}
