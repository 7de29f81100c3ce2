import type { Refusal } from "../admit/admission.ts";
import type { ResolvedTarget } from "../config/resolved.ts";
import type { Obstacle } from "../state/waiting-room.ts";
import type { AttemptFailure } from "./failure.ts";
import type { Job } from "./job.ts";
import type { TargetFailure } from "./pursuit-lost.ts";
import { Restrictions } from "./restrictions.ts";
import type { Turn } from "./turn.ts";

const none: readonly never[] = [];

// As the `openai` package does: a longer Retry-After is not waited for when no deadline says otherwise.
const maxPatienceMs = 60_000;

/** What a pursuit has found out so far. */
export class Findings {
  readonly #job: Job;
  #limited: Map<ResolvedTarget, readonly Obstacle[]> | undefined;
  #failures: readonly TargetFailure[] = none;
  #refusals: readonly Refusal[] = none;
  #restrictions: Restrictions | undefined;
  #beside: { readonly turn: Turn; readonly entry: TargetFailure } | undefined;

  constructor(job: Job) {
    this.#job = job;
    if (job.before !== undefined) this.#failures = [job.before];
    // Of a call whose stream broke, only the targets are left that may take over.
    for (const target of job.limited.size === 0 ? none : job.targets) {
      const refusal = job.limited.get(target);
      if (refusal !== undefined) this.refused(target, refusal);
    }
  }

  /** In the order in which they happened. */
  get failures(): readonly TargetFailure[] {
    return this.#failures;
  }

  /** Why budgets or limits kept targets from being tried. */
  get refusals(): readonly Refusal[] {
    return this.#refusals;
  }

  get latest(): TargetFailure | undefined {
    return this.#failures.at(-1);
  }

  /** What keeps targets from being tried that only limits keep from it. */
  get obstacles(): readonly Obstacle[] {
    return [...(this.#limited?.values() ?? none)].flat();
  }

  /** Limits alone keep a target from serving: it may in a moment. */
  get isBusy(): boolean {
    return this.#limited !== undefined && this.#limited.size > 0;
  }

  /** A target has answered, though not as the call wants it. */
  get wasAnswered(): boolean {
    return this.#failures.some(({ failure }) => failure.kind === "not_accepted");
  }

  /** Until an answer must have begun. */
  get remainingMs(): number {
    return this.#job.answerBy - performance.now();
  }

  /** How long a target that said when it is back is waited for, at most. */
  get patienceMs(): number {
    return Math.min(maxPatienceMs, this.remainingMs);
  }

  /** There is no time for another attempt. A timer may ring a millisecond before the clock says so. */
  get isLate(): boolean {
    return this.remainingMs <= 0 || this.latest?.failure.isLast === true;
  }

  /** No other target could do better, the call was ended, or it is late. */
  get isOver(): boolean {
    return this.#restrictions?.over === true || this.#job.lifeline.cut !== undefined || this.isLate;
  }

  /** Whether a target may still be tried. */
  allow(target: ResolvedTarget): boolean {
    return this.#limited?.has(target) !== true && this.#restrictions?.allow(target) !== false;
  }

  /** Whether only limits kept the target from being tried. That is found out anew now. */
  tryAgain(target: ResolvedTarget): boolean {
    return this.#limited?.delete(target) === true;
  }

  /** A target did not let the call in. */
  refused(target: ResolvedTarget, refusal: Refusal): void {
    this.#refusals = [...this.#refusals, refusal];
    if (refusal.obstacles === undefined) return;
    this.#limited ??= new Map();
    this.#limited.set(target, refusal.obstacles);
  }

  /** An attempt failed: other targets may not be worth trying. */
  failed(turn: Turn, failure: AttemptFailure): void {
    this.#enter(turn, entryOf(turn, failure));
  }

  /** Whether no attempt at the target, not even one that is under way, could do better. */
  forbids(target: ResolvedTarget): boolean {
    return this.#restrictions?.over === true || !this.allow(target);
  }

  /** Whether a key was to blame, and another one may be tried. */
  hasNextKey(turn: Turn, failure: AttemptFailure): boolean {
    return turn.hasNextKey(failure) && !this.isOver;
  }

  /** An attempt beside a slow one failed. That counts when its target's turn comes: the slow one must not suffer by it. */
  failedBeside(turn: Turn, failure: AttemptFailure): void {
    this.#beside = { turn, entry: entryOf(turn, failure) };
  }

  /** The turn of a target that was tried before it came: its first attempt was made already. */
  turnBeside(target: ResolvedTarget): Turn | undefined {
    return this.#beside?.turn.target === target ? this.#beside.turn : undefined;
  }

  /** The target's turn has come: what its attempt beside a slow one failed with, if there was one, counts from now on. */
  takeUpBeside(turn: Turn): AttemptFailure | undefined {
    if (this.#beside?.turn !== turn) return undefined;
    const { entry } = this.#beside;
    this.#beside = undefined;
    turn.isHedge = false;
    this.#enter(turn, entry);
    return entry.failure;
  }

  #enter(turn: Turn, entry: TargetFailure): void {
    const { target, failure } = entry;
    this.#failures = [...this.#failures, entry];
    turn.hasLearnt = !this.isOver && this.#job.learn(target, failure);
    // While its client has another key, or takes the call in another form, none of its targets is ruled out.
    if (turn.hasLearnt || this.hasNextKey(turn, failure)) return;
    this.#restrictions ??= new Restrictions(this.#job);
    this.#restrictions.add(target, failure);
  }
}

function entryOf({ target, key }: Turn, failure: AttemptFailure): TargetFailure {
  return { target, key, failure, at: Date.now() };
}
