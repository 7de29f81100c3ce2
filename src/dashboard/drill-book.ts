import type { DrillReport, DrillSide } from "../drill-report.ts";
import type { RouterEvents } from "../events.ts";
import type { ShownDrill, ShownDrillSide } from "./shown.ts";

const mostKept = 10;

/** The drills that go on, and the latest that have ended. */
export class DrillBook {
  #drills: readonly ShownDrill[] = [];

  begin({ target, dry, share }: RouterEvents["drill:start"]): void {
    const open = { target, dry, share, startedAt: Date.now(), endedAt: undefined, noFallback: 0 };
    this.#keep({ ...open, drilled: undefined, others: undefined });
  }

  end({ target, dry, share, startedAt, endedAt, noFallback, drilled, others }: DrillReport): void {
    const begun = this.#drills.find((one) => one.target === target && one.dry === dry && one.endedAt === undefined);
    this.#drills = this.#drills.filter((one) => one !== begun);
    this.#keep({
      target,
      dry,
      share,
      startedAt,
      endedAt,
      noFallback,
      drilled: sideOf(drilled),
      others: sideOf(others),
    });
  }

  /** The latest first. */
  shown(): readonly ShownDrill[] {
    return this.#drills;
  }

  #keep(drill: ShownDrill): void {
    this.#drills = [drill, ...this.#drills].slice(0, mostKept);
  }
}

function sideOf({ calls, answered, rescued, failed, latency, costPerCallUsd }: DrillSide): ShownDrillSide {
  const { p50Ms, p95Ms } = latency;
  return { calls, answered, rescued, failed, p50Ms, p95Ms, costPerCallUsd };
}
