import type { Hold } from "../admit/hold.ts";
import { afterThisTurn } from "../lib/after-this-turn.ts";
import { AlarmClock, type Alarm } from "../lib/alarm-clock.ts";
import { loopWatch } from "../lib/loop-watch.ts";
import type { HedgeOutcome } from "../state/hedges.ts";
import type { Answer } from "./answer.ts";
import { AttemptFailure } from "./failure.ts";
import type { Findings } from "./findings.ts";
import type { Job } from "./job.ts";
import { outrun } from "./outrun.ts";
import type { Run, Runs, Won } from "./runs.ts";
import type { Turn } from "./turn.ts";
import { turnBeside } from "./turn-beside.ts";

/** What a race is run with. */
export interface RaceInput {
  readonly job: Job;
  readonly found: Findings;
  readonly runs: Runs;
  /** How long the first attempt is waited for, in ms. */
  readonly hedgeAfterMs: number;
}

/**
 * Waits for an attempt and, when it is slow, for a second one beside it: the first answer wins, and the other attempt is cut
 * at once. While one of them runs the other's failure does not end the race.
 * @throws AttemptFailure of the first attempt when neither gave an answer
 */
export function race(first: Run, input: RaceInput): Promise<Won> {
  return new Race(first, input).run();
}

const clock = new AlarmClock();

class Race implements Alarm {
  readonly #first: Run;
  readonly #input: RaceInput;
  readonly #end = Promise.withResolvers<Won>();
  readonly #begunAt = loopWatch.now();
  #second: Run | undefined;
  /** What the first attempt failed with, while the second runs on. */
  #failure: AttemptFailure | undefined;
  #isOver = false;

  constructor(first: Run, input: RaceInput) {
    this.#first = first;
    this.#input = input;
  }

  run(): Promise<Won> {
    clock.set(this, this.#first.startedAt + this.#input.hedgeAfterMs);
    this.#follow(this.#first);
    return this.#end.promise;
  }

  /**
   * The first attempt is slow, unless it is this process that was: the time in which its event loop stood still does not count,
   * and what has come meanwhile is looked at before.
   */
  ring(): void {
    const leftMs = this.#input.hedgeAfterMs - (loopWatch.now() - this.#begunAt);
    if (leftMs > 1) clock.set(this, performance.now() + leftMs);
    else afterThisTurn(() => this.#hedge());
  }

  #follow(run: Run): void {
    run.answer
      .then(
        (answer) => this.#answered(run, answer),
        (error: unknown) => this.#failed(run, error),
      )
      .catch(this.#end.reject);
  }

  #hedge(): void {
    if (this.#isOver) return;
    const { job, found } = this.#input;
    const turn = turnBeside(this.#first.turn, job, found);
    if (turn === undefined) return job.hedging.noTarget();
    const admitted = job.hedging.admit(turn);
    if (admitted instanceof Promise) admitted.then((late) => this.#letIn(turn, late)).catch(this.#end.reject);
    else this.#letIn(turn, admitted);
  }

  #letIn(turn: Turn, admitted: Hold | undefined | false): void {
    if (admitted === false) return;
    const { job, runs } = this.#input;
    const pass = this.#isOver ? undefined : turn.enter(admitted?.key);
    if (pass === undefined) {
      admitted?.giveBack();
      turn.endExtra();
      return job.hedging.giveBack();
    }
    job.hedging.started(this.#hedgeTo(turn));
    this.#second = runs.begin(turn, { pass, hold: admitted });
    this.#follow(this.#second);
  }

  async #answered(run: Run, answer: Answer): Promise<void> {
    if (this.#isOver) return;
    this.#stop();
    const second = this.#second;
    if (run === second && this.#failure === undefined) await this.#outrun(this.#first);
    if (run !== second && second !== undefined) await this.#outrun(second);
    if (second !== undefined) this.#tellEnd(second, run === second ? "won" : "outrun");
    this.#end.resolve(this.#input.runs.won(run, answer));
  }

  async #failed(run: Run, error: unknown): Promise<void> {
    if (this.#isOver) return;
    if (!(error instanceof AttemptFailure)) throw error;
    if (run === this.#first) await this.#firstFailed(error);
    else this.#secondFailed(run, error);
  }

  async #firstFailed(failure: AttemptFailure): Promise<void> {
    const { runs, found, job } = this.#input;
    const { turn } = this.#first;
    const second = this.#second;
    runs.lost(this.#first, failure);
    found.failed(turn, failure);
    clock.delete(this);
    if (second !== undefined && !found.forbids(second.turn.target)) {
      runs.tellLost(this.#first, failure);
      job.tell.fallingBack(turn.target, second.turn.target, failure);
      this.#failure = failure;
      return;
    }
    this.#stop();
    if (second !== undefined) {
      await this.#outrun(second);
      this.#tellEnd(second, "gave_up");
    }
    runs.tellLost(this.#first, failure);
    this.#end.reject(failure);
  }

  #secondFailed(second: Run, failure: AttemptFailure): void {
    const { runs, found } = this.#input;
    this.#second = undefined;
    runs.lost(second, failure);
    found.failedBeside(second.turn, failure);
    runs.tellLost(second, failure);
    this.#tellEnd(second, failure.kind === "aborted" ? "gave_up" : "failed");
    if (this.#failure === undefined) return;
    this.#stop();
    this.#end.reject(this.#failure);
  }

  // Entered into the books before the winner is: a call's last attempt is the one that tells how it ended.
  async #outrun(loser: Run): Promise<void> {
    const { job, runs } = this.#input;
    const failure = await outrun(loser, job.endpoint);
    runs.lost(loser, failure);
    runs.tellLost(loser, failure);
  }

  #stop(): void {
    this.#isOver = true;
    clock.delete(this);
  }

  #tellEnd(second: Run, outcome: HedgeOutcome): void {
    second.turn.endExtra();
    this.#input.job.hedging.ended(this.#hedgeTo(second.turn), outcome);
  }

  #hedgeTo({ target }: Turn): { from: Turn["target"]; to: Turn["target"]; afterMs: number } {
    return { from: this.#first.turn.target, to: target, afterMs: this.#input.hedgeAfterMs };
  }
}
