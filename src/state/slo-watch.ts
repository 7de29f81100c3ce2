import type { Objective, Slo } from "../config/resolved.ts";
import type { RouteRecord } from "../glossary.ts";
import { BurnMeter, type ObjectiveStats } from "./burn-meter.ts";
import { isFault } from "./fault.ts";

/** How well a tier keeps its promises: over the sliding window of its `slo`. */
export interface SloStats {
  /** True while one of them is broken too fast. */
  readonly burning: boolean;
  /** Length of the sliding window, in ms. */
  readonly windowMs: number;
  /** By name: `p95Ms`, `p99Ms`, `availability`; those that are promised. */
  readonly objectives: Readonly<Partial<Record<Objective["name"], ObjectiveStats>>>;
}

/** Told when a promise begins to be broken too fast, and when it no longer is. */
export interface SloListener {
  (objective: Objective, stats: ObjectiveStats): void;
}

/** Watches the promises of one tier. */
export class SloWatch {
  readonly #slo: Slo;
  readonly #onChange: SloListener;
  readonly #meters: readonly BurnMeter[];
  readonly #burning = new Set<BurnMeter>();
  #timer: NodeJS.Timeout | undefined;

  constructor(slo: Slo, onChange: SloListener) {
    this.#slo = slo;
    this.#onChange = onChange;
    this.#meters = slo.objectives.map((objective) => new BurnMeter(objective, slo));
  }

  /** A call of the tier ended. */
  add(record: RouteRecord, now = Date.now()): void {
    for (const meter of this.#meters) {
      const broken = isBroken(meter.objective, record);
      if (broken === undefined) continue;
      meter.add(broken, now);
      this.#judge(meter, now);
    }
  }

  stats(now = Date.now()): SloStats {
    const all = this.#meters.map((meter) => [meter.objective.name, meter.stats(now)] as const);
    return {
      burning: all.some(([, { burning }]) => burning),
      windowMs: this.#slo.windowMs,
      objectives: Object.fromEntries(all),
    };
  }

  /** Ends the timer. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #judge(meter: BurnMeter, now: number): void {
    const stats = meter.stats(now);
    if (stats.burning === this.#burning.has(meter)) return;
    if (stats.burning) this.#burning.add(meter);
    else this.#burning.delete(meter);
    this.#lookAgain();
    this.#onChange(meter.objective, stats);
  }

  // That it is over shows in the passing of time, also where no more calls come.
  #lookAgain(): void {
    if (this.#burning.size === 0) this.close();
    else this.#timer ??= setInterval(() => this.#look(), Math.max(1, this.#slo.windowMs / 72)).unref();
  }

  #look(): void {
    const now = Date.now();
    for (const meter of this.#burning) this.#judge(meter, now);
  }
}

/** Whether a call broke a promise; undefined when it says nothing about it. */
function isBroken({ name, goal }: Objective, record: RouteRecord): boolean | undefined {
  const fault = isFault(record);
  if (!fault && record.outcome !== "answered") return undefined;
  if (name === "availability") return fault;
  const latencyMs = record.stream && !fault ? record.ttftMs : record.durationMs;
  // What failed at once was not slow, and not fast either.
  if (latencyMs === undefined || (fault && latencyMs <= goal)) return undefined;
  return latencyMs > goal;
}
