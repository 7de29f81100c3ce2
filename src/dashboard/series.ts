import type { AttemptRecord, RouteRecord } from "../glossary.ts";
import { BoundedNames } from "../exporters/bounded-names.ts";
import { OpenPoint } from "./open-point.ts";
import type { ShownPoint, ShownStep } from "./shown.ts";
import { clip } from "./words.ts";

/** How many steps a chart has. */
export const stepCount = 180;

/** So many targets have a line of their own: callers may name any model id. */
const mostTargets = 50;

type Points = Map<string, OpenPoint>;

/** What happened over time, in steps: of all calls, of each tier, and of the attempts at each target. It has no timer. */
export class Series {
  readonly stepMs: number;
  readonly #targets = new BoundedNames(mostTargets);
  readonly #closed: ShownStep[] = [];
  #open: { readonly at: number; readonly points: Points } | undefined;
  #version = 0;

  constructor(windowMs: number) {
    this.stepMs = Math.ceil(windowMs / stepCount);
  }

  /** Another one than before says that there is something new. */
  get version(): number {
    return this.#version;
  }

  /** A call ended. */
  request(record: RouteRecord, now = Date.now()): void {
    for (const name of ["all", `tier:${record.tier}`]) this.#point(name, now).request(record);
    const { target, ttftMs } = record;
    if (target !== undefined && ttftMs !== undefined) this.#ofTarget(target, now).ttft.add(ttftMs);
  }

  /** A call to a target ended. */
  attempt(attempt: AttemptRecord, now = Date.now()): void {
    this.#ofTarget(attempt.target, now).attempt(attempt);
  }

  /** The steps that ended at `from` or later, and the one that goes on; what is older than the window is left out. */
  since(from: number, now = Date.now()): readonly ShownStep[] {
    const first = Math.max(from, this.#turnAt(now) - (stepCount - 1) * this.stepMs);
    const open = this.#open === undefined ? [] : [shown(this.#open)];
    return [...this.#closed, ...open].filter(({ at }) => at >= first);
  }

  #ofTarget(id: string, now: number): OpenPoint {
    return this.#point(`target:${this.#targets.of(clip(id))}`, now);
  }

  #point(name: string, now: number): OpenPoint {
    this.#version += 1;
    const { points } = this.#stepAt(now);
    const known = points.get(name);
    if (known !== undefined) return known;
    const point = new OpenPoint();
    points.set(name, point);
    return point;
  }

  // A clock that was set back adds to the step that is open.
  #stepAt(now: number): { readonly points: Points } {
    const at = this.#turnAt(now);
    if (this.#open !== undefined && at <= this.#open.at) return this.#open;
    if (this.#open !== undefined) this.#closed.push(shown(this.#open));
    if (this.#closed.length > stepCount) this.#closed.shift();
    this.#open = { at, points: new Map() };
    return this.#open;
  }

  #turnAt(now: number): number {
    return Math.floor(now / this.stepMs) * this.stepMs;
  }
}

function shown({ at, points }: { readonly at: number; readonly points: Points }): ShownStep {
  const series: Record<string, ShownPoint> = Object.create(null);
  for (const [name, point] of points) series[name] = point.shown();
  return { at, series };
}
