import type { TargetView } from "../glossary.ts";
import type { Strategy, StrategyContext } from "../strategy.ts";
import { sortByScore } from "./sort-by-score.ts";

/**
 * Tries a fast target first: by median TTFT for streams, by median latency for other calls.
 *
 * - Power of two choices: of two targets picked at random the faster one goes first, so that the fastest of many is not
 *   buried under all the traffic. The rest follow from fast to slow.
 * - A target without measurements goes before all others as long as it has no call in flight, and after all others while
 *   it has one: so one call at a time finds out how fast it is. A slow target that lost its traffic is forgotten by the
 *   sliding window, and then gets another chance in the same way.
 */
export function fastestStrategy(): Strategy {
  return {
    name: "fastest",
    order(targets, context) {
      const sorted = sortByScore(targets, (target) => scoreOf(target, context));
      const [fastest] = sorted;
      if (fastest === undefined || scoreOf(fastest, context) === unmeasured) return sorted;
      const first = sorted[betterOfTwo(sorted.length, context)] ?? fastest;
      return [first, ...sorted.filter((target) => target !== first)];
    },
  };
}

const unmeasured = -1;

function scoreOf(target: TargetView, context: StrategyContext): number {
  const { ttftP50Ms, latencyP50Ms, inFlight } = context.stateOf(target);
  const measured = context.request.stream ? ttftP50Ms : latencyP50Ms;
  return measured ?? (inFlight === 0 ? unmeasured : Infinity);
}

/** The lower, and so faster, of two different places among the sorted targets. */
function betterOfTwo(count: number, context: StrategyContext): number {
  if (count <= 2) return 0;
  const one = Math.floor(context.random() * count);
  const another = Math.floor(context.random() * (count - 1));
  return Math.min(one, another < one ? another : another + 1);
}
