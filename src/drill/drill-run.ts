import type { RouteRecord } from "../glossary.ts";
import type { DrillReport } from "../drill-report.ts";
import { SideTally } from "./side-tally.ts";

/** What a drill is. */
export interface DrillPlan {
  readonly target: string;
  readonly share: number;
  readonly dry: boolean;
  readonly worstCaseUsd?: number | undefined;
}

/** Tag of the calls that a dry drill makes. */
export const drillTag = "drill";

/** One drill, and what has come of it so far. */
export class DrillRun {
  readonly plan: DrillPlan;
  readonly startedAt = Date.now();
  endedAt: number | undefined;
  /** Calls that could not be kept off the target. */
  noFallback = 0;
  readonly #drilled: SideTally;
  readonly #others: SideTally;

  constructor(plan: DrillPlan) {
    this.plan = plan;
    this.#drilled = new SideTally(plan.target);
    this.#others = new SideTally(plan.target);
  }

  /** A call has ended. */
  add(record: RouteRecord): void {
    if (this.endedAt !== undefined || record.startedAt < this.startedAt) return;
    if (record.drilled === this.plan.target) this.#addDrilled(record);
    else if (this.#isOther(record)) this.#others.add(record);
  }

  #addDrilled(record: RouteRecord): void {
    if (this.plan.dry && record.attempts.length === 0) this.noFallback += 1;
    this.#drilled.add(record);
  }

  #isOther({ drilled, attempts }: RouteRecord): boolean {
    return !this.plan.dry && drilled === undefined && attempts[0]?.target === this.plan.target;
  }

  report(): DrillReport {
    const { target, share, dry, worstCaseUsd } = this.plan;
    return {
      target,
      dry,
      share,
      startedAt: this.startedAt,
      endedAt: this.endedAt,
      drilled: this.#drilled.side(),
      others: this.#others.side(),
      noFallback: this.noFallback,
      ...(worstCaseUsd === undefined ? {} : { worstCaseUsd }),
    };
  }
}
