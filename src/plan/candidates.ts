import type { ResolvedTarget, ResolvedTier } from "../config/resolved.ts";

/** The targets that may serve a call: those of its tier, the named one among them. */
export function candidates(
  tier: ResolvedTier | undefined,
  target: ResolvedTarget | undefined,
): readonly ResolvedTarget[] {
  if (tier === undefined) return target === undefined ? [] : [target];
  if (target === undefined || tier.targets.includes(target)) return tier.targets;
  return [target, ...tier.targets];
}
