import type { Chain, Deferred, Returning, TargetView } from "../glossary.ts";
import type { StrategyContext } from "../strategy.ts";

/** What is known of targets that are coming back. */
export interface Comeback extends Pick<StrategyContext, "random" | "stateOf"> {
  /** The target that the caller wants first, wherever it comes from. */
  readonly pinned: string | undefined;
}

/**
 * Leaves targets whose breakers closed lately to the end of the chain, but for a growing share of the calls: as Envoy's slow start
 * does (https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/slow_start). When all others are
 * out, there is nobody to leave the calls to.
 */
export function returningLast(
  targets: readonly TargetView[],
  { random, stateOf, pinned }: Comeback,
): Pick<Chain, "targets" | "deferred" | "returning"> {
  const shareOf = (target: TargetView): number => stateOf(target).share ?? 1;
  if (targets.every((target) => shareOf(target) === 1)) return { targets };
  const returning = targets
    .map((target): Returning => ({ target: target.id, share: shareOf(target) }))
    .filter(({ share }) => share < 1);
  const waiting = new Map(
    returning.filter(({ target, share }) => target !== pinned && random() >= share).map((one) => [one.target, one]),
  );
  if (waiting.size === 0 || waiting.size === targets.length) return { targets, returning };
  const [first, last] = [targets.filter(({ id }) => !waiting.has(id)), targets.filter(({ id }) => waiting.has(id))];
  return { targets: [...first, ...last], deferred: [...waiting.values()].map(deferralOf), returning };
}

function deferralOf({ target, share }: Returning): Deferred {
  return {
    target,
    reason: "returning",
    detail: `it is coming back, and gets ${percentOf(share)} of its calls for now`,
  };
}

/** A share in words. */
export function percentOf(share: number): string {
  return `${Math.round(100 * share)} %`;
}
