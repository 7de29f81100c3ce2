import type { DrillDurations } from "../drill-report.ts";
import { durationHistogram, recordable } from "../lib/duration-histogram.ts";

const maxPending = 64;

/** Durations of any number, in one histogram of 16 kB. */
export class Durations {
  readonly #histogram = durationHistogram();
  // One by one, each costs a way into the runtime that is cold by then; together, hardly anything.
  readonly #pending: number[] = [];

  /** Adds a duration in ms; what is no duration is passed over. */
  add(durationMs: number | undefined): void {
    if (durationMs === undefined || Number.isNaN(durationMs)) return;
    if (this.#pending.push(recordable(durationMs)) >= maxPending) this.#record();
  }

  get count(): number {
    return this.#histogram.count + this.#pending.length;
  }

  stats(): DrillDurations {
    this.#record();
    const { count } = this.#histogram;
    if (count === 0) return { count, p50Ms: undefined, p95Ms: undefined };
    return { count, p50Ms: this.#histogram.percentile(50), p95Ms: this.#histogram.percentile(95) };
  }

  /** The duration at a place in rising order, counted from 1. */
  at(place: number): number {
    this.#record();
    return this.#histogram.percentile((100 * place) / this.#histogram.count);
  }

  #record(): void {
    for (const duration of this.#pending) this.#histogram.record(duration);
    this.#pending.length = 0;
  }
}
