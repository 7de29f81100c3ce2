import { meanInterval, wilsonInterval, type Proportion } from "../lib/intervals.ts";
import { quantileRanks } from "../lib/quantile-ranks.ts";
import type { Durations } from "../state/durations.ts";
import type { ResultCounts } from "../state/result-counts.ts";
import type { Estimate, TargetResult } from "./report.ts";

/** How sure a report is to be: as a share, and in standard deviations. */
export interface Sureness {
  readonly confidence: number;
  readonly z: number;
}

/** What was counted, as estimates with their intervals. */
export function resultOf(name: string, counts: ResultCounts, sure: Sureness): TargetResult {
  const { rated, calls, savedUsd, durations } = counts;
  return {
    name,
    calls,
    good: rated.successes,
    bad: rated.trials - rated.successes,
    accuracy: accuracyOf(rated, sure),
    costUsd: costOf(counts, sure),
    p50Ms: quantileOf(durations, 0.5, sure),
    p95Ms: quantileOf(durations, 0.95, sure),
    savedUsd,
  };
}

function accuracyOf(rated: Proportion, { z }: Sureness): Estimate {
  const { successes, trials: count } = rated;
  if (count === 0) return { count, value: undefined, low: undefined, high: undefined };
  return { count, value: successes / count, ...wilsonInterval(rated, z) };
}

function costOf({ costs }: ResultCounts, { z }: Sureness): Estimate {
  const { count, mean } = costs;
  const { low, high } = meanInterval(costs, z) ?? {};
  return { count, value: count === 0 ? undefined : mean, low: low && Math.max(0, low), high };
}

function quantileOf(durations: Durations, quantile: number, { confidence }: Sureness): Estimate {
  const { count } = durations;
  if (count === 0) return { count, value: undefined, low: undefined, high: undefined };
  const { low, high } = quantileRanks(count, quantile, confidence);
  const at = (place: number | undefined): number | undefined => (place === undefined ? undefined : durations.at(place));
  return { count, value: durations.at(Math.ceil(quantile * count)), low: at(low), high: at(high) };
}
