import type { Refusal } from "../admission.ts";
import type { ResolvedTarget } from "../config/resolved.ts";
import type { TargetDoor } from "../state/door.ts";
import type { Obstacle } from "../state/waiting-room.ts";
import { ClockExpired } from "./clocks.ts";
import { type AttemptFailure, verdicts } from "./failure.ts";
import type { Job } from "./job.ts";
import { learnLimits } from "./learn-limits.ts";
import type { TargetFailure } from "./pursuit-lost.ts";
import { Restrictions } from "./restrictions.ts";

// How long a refused or exhausted key, or a model that is not there, is left alone.
const restMs = 60_000;

/** What a pursuit has found out so far. */
export class Findings {
  readonly #job: Job;
  readonly #limited = new Map<ResolvedTarget, Obstacle>();
  #failures: readonly TargetFailure[] = [];
  #refusals: readonly Refusal[] = [];
  #restrictions: Restrictions | undefined;

  constructor(job: Job) {
    this.#job = job;
    for (const [target, refusal] of job.limited) this.refused(target, refusal);
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
    return [...this.#limited.values()];
  }

  /** No other target could do better. */
  get over(): boolean {
    return this.#restrictions?.over === true;
  }

  /** An attempt ran into the deadline of the call. */
  get ranOut(): boolean {
    const cause = this.latest?.failure.cause;
    return cause instanceof ClockExpired && cause.clock === "deadline";
  }

  /** Whether a target may still be tried. */
  allow(target: ResolvedTarget): boolean {
    return !this.#limited.has(target) && this.#restrictions?.allow(target) !== false;
  }

  /** Whether only limits kept the target from being tried. That is found out anew now. */
  tryAgain(target: ResolvedTarget): boolean {
    return this.#limited.delete(target);
  }

  /** A target did not let the call in. */
  refused(target: ResolvedTarget, refusal: Refusal): void {
    this.#refusals = [...this.#refusals, refusal];
    if (refusal.obstacle !== undefined) this.#limited.set(target, refusal.obstacle);
  }

  /** An attempt failed: the target may have to rest, and others may not be worth trying. */
  failed(target: ResolvedTarget, door: TargetDoor, failure: AttemptFailure): void {
    this.#failures = [...this.#failures, { target, failure, at: Date.now() }];
    const { rests } = verdicts[failure.kind];
    if (failure.kind === "rate_limited") this.#learn(target, door, failure);
    if (rests !== undefined && (failure.kind !== "rate_limited" || failure.retryAfterMs !== undefined)) {
      const dueAt = Date.now() + (failure.retryAfterMs ?? restMs);
      door.rest(rests.what, rests.reason, dueAt);
      this.#job.tell.rested(target, { ...rests, dueAt });
    }
    this.#restrictions ??= new Restrictions(this.#job);
    this.#restrictions.add(target, failure);
  }
  // A 429 without Retry-After may still say when its limits are reset.
  #learn(target: ResolvedTarget, door: TargetDoor, { refusal, retryAfterMs }: AttemptFailure): void {
    if (refusal === undefined || retryAfterMs !== undefined) return;
    learnLimits(refusal.response.headers, { target, door }, this.#job.tell);
  }
}
