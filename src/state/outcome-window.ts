import { Slices, type WindowOptions } from "./slices.ts";

/** How reliable something was over the sliding window. */
export interface ReliabilityStats {
  /** Share of outcomes that were faults, 0–1; `undefined` when there was no outcome. */
  readonly errorRate: number | undefined;
  /**
   * Availability over time, 0–1: for each slice of the window that had outcomes, the share that were no faults; then
   * the mean over these slices. Each stretch of time weighs the same, so an outage shows in full although an open
   * breaker keeps nearly all calls away from it. `undefined` when there was no outcome.
   */
  readonly uptime: number | undefined;
}

/** Counts successes and faults over a sliding window. */
export class OutcomeWindow {
  readonly #slices: Slices<Outcomes>;

  constructor(options: WindowOptions = {}) {
    this.#slices = new Slices({ make: () => ({ total: 0, faults: 0 }), clear }, options);
  }

  /** Counts one outcome. */
  add(fault: boolean, now = Date.now()): void {
    const outcomes = this.#slices.at(now);
    outcomes.total += 1;
    if (fault) outcomes.faults += 1;
  }

  /** The rates at this moment. */
  stats(now = Date.now()): ReliabilityStats {
    const slices = this.#slices.within(now).filter(({ total }) => total > 0);
    if (slices.length === 0) return { errorRate: undefined, uptime: undefined };
    const total = sum(slices, (slice) => slice.total);
    const downtime = sum(slices, (slice) => slice.faults / slice.total);
    return {
      errorRate: sum(slices, (slice) => slice.faults) / total,
      uptime: 1 - downtime / slices.length,
    };
  }
}

interface Outcomes {
  total: number;
  faults: number;
}

function clear(outcomes: Outcomes): void {
  outcomes.total = 0;
  outcomes.faults = 0;
}

function sum(slices: readonly Outcomes[], valueOf: (slice: Outcomes) => number): number {
  return slices.reduce((total, slice) => total + valueOf(slice), 0);
}
