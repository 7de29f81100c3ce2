import type { DrillRun } from "./drill-run.ts";
import type { DrillReport } from "../drill-report.ts";
import { drillTable } from "./table.ts";

/** A drill that goes on: a promise of its report, which comes when it has ended. It ends by itself, by `stop()`, or with the router. */
export class Drill implements PromiseLike<DrillReport>, AsyncDisposable {
  readonly #run: DrillRun;
  readonly #ended: Promise<DrillReport>;
  readonly #stop: () => void;

  /** @internal Use `router.drill()`. */
  constructor(run: DrillRun, ended: Promise<DrillReport>, stop: () => void) {
    this.#run = run;
    this.#ended = ended;
    this.#stop = stop;
  }

  /** What a dry drill may cost at most, in USD; undefined of other drills, which cost what the calls cost. */
  get worstCaseUsd(): number | undefined {
    return this.#run.plan.worstCaseUsd;
  }

  /** The report as it stands. */
  report(): DrillReport {
    return this.#run.report();
  }

  /** Ends the drill now. */
  stop(): Promise<DrillReport> {
    this.#stop();
    return this.#ended;
  }

  /** The report when the drill has ended. Never rejected. */
  // oxlint-disable-next-line unicorn/no-thenable -- awaiting it is what it is for
  then<Fulfilled = DrillReport, Rejected = never>(
    onFulfilled?: ((report: DrillReport) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#ended.then(onFulfilled, onRejected);
  }

  /** Ends the drill. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** The report as it stands, as a table. */
  toString(): string {
    return drillTable(this.report());
  }
}
