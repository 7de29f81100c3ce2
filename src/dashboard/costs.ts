import type { ModelRouter } from "../router.ts";
import type { CostDimension } from "../state/costs.ts";
import type { CostSums } from "../state/cost-sums.ts";
import type { ShownCost, ShownCosts } from "./shown.ts";
import { clip } from "./words.ts";

/** So many names of a dimension are told apart; what the others cost is one. */
const mostGroups = 12;

/** What calls cost by each dimension that has more than nothing to say. */
export function costsShown(router: Pick<ModelRouter, "costs">, tags: ReadonlySet<string>): readonly ShownCosts[] {
  const dimensions: CostDimension[] = [
    "tier",
    "target",
    "task",
    ...[...tags].map((tag): CostDimension => `tag:${tag}`),
  ];
  return dimensions.flatMap((by) => {
    const { groups, other, none } = router.costs({ by });
    const named = Object.entries(groups).toSorted(([, one], [, next]) => next.costUsd - one.costUsd);
    if (named.length === 0) return [];
    const rest = [...named.slice(mostGroups).map(([, sums]) => sums), other].reduce(added, nothing);
    const beside = [costOf("others", rest), costOf("none", none)].filter(({ calls }) => calls > 0);
    return {
      by: clip(by),
      groups: [...named.slice(0, mostGroups).map(([name, sums]) => costOf(name, sums)), ...beside],
    };
  });
}

type Sums = Pick<CostSums, "calls" | "costUsd" | "savedUsd" | "unpricedCalls">;

const nothing: Sums = { calls: 0, costUsd: 0, savedUsd: 0, unpricedCalls: 0 };

function added(one: Sums, other: Sums): Sums {
  return {
    calls: one.calls + other.calls,
    costUsd: one.costUsd + other.costUsd,
    savedUsd: one.savedUsd + other.savedUsd,
    unpricedCalls: one.unpricedCalls + other.unpricedCalls,
  };
}

function costOf(name: string, { calls, costUsd, savedUsd, unpricedCalls }: Sums): ShownCost {
  return { name: clip(name), calls, costUsd, savedUsd, unpricedCalls };
}
