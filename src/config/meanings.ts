import { ConfigError } from "../errors.ts";
import { LruMap } from "../lib/lru-map.ts";
import { aliasChain } from "./alias-chain.ts";
import type { Meaning, ResolvedTarget, ResolvedTier } from "./resolved.ts";
import { resolveTarget, type Surroundings } from "./targets.ts";

/** What a call's `model` can name. */
export interface Nameable {
  readonly tiers: ReadonlyMap<string, ResolvedTier>;
  readonly targets: ReadonlyMap<string, ResolvedTarget>;
}

/** Callers can write any model id; so many that the configuration does not know are remembered. */
const mostOthers = 1000;

/** Says what a call's `model` means: one look-up for all that the configuration names, aliases followed beforehand. */
export function meanings({ tiers, targets }: Nameable, around: Surroundings): (model: string) => Meaning {
  const others = new LruMap<string, Meaning>(mostOthers);
  const known = new Map<string, Meaning>([["auto", { kind: "auto" }]]);
  for (const [id, target] of targets) known.set(id, { kind: "target", target });
  for (const [name, tier] of tiers) known.set(name, { kind: "tier", tier });
  const unaliased = (model: string) => known.get(model) ?? others.get(model) ?? another(model);

  function another(model: string): Meaning {
    const meaning: Meaning = { kind: "other", target: otherTarget(model, around) };
    others.set(model, meaning);
    return meaning;
  }

  // All aliases are looked up before the first is put in: one may have the name of a target that another leads to.
  const { aliases } = around.outline;
  const aliased = [...aliases.keys()].map((alias) => [alias, unaliased(endOf(alias, aliases))] as const);
  for (const [alias, meaning] of aliased) known.set(alias, meaning);
  return unaliased;
}

function endOf(alias: string, aliases: ReadonlyMap<string, string>): string {
  return aliasChain(alias, aliases).at(-1) ?? alias;
}

function otherTarget(model: string, around: Surroundings): ResolvedTarget {
  const { placement } = around.outline;
  const fault = placement.faultOf(model, placement.clientOf(model));
  if (fault !== undefined) throw new ConfigError([{ path: "model", message: fault }], "invalid_hint");
  return resolveTarget(model, {}, around);
}
