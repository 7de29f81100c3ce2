import pRetry, { type RetryContext } from "p-retry";
import { isRefusal, type Admitted, type Hold } from "../admission.ts";
import type { ResolvedTarget } from "../config/resolved.ts";
import type { Pass, TargetDoor } from "../state/door.ts";
import type { Answer } from "./answer.ts";
import { attempt } from "./attempt.ts";
import type { ClockSettings } from "./clocks.ts";
import { AttemptFailure, verdicts } from "./failure.ts";
import type { Job } from "./job.ts";
import { Findings } from "./findings.ts";
import { dueFirst } from "./due-first.ts";
import { NotAdmitted, whenAdmitted } from "./not-admitted.ts";
import { PursuitLost } from "./pursuit-lost.ts";
import { Turn } from "./turn.ts";

/** An answer, and what the one who passes it on must do when it has ended. */
export interface Won {
  readonly target: ResolvedTarget;
  readonly startedAt: number;
  readonly answer: Answer;
  readonly door: TargetDoor;
  readonly pass: Pass;
  readonly hold: Hold | undefined;
}

/** Tries the targets of a job in turn until one answers. Rejects with {@link PursuitLost} when none does. */
export function pursue(job: Job): Promise<Won> {
  return new Pursuit(job).run();
}

class Pursuit {
  readonly #job: Job;
  readonly #found: Findings;

  constructor(job: Job) {
    this.#job = job;
    this.#found = new Findings(job);
  }

  async run(): Promise<Won> {
    for (let index = 0; index < this.#job.targets.length; index += 1) {
      const target = this.#job.targets[index] as ResolvedTarget;
      const refusals = this.#found.refusals.length;
      if (!this.#found.allow(target)) continue;
      const turn = this.#turnOf(target, this.#job.targets.length - index);
      if (this.#job.lastResort) await this.#job.lifeline.sleep(this.#restOf(turn.door));
      if (this.#found.isOver) break;
      try {
        return await this.#attempt(turn);
      } catch (error) {
        const won = await this.#retry(turn, error);
        if (won !== undefined) return won;
      }
      if (this.#found.isOver) break;
      const refusal = this.#found.refusals[refusals];
      if (refusal !== undefined) this.#job.refused(index, refusal);
    }
    return this.#lastChance();
  }

  async #lastChance(): Promise<Won> {
    const won = (await this.#waitForLimits()) ?? (this.#found.isOver ? undefined : await this.#waitForTurn());
    if (won !== undefined) return won;
    throw new PursuitLost(this.#found.failures, { late: this.#found.isLate, refusals: this.#found.refusals });
  }

  #turnOf(target: ResolvedTarget, targetsLeft: number): Turn {
    return new Turn(this.#job, target, { targetsLeft, previous: this.#found.latest });
  }

  // Told when the target is really called: a limit may have kept it from that.
  #tellFallback({ target, previous }: Turn): void {
    if (previous === undefined || previous !== this.#found.latest) return;
    this.#job.tell.fallingBack(previous.target, target, previous.failure);
  }

  /** Tries the same target again. The first try was made already: p-retry gets to see how it ended. */
  async #retry(turn: Turn, first: unknown): Promise<Won | undefined> {
    try {
      return await pRetry((number) => (number === 1 ? this.#atNextKey(turn, first) : this.#attemptOverKeys(turn)), {
        retries: this.#retriesOf(turn.target),
        minTimeout: 0,
        shouldRetry: (context) => this.#backOff(turn, context),
      });
    } catch (error) {
      if (error instanceof NotAdmitted || error instanceof AttemptFailure) return undefined;
      throw error;
    }
  }

  #attemptOverKeys(turn: Turn): Promise<Won> {
    return this.#attempt(turn).catch((error: unknown) => this.#atNextKey(turn, error));
  }

  /** Where a key is to blame, the others of its client have their turn at the same target. */
  async #atNextKey(turn: Turn, error: unknown): Promise<Won> {
    if (error instanceof AttemptFailure && this.#hasNextKey(turn, error)) return this.#attemptOverKeys(turn);
    throw error;
  }

  #hasNextKey(turn: Turn, failure: AttemptFailure): boolean {
    return turn.hasNextKey(failure) && !this.#found.isOver;
  }

  async #attempt(turn: Turn): Promise<Won> {
    const { target, door } = turn;
    const admitted = this.#job.admit(target);
    const hold = this.#letIn(target, admitted instanceof Promise ? await whenAdmitted(this.#job, admitted) : admitted);
    // While the store was asked, the call may have ended.
    const pass = admitted instanceof Promise && this.#found.isOver ? undefined : turn.enter();
    if (pass === undefined) {
      hold?.giveBack();
      throw new NotAdmitted();
    }
    const { key } = pass;
    const startedAt = performance.now();
    this.#tellFallback(turn);
    this.#job.tell.started(target);
    try {
      const answer = await attempt(this.#job, turn, this.#clocksFor(turn, startedAt));
      turn.hear(answer.response.headers);
      this.#job.tell.ended({ target, key, startedAt, hold, failure: undefined, answer });
      return { target, startedAt, answer, door, pass, hold };
    } catch (error) {
      if (!(error instanceof AttemptFailure)) throw error;
      door.leave(pass, error.verdictForBreaker);
      this.#learn(turn, error);
      this.#job.tell.ended({ target, key, startedAt, hold, failure: error, answer: undefined });
      throw error;
    }
  }

  #letIn(target: ResolvedTarget, admitted: Admitted): Hold | undefined {
    if (!isRefusal(admitted)) return admitted;
    this.#found.refused(target, admitted);
    throw new NotAdmitted();
  }

  #clocksFor({ target, targetsLeft }: Turn, now: number): ClockSettings {
    const { deadlineAt, answerBy, stream } = this.#job;
    const { headersMs, firstContentMs, idleMs, attemptMs } = this.#job.timeoutsOf(target);
    const shareEndsAt = now + (answerBy - now) / targetsLeft;
    return { headersMs, firstContentMs, idleMs, attemptMs, stream, deadlineAt, shareEndsAt };
  }

