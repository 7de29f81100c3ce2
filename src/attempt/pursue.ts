import pRetry, { type RetryContext } from "p-retry";
import type { ResolvedTarget } from "../config/resolved.ts";
import type { Pass, TargetDoor } from "../state/door.ts";
import { attempt, type Answer } from "./attempt.ts";
import { ClockExpired } from "./clocks.ts";
import { AttemptFailure, verdicts } from "./failure.ts";
import type { Job } from "./job.ts";
import { PursuitLost, type TargetFailure } from "./pursuit-lost.ts";
import { Restrictions } from "./restrictions.ts";

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
// How long a refused or exhausted key, or a model that is not there, is left alone.
const restMs = 60_000;

/** Tries the targets of a job in turn until one answers. Throws {@link PursuitLost} when none does. */
export async function pursue(job: Job): Promise<Won> {
  return new Pursuit(job).run();
}

class Pursuit {
  readonly #job: Job;
  readonly #failures: TargetFailure[] = [];
  readonly #restrictions: Restrictions;

  constructor(job: Job) {
    this.#job = job;
    this.#restrictions = new Restrictions(job);
  }

  async run(): Promise<Won> {
    const { targets } = this.#job;
    for (const [index, target] of targets.entries()) {
      const won = await this.#try(target, targets.length - index);
      if (won !== undefined) return won;
      if (this.#isOver()) break;
    }
    const won = this.#isOver() ? undefined : await this.#waitForTurn();
    if (won !== undefined) return won;
    throw new PursuitLost(this.#failures, this.#isLate());
  }

  async #try(target: ResolvedTarget, targetsLeft: number): Promise<Won | undefined> {
    if (!this.#restrictions.allow(target)) return undefined;
    const door = this.#job.doorOf(target);
    if (this.#job.lastResort) await this.#job.lifeline.sleep(this.#restOf(door));
    if (this.#isOver()) return undefined;
    const previous = this.#failures.at(-1);
    try {
      return await pRetry(
        (number) => {
          if (number === 1 && previous !== undefined)
            this.#job.tell.fallingBack(previous.target, target, previous.failure);
          return this.#attempt(target, door, targetsLeft);
        },
        {
          retries: this.#retriesOf(target),
          minTimeout: 0,
          shouldRetry: (context) => this.#backOff(target, door, context),
        },
      );
    } catch (error) {
      if (error instanceof NotAdmitted || error instanceof AttemptFailure) return undefined;
      throw error;
    }
  }

  async #attempt(target: ResolvedTarget, door: TargetDoor, targetsLeft: number): Promise<Won> {
    const pass = this.#enter(door);
    if (pass === undefined) throw new NotAdmitted();
    const startedAt = performance.now();
    this.#job.tell.started(target);
    try {
      const answer = await attempt(this.#inputFor(target, targetsLeft));
      this.#job.tell.ended({ target, startedAt, failure: undefined, answer });
      return { target, startedAt, answer, door, pass };
    } catch (error) {
      if (!(error instanceof AttemptFailure)) throw error;
      door.leave(pass, verdicts[error.kind].breaker);
      this.#learn(target, door, error);
      this.#job.tell.ended({ target, startedAt, failure: error, answer: undefined });
      throw error;
    }
  }

  #inputFor(target: ResolvedTarget, targetsLeft: number): Parameters<typeof attempt>[0] {
    const job = this.#job;
    const { deadlineAt } = job;
    const now = performance.now();
    return {
      endpoint: job.endpoint,
      clocks: {
        ...job.timeoutsOf(target),
        headersMs: job.headersMsOf(target),
        stream: job.stream,
        deadlineAt,
        shareEndsAt: now + (deadlineAt - now) / targetsLeft,
      },
      lifeline: job.lifeline,
      dropUsage: job.dropsUsageOf(target),
      choices: job.choices,
      transparent: !job.guarded,
      send: (signal) => job.send(target, signal),
      redact: job.redact,
    };
  }

  #enter(door: TargetDoor): Pass | undefined {
    const pass = this.#job.lastResort ? door.force() : door.enter();
    return pass ?? (this.#job.guarded ? undefined : door.slipIn());
  }

  #learn(target: ResolvedTarget, door: TargetDoor, failure: AttemptFailure): void {
    this.#failures.push({ target, failure, at: Date.now() });
    const { rests } = verdicts[failure.kind];
    if (rests !== undefined && (failure.kind !== "rate_limited" || failure.retryAfterMs !== undefined)) {
      const dueAt = Date.now() + (failure.retryAfterMs ?? restMs);
      door.rest(rests.what, rests.reason, dueAt);
      this.#job.tell.rested(target, { ...rests, dueAt });
    }
    this.#restrictions.add(target, failure);
  }

  #retriesOf(target: ResolvedTarget): number {
    const { retry } = this.#job.resilienceOf(target);
    if (retry === false || this.#job.lastResort) return 0;
    return this.#job.maxRetries ?? retry.maxRetries;
  }

  async #backOff(target: ResolvedTarget, door: TargetDoor, { error, retriesConsumed }: RetryContext): Promise<boolean> {
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
        return await this.#attempt(turn.target, this.#job.doorOf(turn.target), 1);
      } catch (error) {
        if (!(error instanceof AttemptFailure) && !(error instanceof NotAdmitted)) throw error;
      }
    }
    return undefined;
  }

  #nextTurn(): { target: ResolvedTarget; failure: AttemptFailure; dueAt: number } | undefined {
    const latest = new Map(this.#failures.map((entry) => [entry.target, entry]));
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
    return this.#remainingMs() <= 0 || (cause instanceof ClockExpired && cause.clock === "deadline");
  }

  #remainingMs(): number {
    return this.#job.deadlineAt - performance.now();
  }

  #isOver(): boolean {
    return this.#restrictions.over || this.#job.lifeline.cut !== undefined || this.#isLate();
  }
}

// The breaker refused: no attempt was made.
class NotAdmitted extends Error {}
