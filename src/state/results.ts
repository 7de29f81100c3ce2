import type { RouteRecord } from "../glossary.ts";
import { LruMap } from "../lib/lru-map.ts";
import { Experiments } from "./experiments.ts";
import { ResultCounts } from "./result-counts.ts";

/** What calls are told apart by in reports, besides the target. A label is `tag:` and its name. */
export type ReportDimension = "task" | "tier" | `tag:${string}`;

/** How much is remembered. */
export interface ResultLimits {
  /** Pairs of a task and a target, at 16 kB and a little. @defaultValue 500 */
  readonly maxPairs?: number | undefined;
  /** Answers for which feedback that comes again replaces what was said before; the oldest go first. @defaultValue 10_000 */
  readonly maxRated?: number | undefined;
}

/** What a judged answer has to say for itself: a record, or a copy of one from another process. */
export type Judged = Pick<RouteRecord, "requestId" | "tier"> &
  Partial<Pick<RouteRecord, "task" | "tags" | "target" | "experiment" | "variant" | "drilled">>;

/** What was said of an answer, and where it was counted. */
interface Rating {
  readonly counts: readonly ResultCounts[];
  readonly good: number;
}

/** What is known of a task: target → results. */
export type TaskCounts = ReadonlyMap<string, ResultCounts>;

/** Adds up how well targets do, by task: what they cost, how long they take, and how good people found their answers. */
export class Results {
  readonly since = Date.now();
  readonly by: ReportDimension;
  /** Answers of pairs that came when as many were known as there may be. */
  untold = 0;
  readonly #maxPairs: number;
  readonly #tasks = new Map<string | undefined, Map<string, ResultCounts>>();
  readonly #experiments = new Experiments();
  readonly #rated: LruMap<string, Rating>;
  #pairs = 0;

  constructor(by: ReportDimension, { maxPairs = 500, maxRated = 10_000 }: ResultLimits = {}) {
    this.by = by;
    this.#maxPairs = maxPairs;
    this.#rated = new LruMap(maxRated);
  }

  /** By task, in the order in which they came; `undefined` for calls without one. */
  get tasks(): ReadonlyMap<string | undefined, TaskCounts> {
    return this.#tasks;
  }

  /** Experiment → variant → results. */
  get experiments(): Experiments["all"] {
    return this.#experiments.all;
  }

  /** A call ended; its record is complete. */
  add(record: RouteRecord): void {
    if (record.variant !== undefined) this.#experiments.of(record)?.end(record);
    const { target, outcome, attempts, savedUsd, feedback } = record;
    if (target === undefined) return;
    const counts = outcome === "answered" ? this.#of(record, target) : undefined;
    const answering = attempts.at(-1);
    counts?.add({ durationMs: answering?.durationMs, costUsd: answering?.costUsd, savedUsd });
    // It was judged while it still came; another target may have gone on with it since.
    if (feedback !== undefined) this.judge({ ...record, target }, feedback);
  }

  /** An answer was judged, 0–1: what was said of it before no longer counts. */
  judge(record: Judged & { readonly target: string }, good: number): void {
    const { requestId, target } = record;
    const counts = [this.#of(record, target), this.#experiments.of(record)].filter((one) => one !== undefined);
    const before = this.#rated.get(requestId);
    for (const one of before?.counts ?? []) one.unrate(before?.good ?? 0);
    for (const one of counts) one.rate(good);
    this.#rated.set(requestId, { counts, good });
  }

  #of(record: Judged, target: string): ResultCounts | undefined {
    const task = this.#taskOf(record);
    const known = this.#tasks.get(task)?.get(target);
    if (known !== undefined) return known;
    if (this.#pairs >= this.#maxPairs) {
      this.untold += 1;
      return undefined;
    }
    const counts = new ResultCounts();
    const targets = this.#tasks.get(task) ?? new Map<string, ResultCounts>();
    this.#tasks.set(task, targets.set(target, counts));
    this.#pairs += 1;
    return counts;
  }

  #taskOf({ task, tier, tags }: Judged): string | undefined {
    if (this.by === "task") return task;
    return this.by === "tier" ? tier : tags?.[this.by.slice("tag:".length)];
  }
}
