import type { ResolvedTarget } from "../config/resolved.ts";
import { rateLimitsOf } from "../lib/rate-limit-headers.ts";
import type { Pass, Rested, TargetDoor } from "../state/door.ts";
import type { KeySlot } from "../state/key-ring.ts";
import type { Extra, ExtraKind } from "../state/retry-budget.ts";
import { restMsOf } from "../state/limits.ts";
import { isOfTheKey, verdicts, type AttemptFailure, type Verdict } from "./failure.ts";
import type { Job, Way } from "./job.ts";
import type { TargetFailure } from "./pursuit-lost.ts";

// How long a refused or exhausted key, or a model that is not there, is left alone.
const restMs = 60_000;

type Rests = NonNullable<Verdict["rests"]>;

const noKeys: ReadonlySet<KeySlot> = new Set();

/** How a target came to its turn. */
export interface TurnFacts {
  /** How many targets the rest of the deadline is for, this one included. */
  readonly targetsLeft: number;
  /** Whose failure the target makes up for. */
  readonly previous?: TargetFailure | undefined;
  /** The target's turn before, which a limit cut short: this one goes on where that ended. */
  readonly before?: Turn | undefined;
  /** Its first try is made beside a slow one. @defaultValue false */
  readonly isHedge?: boolean;
}

/** A target whose turn it is, and what its tries have shown of its keys. */
export class Turn implements Way {
  readonly target: ResolvedTarget;
  readonly door: TargetDoor;
  readonly targetsLeft: number;
  readonly previous: TargetFailure | undefined;
  /** The latest try has shown what the target does not take: it is worth another one at once. */
  hasLearnt = false;
  /** It is being tried beside a slow target. */
  isHedge: boolean;
  /** The key of the latest try. */
  key: KeySlot | undefined;
  readonly #job: Job;
  /** How often the target was tried again. */
  retries: number;
  #failedKeys: ReadonlySet<KeySlot>;
  #extra: Extra | undefined;
  #isMade = false;

  constructor(job: Job, target: ResolvedTarget, { targetsLeft, previous, before, isHedge = false }: TurnFacts) {
    this.#job = job;
    this.target = target;
    this.door = job.doorOf(target);
    this.targetsLeft = targetsLeft;
    this.previous = previous;
    this.isHedge = isHedge;
    this.key = undefined;
    this.retries = before?.retries ?? 0;
    this.#failedKeys = before === undefined ? noKeys : before.#failedKeys;
  }

  /** The keys that are to blame for failures of its tries. */
  get failedKeys(): ReadonlySet<KeySlot> {
    return this.#failedKeys;
  }

  /** Asks the retry budget for one more attempt: a retry, or the fallback that this turn is. */
  takeExtra(kind: ExtraKind): boolean {
    this.endExtra();
    this.#isMade = false;
    this.#extra = this.#job.takeExtra(kind, this.target, this.targetsLeft === 1);
    return this.#extra !== undefined;
  }

  /** That attempt is over, or was not made. */
  endExtra(): void {
    this.#extra?.end(this.#isMade);
    this.#extra = undefined;
  }

  /**
   * Lets the next try in; undefined when the target's breaker does not.
   * @param held - the key whose limits have let it in, where keys have limits
   */
  enter(held?: KeySlot): Pass | undefined {
    const { door } = this;
    const others = held ?? this.#failedKeys;
    const choice = door.keys !== undefined && this.#job.bringsKey(this.target) ? false : others;
    const pass = this.#job.lastResort ? door.force(choice) : door.enter(choice);
    const entered = pass ?? (this.#job.guarded ? undefined : door.slipIn(choice));
    this.key = entered?.key;
    if (entered !== undefined) this.#isMade = true;
    return entered;
  }

  /** Leaves alone what a failure speaks against: the key, the target, or every target of its client. */
  learn({ kind, retryAfterMs, refusal }: AttemptFailure): void {
    const { key } = this;
    const verdict = verdicts[kind];
    if (key !== undefined && isOfTheKey(verdict)) this.#failedKeys = new Set([...this.#failedKeys, key]);
    if (kind === "rate_limited" && retryAfterMs === undefined) {
      // It may still say when its limits are reset.
      if (refusal !== undefined) this.hear(refusal.response.headers);
    } else if (verdict.rests !== undefined) {
      this.#tell(this.#rest(verdict.rests, retryAfterMs ?? restMs));
    }
  }

  /** Leaves alone what an answer says has next to nothing left of a rate limit: before it has to say 429. */
  hear(headers: Headers): void {
    const { target, door, key } = this;
    if (!target.learns) return;
    const limitedMs = restMsOf(rateLimitsOf(headers));
    // A key that only this call has says nothing of the one that others call with.
    if (limitedMs === undefined || this.#job.bringsKey(target)) return;
    // Answers that were on their way say the same again.
    const isKnown = (key === undefined ? door.out : key.restAt(target.id)) !== undefined;
    const rested = this.#rest({ what: "target", reason: "rate_limited" }, limitedMs);
    if (!isKnown) this.#tell(rested);
  }

  #rest({ what, reason }: Rests, forMs: number): readonly Rested[] {
    const { door, key } = this;
    const dueAt = Date.now() + forMs;
    if (key !== undefined && reason !== "model_not_found") return door.restKey(key, reason, dueAt);
    // A key that only this call has says nothing of the one that others call with.
    if (what === "client" && this.#job.bringsKey(this.target)) return [];
    door.rest(what, reason, dueAt);
    const rested: Rested = { what, key: undefined, reason, dueAt };
    return what === "client" ? [{ ...rested, what: "key" }, rested] : [rested];
  }

  #tell(rested: readonly Rested[]): void {
    for (const one of rested) this.#job.tell.rested(this.target, one);
  }

  /** Whether a key was to blame, and another one is ready. */
  hasNextKey({ kind }: AttemptFailure): boolean {
    return this.key !== undefined && isOfTheKey(verdicts[kind]) && this.door.hasAnotherKey(this.#failedKeys);
  }
}
