import type { ResolvedConfig, ResolvedTarget, ResolvedTier } from "../config/resolved.ts";
import type { MadeDecision, RoutingRequest } from "../glossary.ts";

/** Where a call goes: a tier, a single target, or one target with a tier behind it. */
export interface Destination {
  readonly decision: MadeDecision;
  readonly tier: ResolvedTier | undefined;
  readonly target: ResolvedTarget | undefined;
}

/** The tier that records show for a target that was named without one. */
const direct = "direct";

/** Where the caller himself sends the call, by hint or by model; undefined when a classifier is to decide. */
export function named(request: RoutingRequest, config: ResolvedConfig): Destination | undefined {
  const { hints, model } = request;
  const target = hints.target === undefined ? undefined : config.targets.get(hints.target);
  const tier = hints.tier === undefined ? undefined : config.tiers.get(hints.tier);
  if (target !== undefined || tier !== undefined) return destination("hint", tier, target);
  const meaning = config.meaningOf(model);
  switch (meaning.kind) {
    case "auto":
      return undefined;
    case "tier":
      return destination("model", meaning.tier, undefined);
    case "target":
    case "other":
      return destination("model", undefined, meaning.target);
  }
}

function destination(
  by: "hint" | "model",
  tier: ResolvedTier | undefined,
  target: ResolvedTarget | undefined,
): Destination {
  const what = [
    target === undefined ? [] : [`target "${target.id}"`],
    tier === undefined ? [] : [`tier "${tier.name}"`],
  ];
  const how = by === "hint" ? "a hint" : "the call's model";
  const reason = `${how} names ${what.flat().join(" of ")}`;
  return { decision: { tier: tier?.name ?? direct, confidence: 1, reason, by }, tier, target };
}
