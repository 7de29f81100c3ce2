import pRetry, { type RetryContext } from "p-retry";
import type { ResolvedTarget } from "../config/resolved.ts";
import type { Pass, TargetDoor } from "../state/door.ts";
import type { Answer } from "./answer.ts";
import { attempt } from "./attempt.ts";
import { ClockExpired, type ClockSettings } from "./clocks.ts";
import { AttemptFailure, verdicts } from "./failure.ts";
import type { Job } from "./job.ts";
import { PursuitLost, type TargetFailure } from "./pursuit-lost.ts";
import { Restrictions } from "./restrictions.ts";
import { Turn } from "./turn.ts";

/** An answer, and what the one who passes it on must do when it has ended. */
export interface Won {
  readonly target: ResolvedTarget;
  readonly startedAt: number;
  readonly answer: Answer;
  readonly door: TargetDoor;
  readonly pass: Pass;
}

// As the `openai` package does: a longer Retry-After is not waited for when no deadline says otherwise.
const maxPatienceMs = 60_000;

/** Tries the targets of a job in turn until one answers. Rejects with {@link PursuitLost} when none does. */
export function pursue(job: Job): Promise<Won> {
  return new Pursuit(job).run();
}

class Pursuit {
  readonly #job: Job;
  #failures: readonly TargetFailure[] = [];
  #restrictions: Restrictions | undefined;

  constructor(job: Job) {
    this.#job = job;
  }

  async run(): Promise<Won> {
    const { targets } = this.#job;
    for (let index = 0; index < targets.length; index += 1) {
      const target = targets[index] as ResolvedTarget;
      if (this.#restrictions?.allow(target) === false) continue;
      const turn = new Turn(this.#job, target, targets.length - index);
      if (this.#job.lastResort) await this.#job.lifeline.sleep(this.#restOf(turn.door));
      if (this.#isOver()) break;
      this.#tellFallback(target);
      try {
        return await this.#attempt(turn);
      } catch (error) {
        const won = await this.#retry(turn, error);
        if (won !== undefined) return won;
      }
      if (this.#isOver()) break;
    }
    return this.#lastChance();
  }

  async #lastChance(): Promise<Won> {
    const won = this.#isOver() ? undefined : await this.#waitForTurn();
    if (won !== undefined) return won;
    throw new PursuitLost(this.#failures, this.#isLate());
  }

  #tellFallback(target: ResolvedTarget): void {
    const previous = this.#failures.at(-1);
    if (previous !== undefined) this.#job.tell.fallingBack(previous.target, target, previous.failure);
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
    return turn.hasNextKey(failure) && !this.#isOver();
  }

  async #attempt(turn: Turn): Promise<Won> {
    const { target, door } = turn;
    const pass = turn.enter();
    if (pass === undefined) throw new NotAdmitted();
    const startedAt = performance.now();
    this.#job.tell.started(target);
    try {
      const answer = await attempt(this.#job, turn, this.#clocksFor(turn, startedAt));
      this.#job.tell.ended({ target, key: pass.key, startedAt, failure: undefined, answer });
      return { target, startedAt, answer, door, pass };
    } catch (error) {
      if (!(error instanceof AttemptFailure)) throw error;
      door.leave(pass, error.verdictForBreaker);
      this.#learn(turn, error);
      this.#job.tell.ended({ target, key: pass.key, startedAt, failure: error, answer: undefined });
      throw error;
    }
  }

  #clocksFor({ target, targetsLeft }: Turn, now: number): ClockSettings {
    const { deadlineAt, answerBy, stream } = this.#job;
    const { headersMs, firstContentMs, idleMs, attemptMs } = this.#job.timeoutsOf(target);
    const shareEndsAt = now + (answerBy - now) / targetsLeft;
    return { headersMs, firstContentMs, idleMs, attemptMs, stream, deadlineAt, shareEndsAt };
  }

  #learn(turn: Turn, failure: AttemptFailure): void {
    const { target, key } = turn;
    this.#failures = [...this.#failures, { target, key, failure, at: Date.now() }];
    turn.learn(failure);
    // While its client has another key, none of its targets is ruled out.
    if (this.#hasNextKey(turn, failure)) return;
    this.#restrictions ??= new Restrictions(this.#job);
    this.#restrictions.add(target, failure);
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
    if (delayMs > retry.maxDelayMs || delayMs >= this.#remainingMs()) return false;
    this.#job.tell.retrying(target, error, delayMs);
    await this.#job.lifeline.sleep(delayMs);
    return !this.#isOver();
  }

  #isWorthRetrying(failure: AttemptFailure, door: TargetDoor): boolean {
    if (this.#isOver() || !verdicts[failure.kind].retry) return false;
    if (failure.refusal?.response.headers.get("x-should-retry") === "false") return false;
    return !this.#job.guarded || door.out === undefined;
  }

  // Nothing else can serve: a target that said when it will is waited for, if that is soon enough.
  async #waitForTurn(): Promise<Won | undefined> {
    const rounds = Math.max(0, ...this.#job.targets.map((target) => this.#retriesOf(target)));
    for (let round = 0; round < rounds; round += 1) {
      const turn = this.#nextTurn();
      if (turn === undefined) return undefined;
      const delayMs = turn.dueAt - Date.now();
      this.#job.tell.retrying(turn.target, turn.failure, Math.max(0, delayMs));
      await this.#job.lifeline.sleep(delayMs);
      if (this.#isOver()) return undefined;
      try {
        return await this.#attemptOverKeys(new Turn(this.#job, turn.target, 1));
      } catch (error) {
        if (!(error instanceof AttemptFailure) && !(error instanceof NotAdmitted)) throw error;
      }
    }
    return undefined;
  }

  #nextTurn(): { target: ResolvedTarget; failure: AttemptFailure; dueAt: number } | undefined {
    const latest = new Map(this.#failures.map((entry) => [`${entry.key?.label}@${entry.target.id}`, entry]));
    const turns = [...latest.values()]
      .filter(({ failure }) => failure.kind === "rate_limited" && failure.retryAfterMs !== undefined)
      .map(({ target, failure, at }) => ({ target, failure, dueAt: at + (failure.retryAfterMs ?? 0) }))
      .toSorted((a, b) => a.dueAt - b.dueAt);
    const patienceMs = Math.min(maxPatienceMs, this.#remainingMs());
    return turns[0] !== undefined && turns[0].dueAt - Date.now() < patienceMs ? turns[0] : undefined;
  }

  // A provider that said when to come back is given that time even when nothing else is left.
  #restOf(door: TargetDoor): number {
    if (door.out !== "rate_limited") return 0;
    const waitMs = door.dueAt - Date.now();
    return waitMs < Math.min(maxPatienceMs, this.#remainingMs()) ? waitMs : 0;
  }

  // A timer may ring a millisecond before the clock says so.
  #isLate(): boolean {
    const cause = this.#failures.at(-1)?.failure.cause;
    return this.#remainingMs() <= 0 || (cause instanceof ClockExpired && cause.isLast);
  }

  #remainingMs(): number {
    return this.#job.answerBy - performance.now();
  }

  #isOver(): boolean {
    return this.#restrictions?.over === true || this.#job.lifeline.cut !== undefined || this.#isLate();
  }
}

// The breaker refused: no attempt was made.
class NotAdmitted extends Error {}
