import { issueAt } from "../config/issues.ts";
import { quote } from "../config/show.ts";
import { didYouMean, unknownName } from "../config/unknown-name.ts";
import type { ConfigIssue } from "../errors.ts";
import { alternativesOf } from "./alternatives.ts";
import type { ForecastOptions } from "./options.ts";
import { type PriceList, priceList } from "./price-list.ts";

/**
 * Finds shares that do not add up, and names that mean nothing or have no price.
 * @yields every fault, with its path
 */
export function* forecastFaults(options: ForecastOptions): Generator<ConfigIssue> {
  const { mix, tiers = {}, alternatives = [], baseline } = options;
  const list = priceList(options);
  yield* faultsOfSum(["mix"], mix);
  for (const [tier, models] of Object.entries(tiers)) {
    if (typeof models === "object") yield* faultsOfSum(["tiers", tier], models);
  }
  for (const name of Object.keys(mix)) yield* faultsOfName(["mix", name], name, list);
  for (const [index, name] of alternatives.entries()) yield* faultsOfName(["alternatives", index], name, list);
  if (baseline !== undefined) yield* faultsOfName(["baseline"], baseline, list);
  if (options.traffic?.tokensPerRequest === undefined) yield* faultsOfRequests(options, list);
}

/**
 * Finds out whether a name has a cost.
 * @yields what is wrong with it, at the path
 */
export function* faultsOfName(path: readonly PropertyKey[], name: string, list: PriceList): Generator<ConfigIssue> {
  const blend = list.blendOf(name);
  if (blend === undefined) {
    yield issueAt(path, unknownName("tier or price", name, list.names));
    return;
  }
  for (const model of list.unpricedOf(blend)) {
    yield issueAt(
      path,
      `no price is known for ${quote(model)}${didYouMean(model, list.names) ?? "; add it to prices"}`,
    );
  }
}

/** Shares that are sums of binary fractions end beside 1 by less than this. */
const slack = 1e-6;

function* faultsOfSum(path: readonly PropertyKey[], shares: Readonly<Record<string, number>>): Generator<ConfigIssue> {
  const values = Object.values(shares);
  const sum = values.reduce((total, share) => total + share, 0);
  if (values.length === 0) yield issueAt(path, "has no shares; give at least one");
  else if (Math.abs(sum - 1) > slack) yield issueAt(path, `must add up to 1, got ${Number(sum.toPrecision(6))}`);
}

function* faultsOfRequests(options: ForecastOptions, list: PriceList): Generator<ConfigIssue> {
  const names = [...Object.keys(options.mix), ...alternativesOf(options, list)];
  const charged = names.find((name) => list.chargesRequests(list.blendOf(name) ?? {}));
  if (charged === undefined) return;
  yield issueAt(
    ["traffic", "tokensPerRequest"],
    `is missing; ${quote(charged)} costs requestUsd for each request, so the number of requests counts`,
  );
}
