import type { ForecastOptions } from "./options.ts";
import type { PriceList } from "./price-list.ts";

/** What all traffic could go to instead: as given, else every tier with a price; and the baseline. */
export function alternativesOf(
  { alternatives, tiers = {}, baseline }: ForecastOptions,
  list: PriceList,
): readonly string[] {
  const names = alternatives ?? Object.keys(tiers).filter((tier) => hasPrice(tier, list));
  return [...new Set(baseline === undefined ? names : [...names, baseline])];
}

function hasPrice(tier: string, list: PriceList): boolean {
  const blend = list.blendOf(tier);
  return blend !== undefined && list.unpricedOf(blend).length === 0;
}
