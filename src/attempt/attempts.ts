import { isRefusal, type Admitted } from "../admission.ts";
import type { ResolvedTarget } from "../config/resolved.ts";
import type { Hold } from "../hold.ts";
import type { Pass, TargetDoor } from "../state/door.ts";
import type { Answer } from "./answer.ts";
import { attempt } from "./attempt.ts";
import type { ClockSettings } from "./clocks.ts";
import { AttemptFailure } from "./failure.ts";
import type { Findings } from "./findings.ts";
import { Interrupt } from "./interrupt.ts";
import type { Job } from "./job.ts";
import { NotAdmitted, whenAdmitted } from "./not-admitted.ts";
import { Turn } from "./turn.ts";

/** The target that answered, and what the one who passes the answer on must do when it has ended. */
export interface Winner {
  readonly target: ResolvedTarget;
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

/** Makes the attempts of one call: lets them in, begins them, and takes note of how they ended. */
export class Attempts {
  readonly #job: Job;
  readonly #found: Findings;
  /** Turns that limits cut short. */
  #cutShort: Map<ResolvedTarget, Turn> | undefined;

  constructor(job: Job, found: Findings) {
    this.#job = job;
    this.#found = found;
  }

  turnOf(target: ResolvedTarget, targetsLeft: number): Turn {
    const before = this.#cutShort?.get(target);
    return new Turn(this.#job, target, { targetsLeft, previous: this.#found.latest, before });
  }

  /**
   * Makes one attempt.
   * @throws NotAdmitted when it was not let in, AttemptFailure when it gave no answer
   */
  async make(turn: Turn): Promise<Won> {
    const admitted = this.#job.admit(turn.target, turn.failedKeys);
    const hold = this.#letIn(turn, admitted instanceof Promise ? await whenAdmitted(this.#job, admitted) : admitted);
    // While the store was asked, the call may have ended.
    const pass = admitted instanceof Promise && this.#found.isOver ? undefined : turn.enter(hold?.key);
    if (pass === undefined) {
      hold?.giveBack();
      throw new NotAdmitted();
    }
    this.#tellFallback(turn);
    const run = this.#begin(turn, { pass, hold });
    try {
      return this.#won(run, await run.answer);
    } catch (error) {
      if (error instanceof AttemptFailure) this.#lost(run, error);
      throw error;
    }
  }

  /** Whether a key was to blame, and another one may be tried. */
  hasNextKey(turn: Turn, failure: AttemptFailure): boolean {
    return turn.hasNextKey(failure) && !this.#found.isOver;
  }

  #letIn(turn: Turn, admitted: Admitted): Hold | undefined {
    if (!isRefusal(admitted)) return admitted;
    this.#found.refused(turn.target, admitted);
    this.#cutShort ??= new Map();
    this.#cutShort.set(turn.target, turn);
    throw new NotAdmitted();
  }

  // Told when the target is really called: a limit may have kept it from that.
  #tellFallback({ target, previous }: Turn): void {
    if (previous === undefined || previous !== this.#found.latest || previous.target === target) return;
    this.#job.tell.fallingBack(previous.target, target, previous.failure);
  }

  #begin(turn: Turn, { pass, hold }: LetIn): Run {
    const startedAt = performance.now();
    const interrupt = new Interrupt();
    this.#job.lifeline.hold(interrupt);
    this.#job.tell.started(turn.target, pass.key);
    const answer = attempt(this.#job, turn, { interrupt, settings: this.#clocksFor(turn, startedAt) });
    return { turn, pass, hold, startedAt, interrupt, answer };
  }

  #won({ turn, pass, hold, startedAt }: Run, answer: Answer): Won {
    const { target, door } = turn;
    turn.hear(answer.response.headers);
    this.#job.tell.ended({ target, key: pass.key, startedAt, hold, failure: undefined, answer });
    return { target, startedAt, answer, door, pass, hold };
  }

  #lost({ turn, pass, hold, startedAt }: Run, failure: AttemptFailure): void {
    const { target, door } = turn;
    door.leave(pass, failure.verdictForBreaker);
    this.#found.failed(turn, failure);
    turn.hasLearnt = !this.#found.isOver && this.#job.learn(target, failure);
    // While its client has another key, or takes the call in another form, none of its targets is ruled out.
    if (!turn.hasLearnt && !this.hasNextKey(turn, failure)) this.#found.restrict(target, failure);
    this.#job.tell.ended({ target, key: pass.key, startedAt, hold, failure, answer: undefined });
  }

  #clocksFor({ target, targetsLeft }: Turn, now: number): ClockSettings {
    const { deadlineAt, answerBy, stream } = this.#job;
    const { headersMs, firstContentMs, idleMs, attemptMs } = this.#job.timeoutsOf(target);
    const shareEndsAt = now + (answerBy - now) / targetsLeft;
    return { headersMs, firstContentMs, idleMs, attemptMs, stream, deadlineAt, shareEndsAt };
  }
}
