import type { LimitOptions, RouterOptions, TargetOptions } from "../options.ts";
import { targetDefaults } from "./defaults.ts";
import { fitOf } from "./fits.ts";
import { learns, limitsOf } from "./limits.ts";
import type { Outline } from "./outline.ts";
import type { PriceBook } from "./price-book.ts";
import { resilienceOf } from "./resilience.ts";
import type { ResolvedTarget } from "./resolved.ts";

/** What fills in what a target does not say itself. */
export interface Surroundings {
  readonly options: RouterOptions;
  readonly outline: Outline;
  readonly priceBook: PriceBook;
  /** Client name → its limits. */
  readonly clientLimits: ReadonlyMap<string, LimitOptions>;
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
  const { options, outline, priceBook } = around;
  const { model = id, weight = targetDefaults.weight, breakGlass = targetDefaults.breakGlass } = given;
  const named = given.client ?? outline.placement.clientOf(model);
  const client = outline.clients.get(named) ?? named;
  return {
    id,
    model,
    client,
    region: given.region,
    ...priceBook.priceOf({ model, client, price: given.price }),
    contextWindow: given.contextWindow,
    capabilities: given.capabilities && new Set(given.capabilities),
    weight,
    breakGlass,
    headers: given.headers && { ...given.headers },
    params: given.params && { ...given.params },
    continues: given.continues,
    fit: fitOf({ model, host: hostOf(options, client), fit: options.fit === false ? false : given.fit }),
    limits: limitsOf({ id, client, limits: given.limits }, around.clientLimits),
    learns: learns(given.limits),
    resilience: resilienceOf([given, options]),
  };
}

function hostOf({ client: wrapped, clients }: RouterOptions, name: string): string | undefined {
  const client = name === "default" ? wrapped : clients?.[name];
  return client === undefined ? undefined : URL.parse(client.baseURL)?.hostname;
}
