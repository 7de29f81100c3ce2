import type { AttemptRecord, FailureKind } from "../glossary.ts";
import { AttemptCounts, type AttemptStats } from "./attempt-counts.ts";
import { type LatencyStats, LatencyWindow } from "./latency.ts";
import { OutcomeWindow, type ReliabilityStats } from "./outcome-window.ts";
import type { WindowOptions } from "./slices.ts";

/** What happened at one target: sums since counting began; latencies, `errorRate` and `uptime` over the window. */
export interface TargetStats extends AttemptStats, ReliabilityStats {
  /** Attempts that gave the answer. */
  readonly answered: number;
  /** Attempts that answered and whose cost is unknown: the target has no price. */
  readonly unpricedAttempts: number;
  /**
   * Durations of the attempts that answered, and of those that ran out of time or were outrun by a hedge: these took at
   * least that long, and without them a target that hangs would look fast.
   */
  readonly latency: LatencyStats;
  /** From sending to the first token with content, or until a hedge had one; streams only. */
  readonly ttft: LatencyStats;
}

/** The durations measured at a target, kept over the sliding window. */
export interface TargetWindows {
  /** Durations of attempts. */
  readonly latency: LatencyWindow;
  /** Times to the first token with content. */
  readonly ttft: LatencyWindow;
}

/** The failures that tell something about the target, as for its breaker; the others tell about the request or the key. */
const faults: ReadonlySet<FailureKind> = new Set<FailureKind>([
  "connection",
  "timeout",
  "server_error",
  "invalid_response",
  "stream_interrupted",
]);

/** Keeps the books of one target. */
export class TargetTally implements TargetWindows {
  /** Number of the use that was the latest: by it the least recently used is found. */
  lastUse = 0;
  readonly latency: LatencyWindow;
  readonly ttft: LatencyWindow;
  readonly #counts = new AttemptCounts();
  readonly #outcomes: OutcomeWindow;
  #answered = 0;
  #unpriced = 0;

  constructor(window: WindowOptions) {
    this.#outcomes = new OutcomeWindow(window);
    this.latency = new LatencyWindow(window);
    this.ttft = new LatencyWindow(window);
  }

  begin(): void {
    this.#counts.begin();
  }

  end(attempt: AttemptRecord, now: number): void {
    const { failure, durationMs, costUsd } = attempt;
    this.#counts.end(attempt);
    if (failure === undefined) this.#answered += 1;
    if (failure === undefined && costUsd === undefined) this.#unpriced += 1;
    if (failure === undefined || failure === "timeout") this.latency.add(durationMs, now);
    if (failure === undefined || faults.has(failure)) this.#outcomes.add(failure !== undefined, now);
  }

  stats(now: number): TargetStats {
    return {
      ...this.#counts.stats(),
      ...this.#outcomes.stats(now),
      answered: this.#answered,
      unpricedAttempts: this.#unpriced,
      latency: this.latency.stats(now),
      ttft: this.ttft.stats(now),
    };
  }
}
