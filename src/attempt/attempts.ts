import { isRefusal, type Admitted } from "../admit/admission.ts";
import type { ResolvedTarget } from "../config/resolved.ts";
import type { Hold } from "../admit/hold.ts";
import { AttemptFailure } from "./failure.ts";
import type { Findings } from "./findings.ts";
import type { Job } from "./job.ts";
import { NotAdmitted, whenAdmitted } from "./not-admitted.ts";
import { race } from "./race.ts";
import { Runs, type Run, type Won } from "./runs.ts";
import { Turn } from "./turn.ts";

/** Makes the attempts of one call: lets them in, begins them, and takes note of how they ended. */
export class Attempts {
  readonly #job: Job;
  readonly #found: Findings;
  /** Turns that limits cut short. */
  #cutShort: Map<ResolvedTarget, Turn> | undefined;
  readonly #runs: Runs;

  constructor(job: Job, found: Findings) {
    this.#job = job;
    this.#found = found;
    this.#runs = new Runs(job);
  }

  turnOf(target: ResolvedTarget, targetsLeft: number): Turn {
    const facts = { targetsLeft, previous: this.#found.latest, before: this.#cutShort?.get(target) };
    return this.#found.turnBeside(target) ?? new Turn(this.#job, target, facts);
  }

  /**
   * Makes one attempt, and may make one at the next target beside it when it is slow.
   * @throws NotAdmitted when it was not let in, AttemptFailure when it gave no answer
   */
  async make(turn: Turn): Promise<Won> {
    const failure = this.#found.takeUpBeside(turn);
    if (failure !== undefined) throw failure;
    const admitted = this.#job.admit(turn.target, turn.failedKeys);
    const isLate = admitted instanceof Promise;
    const run = this.#begin(
      turn,
      this.#letIn(turn, isLate ? await whenAdmitted(this.#job, admitted) : admitted),
      isLate,
    );
    const hedgeAfterMs = turn.targetsLeft > 1 ? this.#job.hedgeAfterMs(turn.target) : undefined;
    if (hedgeAfterMs !== undefined) {
      return race(run, { job: this.#job, found: this.#found, runs: this.#runs, hedgeAfterMs });
    }
    try {
      return this.#runs.won(run, await run.answer);
    } catch (error) {
      if (error instanceof AttemptFailure) this.#lost(run, error);
      throw error;
    }
  }

  #begin(turn: Turn, hold: Hold | undefined, isLate: boolean): Run {
    // While the store was asked, the call may have ended.
    const pass = isLate && this.#found.isOver ? undefined : turn.enter(hold?.key);
    if (pass === undefined) {
      hold?.giveBack();
      throw new NotAdmitted();
    }
    this.#tellFallback(turn);
    return this.#runs.begin(turn, { pass, hold });
  }

  #lost(run: Run, failure: AttemptFailure): void {
    this.#runs.lost(run, failure);
    this.#found.failed(run.turn, failure);
    this.#runs.tellLost(run, failure);
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
}
