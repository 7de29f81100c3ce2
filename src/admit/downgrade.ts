import type { Refusal } from "./admission.ts";
import type { Destination } from "../classify/named.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import type { Chain } from "../glossary.ts";

/** A tier, and the chain of a call there. */
export interface Stage {
  readonly destination: Destination;
  readonly chain: Chain;
}

/** What leads from one tier to the next. */
export interface Detour {
  readonly config: ResolvedConfig;
  /** The tiers on which the call was: it never comes back. */
  readonly visited: Set<string>;
  /** The chain at a destination. */
  planFor(destination: Destination): Chain;
}

/** The tier to which a refusal sends a call; `undefined` when it sends it nowhere, or to a tier that can not serve it. */
export function downgraded(from: Destination, refusal: Refusal, detour: Detour): Stage | undefined {
  const { downgradeTo, detail } = refusal;
  const tier =
    downgradeTo === undefined || detour.visited.has(downgradeTo) ? undefined : detour.config.tiers.get(downgradeTo);
  if (tier === undefined) return undefined;
  const { decision } = from;
  const reason = `${decision.reason}; sent on from "${decision.tier}", as ${detail}`;
  const destination = { decision: { ...decision, tier: tier.name, reason }, tier, target: undefined };
  const chain = detour.planFor(destination);
  if (chain.targets.length === 0) return undefined;
  detour.visited.add(tier.name);
  return { destination, chain };
}
