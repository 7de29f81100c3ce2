import type { ResolvedTarget } from "../config/resolved.ts";
import type { Hold } from "../admit/hold.ts";
import type { Pass, TargetDoor } from "../state/door.ts";
import type { Answer } from "./answer.ts";
import { attempt, type AttemptSettings } from "./attempt.ts";
import type { AttemptFailure } from "./failure.ts";
import { Interrupt } from "./interrupt.ts";
import type { Job } from "./job.ts";
import type { Turn } from "./turn.ts";

/** The target that answered, and what the one who passes the answer on must do when it has ended. */
export interface Winner {
  readonly target: ResolvedTarget;
  /** It was called beside a slow one. */
  readonly isHedge: boolean;
  readonly startedAt: number;
  readonly door: TargetDoor;
  readonly pass: Pass;
  readonly hold: Hold | undefined;
}

/** An answer, and who gave it. */
export interface Won extends Winner {
  readonly answer: Answer;
}

/** What lets an attempt in. */
export interface LetIn {
  readonly pass: Pass;
  readonly hold: Hold | undefined;
}

/** An attempt under way. */
export interface Run extends LetIn {
  readonly turn: Turn;
  readonly startedAt: number;
  readonly interrupt: Interrupt;
  /** Rejects with an {@link AttemptFailure}. */
  readonly answer: Promise<Answer>;
}

/** Begins the attempts of a job, and takes note of how they end. */
export class Runs {
  readonly #job: Job;

  constructor(job: Job) {
    this.#job = job;
  }

  begin(turn: Turn, { pass, hold }: LetIn): Run {
    const startedAt = performance.now();
    const interrupt = new Interrupt();
    if (turn.isHedge) this.#job.lifeline.holdBeside(interrupt);
    else this.#job.lifeline.hold(interrupt);
    this.#job.tell.started(turn.target, pass.key);
    const settings = this.#clocksFor(turn, pass, startedAt);
    const answer = attempt(this.#job, turn, { interrupt, settings });
    return { turn, pass, hold, startedAt, interrupt, answer };
  }

  won({ turn, pass, hold, startedAt }: Run, answer: Answer): Won {
    const { target, door, isHedge } = turn;
    turn.hear(answer.response.headers);
    this.#job.tell.ended({ target, isHedge, key: pass.key, startedAt, hold, failure: undefined, answer });
    return { target, isHedge, startedAt, answer, door, pass, hold };
  }

  /** It gave no answer: its target, or its key, may have to rest. {@link tellLost} must follow. */
  lost({ turn, pass }: Run, failure: AttemptFailure): void {
    const verdict = failure.verdictForBreaker;
    // What a 429 says is for its key or its target, which rests anyhow.
    if (verdict === "failure" && failure.retryAfterMs !== undefined)
      turn.door.breaker?.waitUntil(Date.now() + failure.retryAfterMs);
    turn.door.leave(pass, verdict);
    turn.learn(failure);
  }

  tellLost({ turn, pass, hold, startedAt }: Run, failure: AttemptFailure): void {
    const { target, isHedge } = turn;
    this.#job.tell.ended({ target, isHedge, key: pass.key, startedAt, hold, failure, answer: undefined });
  }

  #paceOf(target: ResolvedTarget): Pick<AttemptSettings, "paceMs" | "paceTokens"> | undefined {
    const { pace } = this.#job.resilienceOf(target);
    if (pace === false || !this.#job.stream) return undefined;
    const { minTokensPerSecond, windowMs } = pace;
    return { paceMs: windowMs, paceTokens: Math.ceil((minTokensPerSecond * windowMs) / 1_000) };
  }

  #clocksFor({ target, targetsLeft }: Turn, { ticket }: Pass, now: number): AttemptSettings {
    const { deadlineAt, answerBy, stream, guarded } = this.#job;
    const { headersMs, firstContentMs, idleMs, attemptMs } = this.#job.timeoutsOf(target);
    const shareEndsAt = now + (answerBy - now) / targetsLeft;
    // A call that the router stands aside of has its own clocks only.
    const probeMs = (guarded ? ticket?.limitMs : undefined) ?? Infinity;
    return {
      headersMs: Math.min(headersMs, probeMs),
      firstContentMs: Math.min(firstContentMs, probeMs),
      idleMs,
      attemptMs,
      stream,
      ...this.#paceOf(target),
      deadlineAt,
      shareEndsAt,
    };
  }
}
