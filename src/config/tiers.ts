import type { ResilienceOptions, RouterOptions, TierOptions } from "../options.ts";
import { checksOf } from "./accept.ts";
import { regionTests } from "./allowed-regions.ts";
import { routerDefaults } from "./defaults.ts";
import { experimentOf } from "./experiments.ts";
import { resilienceOf } from "./resilience.ts";
import type { ResolvedConfig, ResolvedTarget, ResolvedTier } from "./resolved.ts";
import { sloOf } from "./slo.ts";
import { strategyOf } from "./strategies.ts";

/** By name, lowest rank first. */
export function resolveTiers(
  options: RouterOptions,
  targets: ReadonlyMap<string, ResolvedTarget>,
): ReadonlyMap<string, ResolvedTier> {
  const tiers = Object.entries(options.tiers).map(([name, given], rank): [string, ResolvedTier] => {
    const tier = writtenOut(given);
    const own = tier.targets.map((id) => targets.get(id)).filter((target) => target !== undefined);
    const shared = [tier, options, slowBy(tier)];
    const resilience = own.map(({ id }) => [id, resilienceOf([options.targets?.[id] ?? {}, ...shared])] as const);
    const strategy = strategyOf(tier.strategy ?? options.strategy ?? routerDefaults.strategy);
    const wanted = tier.preferredRegions ?? options.preferredRegions;
    const onStreamBreak = tier.onStreamBreak ?? options.onStreamBreak ?? routerDefaults.onStreamBreak;
    const checks = checksOf(tier.accept ?? options.accept);
    const more = {
      preferredRegions: wanted && regionTests(wanted),
      slo: sloOf(tier.slo),
      checks,
      onStreamBreak,
      experiment: experimentOf(name, tier),
    };
    return [name, { name, rank, targets: own, strategy, resilience: new Map(resilience), ...more }];
  });
  return new Map(tiers);
}

function writtenOut(tier: RouterOptions["tiers"][string]): TierOptions {
  return "targets" in tier ? tier : { targets: tier };
}

// What a tier promises is what its targets have to keep, where nothing else is said of slowness.
function slowBy({ slo }: TierOptions): ResilienceOptions {
  const latencyMs = slo?.p99Ms ?? slo?.p95Ms;
  return latencyMs === undefined ? {} : { slow: { latencyMs } };
}

/** Tier → ids of its targets, in order. */
export function chainsOf({ tiers }: ResolvedConfig): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...tiers.values()].map(({ name, targets }) => [name, targets.map(({ id }) => id)]));
}
