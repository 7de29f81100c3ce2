import type { ResolvedTarget } from "../config/resolved.ts";
import type { Pass, Rested, TargetDoor } from "../state/door.ts";
import type { KeySlot } from "../state/key-ring.ts";
import type { Rest } from "../state/rest.ts";
import { isOfTheKey, verdicts, type AttemptFailure, type Verdict } from "./failure.ts";
import type { Job, Way } from "./job.ts";

// How long a refused or exhausted key, or a model that is not there, is left alone.
const restMs = 60_000;

type Rests = NonNullable<Verdict["rests"]>;

const noKeys: ReadonlySet<KeySlot> = new Set();

/** A target whose turn it is, and what its tries have shown of its keys. */
export class Turn implements Way {
  readonly target: ResolvedTarget;
  readonly door: TargetDoor;
  /** How many targets the rest of the deadline is for, this one included. */
  readonly targetsLeft: number;
  /** The key of the latest try. */
  key: KeySlot | undefined;
  readonly #job: Job;
  #failedKeys = noKeys;

  constructor(job: Job, target: ResolvedTarget, targetsLeft: number) {
    this.#job = job;
    this.target = target;
    this.door = job.doorOf(target);
    this.targetsLeft = targetsLeft;
    this.key = undefined;
  }

  /** Lets the next try in; undefined when the target's breaker does not. */
  enter(): Pass | undefined {
    const { door } = this;
    const choice = door.keys !== undefined && this.#job.bringsKey(this.target) ? false : this.#failedKeys;
    const pass = this.#job.lastResort ? door.force(choice) : door.enter(choice);
    const entered = pass ?? (this.#job.guarded ? undefined : door.slipIn(choice));
    this.key = entered?.key;
    return entered;
  }

  /** Leaves alone what a failure speaks against: the key, the target, or every target of its client. */
  learn({ kind, retryAfterMs }: AttemptFailure): void {
    const { key } = this;
    const verdict = verdicts[kind];
    const ofTheKey = key !== undefined && isOfTheKey(verdict);
    if (ofTheKey) this.#failedKeys = new Set([...this.#failedKeys, key]);
    if (verdict.rests === undefined || (kind === "rate_limited" && retryAfterMs === undefined)) return;
    const rests = { ...verdict.rests, dueAt: Date.now() + (retryAfterMs ?? restMs) };
    const rested = ofTheKey ? this.door.restKey(key, rests.reason, rests.dueAt) : this.#rest(rests);
    for (const one of rested) this.#job.tell.rested(this.target, one);
  }

  #rest({ what, reason, dueAt }: Rests & Rest): readonly Rested[] {
    // A key that only this call has says nothing of the one that others call with.
    if (what === "client" && this.#job.bringsKey(this.target)) return [];
    this.door.rest(what, reason, dueAt);
    const rested: Rested = { what, key: undefined, reason, dueAt };
    return what === "client" ? [{ ...rested, what: "key" }, rested] : [rested];
  }

  /** Whether a key was to blame, and another one is ready. */
  hasNextKey({ kind }: AttemptFailure): boolean {
    return this.key !== undefined && isOfTheKey(verdicts[kind]) && this.door.hasAnotherKey(this.#failedKeys);
  }
}
