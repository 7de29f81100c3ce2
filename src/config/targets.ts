import type { Price } from "../glossary.ts";
import type { RouterOptions, TargetOptions } from "../options.ts";
import { targetDefaults } from "./defaults.ts";
import type { Outline } from "./outline.ts";
import { resilienceOf } from "./resilience.ts";
import type { ResolvedTarget } from "./resolved.ts";

/** What fills in what a target does not say itself. */
export interface Surroundings {
  readonly options: RouterOptions;
  readonly outline: Outline;
  readonly prices: ReadonlyMap<string, Price>;
}

/** By id: the targets written out, then those that tiers name by model id. */
export function resolveTargets(around: Surroundings): ReadonlyMap<string, ResolvedTarget> {
  const { options, outline } = around;
  const targets = new Map<string, ResolvedTarget>();
  for (const [id, target] of Object.entries(options.targets ?? {})) targets.set(id, resolveTarget(id, target, around));
  for (const id of [...outline.tiers.values()].flatMap((tier) => tier.targets ?? [])) {
    if (id !== undefined && !targets.has(id)) targets.set(id, resolveTarget(id, {}, around));
  }
  return targets;
}

/** A target with everything filled in. */
export function resolveTarget(id: string, given: TargetOptions, around: Surroundings): ResolvedTarget {
  const { options, outline, prices } = around;
  const { model = id, weight = targetDefaults.weight } = given;
  const client = given.client ?? outline.placement.clientOf(model);
  return {
    id,
    model,
    client: outline.clients.get(client) ?? client,
    region: given.region,
    price: given.price ?? prices.get(model),
    contextWindow: given.contextWindow,
    capabilities: given.capabilities && new Set(given.capabilities),
    weight,
    headers: given.headers && { ...given.headers },
    params: given.params && { ...given.params },
    resilience: resilienceOf([given, options]),
  };
}
