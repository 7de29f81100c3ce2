import type { RouterOptions, TierOptions } from "../options.ts";
import { regionTests } from "./allowed-regions.ts";
import { routerDefaults } from "./defaults.ts";
import { resilienceOf } from "./resilience.ts";
import type { ResolvedTarget, ResolvedTier } from "./resolved.ts";
import { strategyOf } from "./strategies.ts";

/** By name, lowest rank first. */
export function resolveTiers(
  options: RouterOptions,
  targets: ReadonlyMap<string, ResolvedTarget>,
): ReadonlyMap<string, ResolvedTier> {
  const tiers = Object.entries(options.tiers).map(([name, given], rank): [string, ResolvedTier] => {
    const tier = writtenOut(given);
    const own = tier.targets.map((id) => targets.get(id)).filter((target) => target !== undefined);
    const resilience = own.map(({ id }) => [id, resilienceOf([options.targets?.[id] ?? {}, tier, options])] as const);
    const strategy = strategyOf(tier.strategy ?? options.strategy ?? routerDefaults.strategy);
    const wanted = tier.preferredRegions ?? options.preferredRegions;
    const preferredRegions = wanted && regionTests(wanted);
    return [name, { name, rank, targets: own, strategy, preferredRegions, resilience: new Map(resilience) }];
  });
  return new Map(tiers);
}

function writtenOut(tier: RouterOptions["tiers"][string]): TierOptions {
  return "targets" in tier ? tier : { targets: tier };
}
