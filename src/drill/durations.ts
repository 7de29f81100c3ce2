import { createHistogram } from "node:perf_hooks";
import type { DrillDurations } from "../drill-report.ts";

const longestMs = 3_600_000;

/** Durations of any number, in one histogram. */
export class Durations {
  readonly #histogram = createHistogram({ lowest: 1, highest: longestMs, figures: 2 });

  add(durationMs: number | undefined): void {
    if (durationMs !== undefined) this.#histogram.record(Math.min(longestMs, Math.max(1, Math.round(durationMs))));
  }

  stats(): DrillDurations {
    const { count } = this.#histogram;
    if (count === 0) return { count, p50Ms: undefined, p95Ms: undefined };
    return { count, p50Ms: this.#histogram.percentile(50), p95Ms: this.#histogram.percentile(95) };
  }
}
