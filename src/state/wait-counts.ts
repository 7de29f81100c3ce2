/** How calls waited for limits since counting began. */
export interface WaitStats {
  /** Calls that wait at this moment. */
  readonly waiting: number;
  /** Waits that ended with a target that let the call in. */
  readonly letIn: number;
  /** Waits that ended without: by the deadline, `maxWaitMs`, an abort or the router's closing. */
  readonly gaveUp: number;
  /** Calls that could not wait: their place was taken, or there could not be enough in time. */
  readonly refused: number;
  /** How long those took that have ended, together, in ms. */
  readonly waitedMs: number;
}

/** Counts how calls wait. */
export class WaitCounts {
  #waiting = 0;
  #letIn = 0;
  #gaveUp = 0;
  #refused = 0;
  #waitedMs = 0;

  begin(): void {
    this.#waiting += 1;
  }

  end(waitedMs: number, outcome: "let_in" | "gave_up"): void {
    this.#waiting -= 1;
    this.#waitedMs += waitedMs;
    if (outcome === "let_in") this.#letIn += 1;
    else this.#gaveUp += 1;
  }

  refused(): void {
    this.#refused += 1;
  }

  /** What was counted so far, as a copy. */
  stats(): WaitStats {
    return {
      waiting: this.#waiting,
      letIn: this.#letIn,
      gaveUp: this.#gaveUp,
      refused: this.#refused,
      waitedMs: this.#waitedMs,
    };
  }
}
