import type { AttemptRecord, RouteRecord } from "../glossary.ts";
import { AttemptCounts, type AttemptStats } from "./attempt-counts.ts";
import { isUnpriced } from "./cost-sums.ts";
import { isFault } from "./fault.ts";
import { type LatencyStats, LatencyWindow } from "./latency.ts";
import { OutcomeWindow, type ReliabilityStats } from "./outcome-window.ts";
import type { WindowOptions } from "./slices.ts";

/**
 * What happened to the calls of one tier: sums since counting began; latencies, `errorRate` and `uptime` over the window.
 * A call counts when it has ended. Failures that only the caller can cure, such as a 400, are left out of both rates.
 */
export interface TierStats extends AttemptStats, ReliabilityStats {
  /** `answered + failed + aborted`. */
  readonly calls: number;
  /** Calls that were answered. */
  readonly answered: number;
  /** Calls that ended in an error. */
  readonly failed: number;
  /** Calls that the caller gave up. */
  readonly aborted: number;
  /** Calls that another target than the first of the chain answered. */
  readonly fallbacks: number;
  /** Calls whose streams broke and were mended by another target. */
  readonly mended: number;
  /** Calls of `router.within()` that were late. */
  readonly slaMisses: number;
  /** Calls that were served but whose cost is unknown in whole or part: `costUsd` is too low by these. */
  readonly unpricedCalls: number;
  /** What the baseline would have cost for the same tokens, less what they cost, in USD; over the calls where both are known. */
  readonly savedUsd: number;
  /** Durations of the calls that were answered, from the call to the end of the answer. */
  readonly latency: LatencyStats;
  /** From the call to the first token with content; streams only. */
  readonly ttft: LatencyStats;
}

/** Keeps the books of one tier, or of all of them. */
export class TierTally {
  readonly #counts = new AttemptCounts();
  readonly #outcomes: OutcomeWindow;
  readonly #latency: LatencyWindow;
  readonly #ttft: LatencyWindow;
  readonly #calls = { answered: 0, failed: 0, aborted: 0, pending: 0 };
  #fallbacks = 0;
  #mended = 0;
  #slaMisses = 0;
  #unpriced = 0;
  #savedUsd = 0;

  constructor(window: WindowOptions) {
    this.#outcomes = new OutcomeWindow(window);
    this.#latency = new LatencyWindow(window);
    this.#ttft = new LatencyWindow(window);
  }

  begin(): void {
    this.#counts.begin();
  }

  end(attempt: AttemptRecord): void {
    this.#counts.end(attempt);
  }

  request(record: RouteRecord, now: number): void {
    this.#calls[record.outcome] += 1;
    if (record.fellBack) this.#fallbacks += 1;
    if (record.mended !== undefined) this.#mended += 1;
    if (isUnpriced(record)) this.#unpriced += 1;
    this.#savedUsd += record.savedUsd ?? 0;
    if (record.ttftMs !== undefined) this.#ttft.add(record.ttftMs, now);
    if (record.outcome === "answered") this.#answered(record, now);
    else if (isFault(record)) this.#outcomes.add(true, now);
  }

  missed(): void {
    this.#slaMisses += 1;
  }

  stats(now: number): TierStats {
    const { answered, failed, aborted } = this.#calls;
    return {
      ...this.#counts.stats(),
      ...this.#outcomes.stats(now),
      calls: answered + failed + aborted,
      answered,
      failed,
      aborted,
      fallbacks: this.#fallbacks,
      mended: this.#mended,
      slaMisses: this.#slaMisses,
      unpricedCalls: this.#unpriced,
      savedUsd: this.#savedUsd,
      latency: this.#latency.stats(now),
      ttft: this.#ttft.stats(now),
    };
  }

  #answered(record: RouteRecord, now: number): void {
    this.#outcomes.add(false, now);
    if (record.durationMs !== undefined) this.#latency.add(record.durationMs, now);
  }
}
