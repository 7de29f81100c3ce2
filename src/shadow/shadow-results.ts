import type { AttemptRecord, RouteRecord } from "../glossary.ts";
import { ResultCounts } from "../state/result-counts.ts";

/** Why a call that was drawn got no shadow. */
export type ShadowSkip = "side_effects" | "same_target" | "unfit" | "out" | "resting" | "busy" | "budget";

/** What is known of the shadows of one task. */
export class ShadowCounts {
  /** Of the shadow's answers; `rated` are the comparisons. */
  readonly shadow = new ResultCounts();
  /** Of the answers that were given in the same calls. */
  readonly given = new ResultCounts();
  failed = 0;
}

// Tasks are the callers': so many are told apart, at 32 kB.
const maxTasks = 100;

/** What came of shadows. */
export class ShadowResults {
  readonly target: string;
  readonly skipped = new Map<ShadowSkip, number>();
  /** Shadows of tasks that came when as many were known as there may be. */
  untold = 0;
  readonly #tasks = new Map<string | undefined, ShadowCounts>();

  constructor(target: string) {
    this.target = target;
  }

  /** By task, in the order in which they came. */
  get tasks(): ReadonlyMap<string | undefined, ShadowCounts> {
    return this.#tasks;
  }

  skip(why: ShadowSkip): void {
    this.skipped.set(why, (this.skipped.get(why) ?? 0) + 1);
  }

  /** A shadow ended. */
  add(record: RouteRecord, attempt: AttemptRecord): void {
    const counts = this.#of(record.task);
    if (counts === undefined) return;
    if (attempt.failure !== undefined) {
      counts.failed += 1;
      return;
    }
    counts.shadow.add({ durationMs: attempt.durationMs, costUsd: attempt.costUsd, savedUsd: undefined });
    const answering = record.attempts.at(-1);
    counts.given.add({ durationMs: answering?.durationMs, costUsd: answering?.costUsd, savedUsd: undefined });
  }

  /** Its answer was compared with the one that was given, 0–1. */
  rate({ task }: RouteRecord, score: number): void {
    this.#tasks.get(task)?.shadow.rate(score);
  }

  #of(task: string | undefined): ShadowCounts | undefined {
    const known = this.#tasks.get(task);
    if (known !== undefined) return known;
    if (this.#tasks.size >= maxTasks) {
      this.untold += 1;
      return undefined;
    }
    const counts = new ShadowCounts();
    this.#tasks.set(task, counts);
    return counts;
  }
}
