import { alternativesOf } from "./alternatives.ts";
import { forecastDefaults } from "./defaults.ts";
import { forecastFaults } from "./forecast-faults.ts";
import type { ForecastOptions } from "./options.ts";
import { parse } from "./parse.ts";
import { type Blend, type PriceList, priceList } from "./price-list.ts";
import { withoutNoise } from "./round.ts";
import { forecastOptions } from "./schema.ts";

/** What some way to serve the traffic costs a month. */
export interface CostLine {
  /** `mix`, or the tier or model id that all traffic goes to. */
  readonly name: string;
  /** Model id → its share of the tokens, 0–1. */
  readonly models: Blend;
  /** USD per 1,000,000 tokens of this traffic, charges for requests included. */
  readonly usdPerMillion: number;
  /** USD a month, one for each stage. */
  readonly monthlyUsd: readonly number[];
  /** What it saves against the baseline, as a share: 0.975 is 97.5 %; below 0 when it costs more. Undefined when there is no baseline, or one that costs nothing. */
  readonly saving: number | undefined;
}

/** A part of the mix. */
export interface MixPart extends Omit<CostLine, "saving"> {
  /** Its share of the tokens, 0–1. `monthlyUsd` is the cost of this share, `usdPerMillion` that of a whole million. */
  readonly share: number;
}

/** What the traffic costs as it grows, and what it would cost otherwise. */
export interface Forecast {
  /** Tokens a month, one number for each stage. */
  readonly stages: readonly number[];
  /** What savings are shown against. */
  readonly baseline: string | undefined;
  /** What the mix costs. */
  readonly mix: CostLine;
  /** What the mix consists of, in its order. */
  readonly parts: readonly MixPart[];
  /** All traffic on one tier or model, in the order of `alternatives`; the baseline comes last unless it is among them. */
  readonly alternatives: readonly CostLine[];
}

/**
 * The monthly cost of a mix of traffic at each stage of growth, against what all traffic would cost elsewhere.
 * @throws ConfigError with every fault of the options, each with its path
 */
export function forecastCosts(options: ForecastOptions): Forecast {
  return forecastOf(parse(forecastOptions, options, forecastFaults));
}

/** The forecast for options that hold. */
export function forecastOf(options: ForecastOptions): Forecast {
  const { stages = forecastDefaults.stages, baseline } = options;
  const list = priceList(options);
  const price = pricing(list, stages, options.traffic?.tokensPerRequest);
  const parts = Object.entries(options.mix).map(([name, share]) => partOf(name, share, price(blendOf(name, list))));
  const baselineUsd = baseline === undefined ? 0 : price(blendOf(baseline, list)).usdPerMillion;
  const lineOf = (name: string, blend: Blend): CostLine => {
    const priced = price(blend);
    return { name, ...priced, saving: savingOf(priced.usdPerMillion, baselineUsd) };
  };
  return {
    stages,
    baseline,
    mix: lineOf("mix", mixed(parts)),
    parts,
    alternatives: alternativesOf(options, list).map((name) => lineOf(name, blendOf(name, list))),
  };
}

type Priced = Pick<CostLine, "models" | "usdPerMillion" | "monthlyUsd">;

function pricing(list: PriceList, stages: readonly number[], tokensPerRequest = Infinity): (blend: Blend) => Priced {
  return (models) => {
    const usdOf = (tokens: number) => withoutNoise(list.usdOf(models, { tokens, requests: tokens / tokensPerRequest }));
    return { models, usdPerMillion: usdOf(1_000_000), monthlyUsd: stages.map(usdOf) };
  };
}

function partOf(name: string, share: number, whole: Priced): MixPart {
  return { name, share, ...whole, monthlyUsd: whole.monthlyUsd.map((usd) => withoutNoise(usd * share)) };
}

/** The models of all parts; one that serves two parts has the sum of its shares. */
function mixed(parts: readonly MixPart[]): Blend {
  const shares = new Map<string, number>();
  for (const { share, models } of parts) {
    for (const [model, within] of Object.entries(models)) {
      shares.set(model, withoutNoise((shares.get(model) ?? 0) + share * within));
    }
  }
  return Object.fromEntries(shares);
}

function blendOf(name: string, list: PriceList): Blend {
  return list.blendOf(name) ?? {};
}

function savingOf(usd: number, baselineUsd: number): number | undefined {
  return baselineUsd === 0 ? undefined : withoutNoise(1 - usd / baselineUsd);
}
