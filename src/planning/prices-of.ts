import * as z from "zod";
import { checkTiers } from "../config/check-tiers.ts";
import { routerDefaults, targetDefaults } from "../config/defaults.ts";
import { outlineOf } from "../config/outline.ts";
import { routerOptions } from "../config/schema.ts";
import type { Price } from "../glossary.ts";
import type { RouterOptions, TierOptions } from "../options.ts";
import { bundledPricing, type BundledPricing, type CallingClients } from "./bundled-pricing.ts";
import type { ForecastOptions, TrafficOptions } from "./options.ts";
import { parse } from "./parse.ts";
import { priceList } from "./price-list.ts";

/** What a configuration says about prices. The options of a router have it, and so has one that is data. */
export interface PricedConfig
  extends Pick<RouterOptions, "tiers" | "targets" | "prices" | "strategy" | "baseline">, CallingClients {}

/** Tiers and prices as {@link ForecastOptions} has them. */
export type TierPrices = Pick<ForecastOptions, "tiers" | "prices" | "baseline">;

const { tiers, targets, prices, strategy, baseline } = routerOptions.shape;

// What clients are is not for here: their URLs are read where there are any.
const pricedConfig = z.object({ tiers, targets, prices, strategy, baseline }) satisfies z.ZodType<
  Omit<PricedConfig, keyof CallingClients>,
  Omit<PricedConfig, keyof CallingClients>
>;

/**
 * Takes tiers and prices from the configuration of a router; no client is called. A tier costs what its first target
 * costs: under the strategy `cheapest` its cheapest one, under `weighted` all of them by weight. Fallbacks are left out. A
 * price that comes with the package holds where it does for a router: at the host that published it.
 * @throws ConfigError with every fault of these parts, each with its path
 */
export function pricesOf(config: PricedConfig, traffic?: TrafficOptions): TierPrices {
  const outline = outlineOf(config);
  const given = parse(pricedConfig, config, () => checkTiers(outline));
  const bundled = bundledPricing(config, outline);
  const own = Object.entries(given.tiers).map(([name, tier]): [string, TierOptions] => [
    name,
    "targets" in tier ? tier : { targets: tier },
  ]);
  const all = { ...listPrice(given.baseline, bundled), ...given.prices, ...targetPrices(given, own, bundled) };
  const served = own.map(([name, tier]) => [name, servedBy(tier, { ...given, prices: all }, traffic)] as const);
  return { tiers: Object.fromEntries(served), prices: all, baseline: given.baseline };
}

function listPrice(model: string | undefined, bundled: BundledPricing): Record<string, Price> {
  const price = model === undefined ? undefined : bundled.listed(model);
  return model === undefined || price === undefined ? {} : { [model]: price };
}

/** Prices by target id, of the targets whose price is known. */
function targetPrices(
  { targets: written = {}, prices: given }: PricedConfig,
  own: readonly [string, TierOptions][],
  bundled: BundledPricing,
) {
  const byModel = new Map(Object.entries(given ?? {}));
  const ids = [...Object.keys(written), ...own.flatMap(([, tier]) => tier.targets)];
  const found = ids.map((id) => {
    const { price, model = id, client } = written[id] ?? {};
    return [id, price ?? byModel.get(model) ?? bundled.priceOf(model, client)] as const;
  });
  return Object.fromEntries(found.filter((entry): entry is [string, Price] => entry[1] !== undefined));
}

type Served = NonNullable<TierPrices["tiers"]>[string];

function servedBy(tier: TierOptions, config: PricedConfig, traffic: TrafficOptions | undefined): Served {
  const given = tier.strategy ?? config.strategy ?? routerDefaults.strategy;
  const name = typeof given === "string" ? given : given.name;
  const [first = ""] = tier.targets;
  if (name === "cheapest") return cheapestOf(tier.targets, config.prices ?? {}, traffic) ?? first;
  return (name === "weighted" ? sharesOf(tier.targets, config.targets) : undefined) ?? first;
}

function cheapestOf(
  ids: readonly string[],
  known: NonNullable<PricedConfig["prices"]>,
  traffic: TrafficOptions | undefined,
): string | undefined {
  const list = priceList({ mix: {}, prices: known, traffic });
  const tokens = 1_000_000;
  const amount = { tokens, requests: tokens / (traffic?.tokensPerRequest ?? Infinity) };
  const usdOf = (id: string) => list.usdOf({ [id]: 1 }, amount);
  const [cheapest] = ids.filter((id) => Object.hasOwn(known, id)).toSorted((a, b) => usdOf(a) - usdOf(b));
  return cheapest;
}

/** Undefined when no target has a weight. */
function sharesOf(ids: readonly string[], written: PricedConfig["targets"]): Record<string, number> | undefined {
  const weights = ids.map((id) => [id, written?.[id]?.weight ?? targetDefaults.weight] as const);
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  if (sum === 0) return undefined;
  return Object.fromEntries(weights.filter(([, weight]) => weight > 0).map(([id, weight]) => [id, weight / sum]));
}
