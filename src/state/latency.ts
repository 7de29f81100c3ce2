import type { RecordableHistogram } from "node:perf_hooks";
import { durationHistogram, recordable } from "../lib/duration-histogram.ts";
import { Slices, type WindowOptions } from "./slices.ts";

/** Durations of the sliding window, in ms, exact to 1 %; `undefined` when there was none. */
export interface LatencyStats {
  /** How many durations the window holds. */
  readonly count: number;
  /** Half of them are at most this long, in ms; undefined when there are none. */
  readonly p50Ms: number | undefined;
  /** 95 % of them are. */
  readonly p95Ms: number | undefined;
  /** 99 % of them are. */
  readonly p99Ms: number | undefined;
  /** The longest. */
  readonly maxMs: number | undefined;
}

const recentLifeMs = 500;
const maxPending = 64;

const none: LatencyStats = {
  count: 0,
  p50Ms: undefined,
  p95Ms: undefined,
  p99Ms: undefined,
  maxMs: undefined,
};

/**
 * Percentiles of durations over a sliding window. Memory is bounded whatever the traffic: one histogram of 16 kB for
 * each slice in which something was measured.
 */
export class LatencyWindow {
  readonly #slices: Slices<RecordableHistogram>;
  // One by one, each costs a way into the runtime that is cold by then; together, hardly anything.
  readonly #pending: number[] = [];
  #pendingAt = 0;
  #recent = none;
  #recentAt = 0;

  constructor(options: WindowOptions = {}) {
    this.#slices = new Slices({ make: durationHistogram, clear: (histogram) => histogram.reset() }, options);
  }

  /** Adds a duration in ms; what is no duration is passed over. */
  add(durationMs: number, now = Date.now()): void {
    const rounded = recordable(durationMs);
    if (Number.isNaN(rounded)) return;
    if (this.#slices.turnAt(now) !== this.#slices.turnAt(this.#pendingAt)) this.#record();
    this.#pendingAt = now;
    if (this.#pending.push(rounded) >= maxPending) this.#record();
  }

  /** The percentiles, at most half a second old once there are any: cheap enough to be asked at every call. */
  recent(now = Date.now()): LatencyStats {
    if (this.#recent.count === 0 || now - this.#recentAt >= recentLifeMs) {
      this.#recent = this.stats(now);
      this.#recentAt = now;
    }
    return this.#recent;
  }

  /** The median in ms, as {@link recent}. */
  p50Ms(now = Date.now()): number | undefined {
    return this.recent(now).p50Ms;
  }

  /** The percentiles at this moment. */
  stats(now = Date.now()): LatencyStats {
    this.#record();
    const merged = merge(this.#slices.within(now));
    if (merged === undefined || merged.count === 0) return none;
    return {
      count: merged.count,
      p50Ms: merged.percentile(50),
      p95Ms: merged.percentile(95),
      p99Ms: merged.percentile(99),
      maxMs: merged.max,
    };
  }

  #record(): void {
    if (this.#pending.length === 0) return;
    const histogram = this.#slices.at(this.#pendingAt);
    for (const duration of this.#pending) histogram.record(duration);
    this.#pending.length = 0;
  }
}

let scratch: RecordableHistogram | undefined;

/** One histogram of them all, valid until the next call. */
function merge(histograms: readonly RecordableHistogram[]): RecordableHistogram | undefined {
  if (histograms.length < 2) return histograms[0];
  scratch ??= durationHistogram();
  scratch.reset();
  for (const histogram of histograms) scratch.add(histogram);
  return scratch;
}
