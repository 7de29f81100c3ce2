import type { TargetView } from "../glossary.ts";

/** The targets by score, lowest first; those with equal scores stay in the order in which they came. */
export function sortByScore(
  targets: readonly TargetView[],
  scoreOf: (target: TargetView) => number,
): readonly TargetView[] {
  return targets
    .map((target) => ({ target, score: scoreOf(target) }))
    .toSorted((one, other) => compare(one.score, other.score))
    .map(({ target }) => target);
}

// Not a subtraction: Infinity less Infinity is NaN, and NaN makes the order depend on the sorting algorithm.
function compare(one: number, other: number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
