import type { ResolvedTarget } from "../config/resolved.ts";
import type { TargetDoor } from "../state/door.ts";
import { Attempts } from "./attempts.ts";
import { dueFirst } from "./due-first.ts";
import { AttemptFailure } from "./failure.ts";
import { Findings } from "./findings.ts";
import type { Job } from "./job.ts";
import { NotAdmitted } from "./not-admitted.ts";
import { PursuitLost } from "./pursuit-lost.ts";
import { Retries } from "./retries.ts";
import type { Won } from "./runs.ts";
import { Turn } from "./turn.ts";

/** Tries the targets of a job in turn until one answers. Rejects with {@link PursuitLost} when none does. */
export function pursue(job: Job): Promise<Won> {
  return new Pursuit(job).run();
}

class Pursuit {
  readonly #job: Job;
  readonly #found: Findings;
  readonly #attempts: Attempts;
  readonly #retries: Retries;
  /** Places of break-glass targets whose turn comes when limits let in no other. */
  #behindGlass: readonly number[] = [];

  constructor(job: Job) {
    this.#job = job;
    this.#found = new Findings(job);
    this.#attempts = new Attempts(job, this.#found);
    this.#retries = new Retries(job, this.#found, this.#attempts);
  }

  async run(): Promise<Won> {
    for (let index = 0; index < this.#job.targets.length; index += 1) {
      const target = this.#job.targets[index] as ResolvedTarget;
      if (!this.#found.allow(target)) continue;
      if (target.breakGlass && !this.#breaksGlass(index)) continue;
      const won = await this.#tryAt(index, target);
      if (won !== undefined) return won;
      if (this.#found.isOver) break;
    }
    return this.#lastChance();
  }

  async #tryAt(index: number, target: ResolvedTarget): Promise<Won | undefined> {
    const refusals = this.#found.refusals.length;
    const turn = this.#attempts.turnOf(target, this.#job.targets.length - index);
    if (this.#job.lastResort) await this.#job.lifeline.sleep(this.#restOf(turn.door));
    if (this.#found.isOver) return undefined;
    if (!this.#mayBeTried(turn)) return undefined;
    const won = await this.#try(turn);
    if (won !== undefined) return won;
    const refusal = this.#found.refusals[refusals];
    if (refusal !== undefined && !this.#found.isOver) this.#job.refused(index, refusal);
    return undefined;
  }

  /** Whether it is the first attempt of the call, or the retry budget lets the call fall back. */
  #mayBeTried(turn: Turn): boolean {
    return (this.#found.latest ?? this.#job.before) === undefined || turn.takeExtra("fallback");
  }

  async #try(turn: Turn): Promise<Won | undefined> {
    try {
      return await this.#attempts.make(turn);
    } catch (error) {
      return await this.#retries.retry(turn, error);
    } finally {
      turn.endExtra();
    }
  }

  /** Whether it is an emergency: no target has answered, and none is only busy, which may change in a moment. */
  #breaksGlass(index: number): boolean {
    if (this.#found.isBusy) this.#behindGlass = [...this.#behindGlass, index];
    return !this.#found.isBusy && !this.#found.wasAnswered;
  }

  async #lastChance(): Promise<Won> {
    const won = (await this.#waitForLimits()) ?? (await this.#breakGlass()) ?? (await this.#waitForTurn());
    if (won !== undefined) return won;
    throw new PursuitLost(this.#found.failures, { late: this.#found.isLate, refusals: this.#found.refusals });
  }

  // Limits let in none of the others, however long they were waited for.
  async #breakGlass(): Promise<Won | undefined> {
    for (const index of this.#behindGlass) {
      const target = this.#job.targets[index];
      if (target === undefined || this.#found.isOver || this.#found.wasAnswered) return undefined;
      const won = this.#found.allow(target) ? await this.#tryAt(index, target) : undefined;
      if (won !== undefined) return won;
    }
    return undefined;
  }

  // Nothing else can serve: limits of ours that will let the call in are waited for.
  async #waitForLimits(): Promise<Won | undefined> {
    try {
      while (await this.#isTurnAtLimits()) {
        const won = await this.#serveLimited();
        if (won !== undefined) return won;
      }
      return undefined;
    } finally {
      this.#job.stopWaiting();
    }
  }

  async #isTurnAtLimits(): Promise<boolean> {
    const { obstacles } = this.#found;
    return obstacles.length > 0 && !this.#found.isOver && this.#job.waitForLimits(obstacles);
  }

  async #serveLimited(): Promise<Won | undefined> {
    for (const target of this.#job.targets) {
      if (!this.#found.tryAgain(target) || !this.#found.allow(target)) continue;
      const turn = this.#attempts.turnOf(target, 1);
      if (!this.#mayBeTried(turn)) continue;
      const won = await this.#try(turn);
      if (won !== undefined || this.#found.isOver) return won;
    }
    return undefined;
  }

  // Nothing else can serve: a target that said when it will is waited for, if that is soon enough.
  async #waitForTurn(): Promise<Won | undefined> {
    if (this.#found.isOver) return undefined;
    const rounds = Math.max(0, ...this.#job.targets.map((target) => this.#retries.most(target)));
    for (let round = 0; round < rounds; round += 1) {
      const due = dueFirst(this.#found.failures, this.#found.patienceMs);
      if (due === undefined) return undefined;
      const turn = new Turn(this.#job, due.target, { targetsLeft: 1 });
      if (!turn.takeExtra("retry")) return undefined;
      const delayMs = due.dueAt - Date.now();
      this.#job.tell.retrying(due.target, due.failure, Math.max(0, delayMs));
      await this.#job.lifeline.sleep(delayMs);
      try {
        if (this.#found.isOver) return undefined;
        return await this.#retries.overKeys(turn);
      } catch (error) {
        if (!(error instanceof AttemptFailure) && !(error instanceof NotAdmitted)) throw error;
      } finally {
        turn.endExtra();
      }
    }
    return undefined;
  }

  // A provider that said when to come back is given that time even when nothing else is left.
  #restOf(door: TargetDoor): number {
    if (door.out !== "rate_limited") return 0;
    const waitMs = door.dueAt - Date.now();
    return waitMs < this.#found.patienceMs ? waitMs : 0;
  }
}
