import type { Strategy } from "../strategy.ts";
import { sortByScore } from "./sort-by-score.ts";

/** Tries the target with the fewest calls in flight first; among equals, the one the tier names first. */
export function leastBusyStrategy(): Strategy {
  return {
    name: "least-busy",
    order: (targets, context) => sortByScore(targets, (target) => context.stateOf(target).inFlight),
  };
}
