import type { TargetView } from "../glossary.ts";
import type { Strategy } from "../strategy.ts";
import { sortByScore } from "./sort-by-score.ts";

/**
 * Shares the traffic out by `weight`: a target with weight 3 goes first three times as often as one with weight 1.
 * The rest follow as fallbacks, the heaviest first. A target with weight 0 is never more than a fallback, unless all are 0.
 */
export function weightedStrategy(): Strategy {
  return {
    name: "weighted",
    order(targets, context) {
      const first = draw(targets, context.random());
      const rest = targets.filter((target) => target !== first);
      const fallbacks = sortByScore(rest, (target) => -target.weight);
      return first === undefined ? fallbacks : [first, ...fallbacks];
    },
  };
}

function draw(targets: readonly TargetView[], random: number): TargetView | undefined {
  let left = random * targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}
