import type { TargetFailure } from "../attempt/pursuit-lost.ts";
import type { Received, StreamBreakPolicy } from "../broken-streams.ts";
import type { ResolvedTarget, ResolvedTier } from "../config/resolved.ts";
import { mayMend } from "./stream-break.ts";

/** What is left of a call whose stream broke. */
export interface Rest {
  readonly targets: readonly ResolvedTarget[];
  readonly tier: ResolvedTier | undefined;
  readonly before: TargetFailure;
  /** What the caller is given was asked for under it: it does not change any more, as the tier may. */
  readonly policy: StreamBreakPolicy;
  /** Whether a target may take over. */
  mayServe(target: ResolvedTarget): boolean;
}

/** A call whose stream broke. */
interface Going {
  readonly targets: readonly ResolvedTarget[];
  readonly tier: ResolvedTier | undefined;
  readonly policy: StreamBreakPolicy;
  /** Of one that was mended before. */
  readonly rest: Rest | undefined;
}

/** What is left of a call after a target whose stream broke; undefined when no other target may take over. */
export function restAfter(
  { targets: all, tier, policy, rest }: Going,
  before: TargetFailure,
  received: Received,
): Rest | undefined {
  const place = all.indexOf(before.target);
  const tried = new Set(all.slice(0, place + 1));
  const mends = (target: ResolvedTarget): boolean => mayMend(policy, target, received);
  // One that can not go on is neither out nor has it failed.
  const isEmergency = all.every((target) => target.breakGlass || tried.has(target) || mends(target));
  const mayServe = (target: ResolvedTarget): boolean =>
    !tried.has(target) && mends(target) && (isEmergency || !target.breakGlass) && rest?.mayServe(target) !== false;
  const targets = all.filter(mayServe);
  return place === -1 || targets.length === 0 ? undefined : { targets, tier, before, policy, mayServe };
}
