import type { Moments, Proportion } from "../lib/intervals.ts";
import { Durations } from "./durations.ts";

/** What one call adds to the results. */
export interface Outcome {
  /** In ms; undefined when it is not to count. */
  readonly durationMs: number | undefined;
  readonly costUsd: number | undefined;
  readonly savedUsd: number | undefined;
}

/** What is known of the answers of one target, or of one side of an experiment. */
export class ResultCounts {
  /** Calls that were answered. */
  calls = 0;
  /** Undefined while no call has a saving that is known. */
  savedUsd: number | undefined;
  readonly durations = new Durations();
  #rated = 0;
  #good = 0;
  #priced = 0;
  #mean = 0;
  #squares = 0;

  add({ durationMs, costUsd, savedUsd }: Outcome): void {
    this.calls += 1;
    if (savedUsd !== undefined) this.savedUsd = (this.savedUsd ?? 0) + savedUsd;
    this.durations.add(durationMs);
    if (costUsd !== undefined) this.#addCost(costUsd);
  }

  /** An answer was judged, 0–1. */
  rate(good: number): void {
    this.#rated += 1;
    this.#good += good;
  }

  /** It was judged otherwise, or is another's. */
  unrate(good: number): void {
    this.#rated -= 1;
    this.#good -= good;
  }

  get rated(): Proportion {
    return { successes: this.#good, trials: this.#rated };
  }

  get costs(): Moments {
    return { count: this.#priced, mean: this.#mean, squares: this.#squares };
  }

  // Welford's way: sums of squares of small costs would lose their digits.
  #addCost(costUsd: number): void {
    this.#priced += 1;
    const off = costUsd - this.#mean;
    this.#mean += off / this.#priced;
    this.#squares += off * (costUsd - this.#mean);
  }
}