  #learn(turn: Turn, failure: AttemptFailure): void {
    this.#found.failed(turn, failure);
    // While its client has another key, none of its targets is ruled out.
    if (!this.#hasNextKey(turn, failure)) this.#found.restrict(turn.target, failure);
  }

  #retriesOf(target: ResolvedTarget): number {
    const { retry } = this.#job.resilienceOf(target);
    if (retry === false || this.#job.lastResort) return 0;
    return this.#job.maxRetries ?? retry.maxRetries;
  }

  async #backOff({ target, door }: Turn, { error, retriesConsumed }: RetryContext): Promise<boolean> {
    const { retry } = this.#job.resilienceOf(target);
    if (!(error instanceof AttemptFailure) || retry === false || !this.#isWorthRetrying(error, door)) return false;
    const bound = Math.min(retry.maxDelayMs, retry.minDelayMs * 2 ** retriesConsumed);
    // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    const delayMs = error.retryAfterMs ?? Math.random() * bound;
    if (delayMs > retry.maxDelayMs || delayMs >= this.#found.remainingMs) return false;
    this.#job.tell.retrying(target, error, delayMs);
    await this.#job.lifeline.sleep(delayMs);
    return !this.#found.isOver;
  }

  #isWorthRetrying(failure: AttemptFailure, door: TargetDoor): boolean {
    if (this.#found.isOver || !verdicts[failure.kind].retry) return false;
    if (failure.refusal?.response.headers.get("x-should-retry") === "false") return false;
    return !this.#job.guarded || door.out === undefined;
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
      const turn = this.#turnOf(target, 1);
      const won = await this.#attempt(turn).catch((error: unknown) => this.#retry(turn, error));
      if (won !== undefined || this.#found.isOver) return won;
    }
    return undefined;
  }

  // Nothing else can serve: a target that said when it will is waited for, if that is soon enough.
  async #waitForTurn(): Promise<Won | undefined> {
    const rounds = Math.max(0, ...this.#job.targets.map((target) => this.#retriesOf(target)));
    for (let round = 0; round < rounds; round += 1) {
      const turn = dueFirst(this.#found.failures, this.#found.patienceMs);
      if (turn === undefined) return undefined;
      const delayMs = turn.dueAt - Date.now();
      this.#job.tell.retrying(turn.target, turn.failure, Math.max(0, delayMs));
      await this.#job.lifeline.sleep(delayMs);
      if (this.#found.isOver) return undefined;
      try {
        return await this.#attemptOverKeys(new Turn(this.#job, turn.target, { targetsLeft: 1 }));
      } catch (error) {
        if (!(error instanceof AttemptFailure) && !(error instanceof NotAdmitted)) throw error;
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
