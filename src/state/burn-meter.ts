import type { Objective, Slo } from "../config/resolved.ts";
import { Slices } from "./slices.ts";

/** How well one promise of a tier was kept over the sliding window. */
export interface ObjectiveStats {
  /** What is promised: ms, or a share of the calls. */
  readonly goal: number;
  /** Calls that count. */
  readonly calls: number;
  /** Of those, the calls for which the promise was broken. */
  readonly broken: number;
  /** How many times as fast as allowed it was broken: 1 uses the error budget up exactly. `undefined` without calls. */
  readonly burnRate: number | undefined;
  /** The same over the last twelfth of the window. */
  readonly recentBurnRate: number | undefined;
  /** True while both rates are beyond the limit, and the window holds enough calls. */
  readonly burning: boolean;
}

interface Calls {
  total: number;
  broken: number;
}

/**
 * Measures how fast an error budget is used up, over a window and a twelfth of it: the long one keeps a short flare from
 * raising an alarm, the short one ends it soon after the trouble is over. Memory is bounded whatever the traffic.
 *
 * Multiwindow burn rates, and 14.4 within an hour as the rate that wakes people, are from "The Site Reliability Workbook"
 * (Google), chapter 5: https://sre.google/workbook/alerting-on-slos/
 */
export class BurnMeter {
  readonly objective: Objective;
  readonly #slo: Slo;
  readonly #long: Slices<Calls>;
  readonly #short: Slices<Calls>;

  constructor(objective: Objective, slo: Slo) {
    this.objective = objective;
    this.#slo = slo;
    this.#long = windowOf(slo.windowMs, 12);
    this.#short = windowOf(slo.windowMs / 12, 6);
  }

  /** A call ended, for which the promise was kept or broken. */
  add(broken: boolean, now: number): void {
    for (const window of [this.#long, this.#short]) {
      const calls = window.at(now);
      calls.total += 1;
      if (broken) calls.broken += 1;
    }
  }

  stats(now: number): ObjectiveStats {
    const { goal } = this.objective;
    const { burnRate: limit, minCalls } = this.#slo;
    const { total: calls, broken } = sum(this.#long.within(now));
    const burnRate = this.#rateOf({ total: calls, broken });
    const recentBurnRate = this.#rateOf(sum(this.#short.within(now)));
    const burning = calls >= minCalls && (burnRate ?? 0) >= limit && (recentBurnRate ?? 0) >= limit;
    return { goal, calls, broken, burnRate, recentBurnRate, burning };
  }

  #rateOf({ total, broken }: Calls): number | undefined {
    return total === 0 ? undefined : broken / total / this.objective.budget;
  }
}

function windowOf(windowMs: number, slices: number): Slices<Calls> {
  return new Slices({ make: () => ({ total: 0, broken: 0 }), clear }, { windowMs, slices });
}

function clear(calls: Calls): void {
  calls.total = 0;
  calls.broken = 0;
}

function sum(slices: readonly Calls[]): Calls {
  const all = { total: 0, broken: 0 };
  for (const { total, broken } of slices) {
    all.total += total;
    all.broken += broken;
  }
  return all;
}
