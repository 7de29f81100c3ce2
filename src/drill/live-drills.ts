import type { Chain, TargetView } from "../glossary.ts";
import type { DivertibleCall, Drilling } from "./drilling.ts";
import type { DrillRun } from "./drill-run.ts";

/** The drills that go on: each keeps a share of the calls off a target. */
export class LiveDrills implements Drilling {
  readonly #runs = new Map<string, DrillRun>();

  get size(): number {
    return this.#runs.size;
  }

  has(target: string): boolean {
    return this.#runs.has(target);
  }

  all(): readonly DrillRun[] {
    return [...this.#runs.values()];
  }

  add(run: DrillRun): void {
    this.#runs.set(run.plan.target, run);
  }

  delete(run: DrillRun): void {
    this.#runs.delete(run.plan.target);
  }

  divert(call: DivertibleCall): Chain {
    const { chain, isNamed } = call;
    const [first] = chain.targets;
    const run = first === undefined || chain.lastResort || isNamed ? undefined : this.#runs.get(first.id);
    if (first === undefined || run === undefined || Math.random() >= run.plan.share) return chain;
    const without = call.without(first.id);
    if (without.targets.length > 0 && !without.lastResort) return rescued(without, first);
    run.noFallback += 1;
    return chain;
  }
}

// A drill must not fail a call: behind the fallbacks stands the target itself.
function rescued(chain: Chain, target: TargetView): Chain {
  const detail = "a drill keeps the call off it";
  return {
    ...chain,
    targets: [...chain.targets, target],
    leftOut: chain.leftOut.filter((out) => out.target !== target.id),
    deferred: [...(chain.deferred ?? []), { target: target.id, reason: "drill", detail }],
    drilled: target.id,
  };
}
