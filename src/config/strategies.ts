import type { Strategy } from "../strategy.ts";
import type { StrategyName } from "../options.ts";
import { cheapestStrategy } from "../plan/cheapest.ts";
import { fastestStrategy } from "../plan/fastest.ts";
import { leastBusyStrategy } from "../plan/least-busy.ts";
import { priorityStrategy } from "../plan/priority.ts";
import { weightedStrategy } from "../plan/weighted.ts";

const strategies: Readonly<Record<StrategyName, () => Strategy>> = {
  priority: priorityStrategy,
  cheapest: cheapestStrategy,
  fastest: fastestStrategy,
  weighted: weightedStrategy,
  "least-busy": leastBusyStrategy,
};

/** The names of the strategies that come with the package. */
export const strategyNames: readonly string[] = Object.keys(strategies);

/** The strategy itself, or the one of that name. */
export function strategyOf(given: StrategyName | Strategy): Strategy {
  return typeof given === "string" ? strategies[given]() : given;
}
