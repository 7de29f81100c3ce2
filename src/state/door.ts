import type { Breaker } from "../config/resolved.ts";
import type { OutReason, TargetState } from "../glossary.ts";
import { TargetBreaker, type BreakerListener, type Ticket } from "./breaker.ts";
import type { RestList } from "./rest.ts";

/** What a door is made of. */
export interface DoorInput {
  readonly target: string;
  readonly client: string;
  readonly breaker: false | Breaker;
  readonly rests: RestList;
  readonly medians: Medians;
  onBreaker: BreakerListener;
}

/** What was measured at a target lately. */
export interface Medians {
  latencyMs(): number | undefined;
  ttftMs(): number | undefined;
}

/** Proof that a call was let in. */
export interface Pass {
  readonly ticket: Ticket | undefined;
  /** Let in though the target is out, because nothing else is left. */
  readonly forced: boolean;
}

const plainPass: Pass = { ticket: undefined, forced: false };

/** The way to one target: who may go in, how many are inside, and what is known of those who came out. */
export class TargetDoor implements TargetState {
  readonly breaker: TargetBreaker | undefined;
  readonly #medians: Medians;
  readonly #rests: RestList;
  readonly #targetKey: string;
  readonly #clientKey: string;
  #inFlight = 0;
  #forced = false;
  /** What came to light during a forced call holds when it has succeeded, too. */
  #restedMeanwhile = false;

  constructor(input: DoorInput) {
    this.#medians = input.medians;
    this.#rests = input.rests;
    this.#targetKey = `target:${input.target}`;
    this.#clientKey = `client:${input.client}`;
    if (input.breaker !== false) this.breaker = new TargetBreaker(input.target, input.breaker, input.onBreaker);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get latencyP50Ms(): number | undefined {
    return this.#medians.latencyMs();
  }

  get ttftP50Ms(): number | undefined {
    return this.#medians.ttftMs();
  }

  get out(): OutReason | undefined {
    const rest = this.#rests.of(this.#targetKey) ?? this.#rests.of(this.#clientKey);
    if (rest !== undefined) return rest.reason;
    return this.breaker === undefined || this.breaker.ready ? undefined : "breaker_open";
  }

  get dueAt(): number {
    const target = this.#rests.of(this.#targetKey)?.dueAt ?? 0;
    const client = this.#rests.of(this.#clientKey)?.dueAt ?? 0;
    return Math.max(target, client, this.breaker?.dueAt ?? 0);
  }

  /** Lets a call in. Who gets in must {@link leave} once. */
  enter(): Pass | undefined {
    if (this.breaker === undefined) return this.slipIn();
    const ticket = this.breaker.admit();
    if (ticket === undefined) return undefined;
    this.#inFlight += 1;
    return { ticket, forced: false };
  }

  /** Lets a call in though the target is out: one at a time, when nothing else is left. */
  force(): Pass | undefined {
    if (this.out === undefined) return this.enter();
    const ticket = this.breaker?.force();
    if (this.#forced || (this.breaker !== undefined && ticket === undefined)) return undefined;
    this.#forced = true;
    this.#restedMeanwhile = false;
    this.#inFlight += 1;
    return { ticket, forced: true };
  }

  /** Lets a call in past everything; its outcome teaches the breaker nothing. */
  slipIn(): Pass {
    this.#inFlight += 1;
    return plainPass;
  }

  leave({ ticket, forced }: Pass, outcome: "success" | "failure" | "neutral"): void {
    this.#inFlight -= 1;
    if (ticket !== undefined) this.breaker?.settle(ticket, outcome);
    if (!forced) return;
    this.#forced = false;
    // The target answers although it was to be left alone: it is back.
    if (outcome === "success" && !this.#restedMeanwhile) this.#endRests();
  }

  /** Leaves the target, or every target of its client, alone until `dueAt`. */
  rest(what: "target" | "client", reason: OutReason, dueAt: number): void {
    this.#restedMeanwhile = true;
    this.#rests.put(what === "target" ? this.#targetKey : this.#clientKey, reason, dueAt);
  }

  close(): void {
    this.breaker?.close();
  }

  #endRests(): void {
    this.#rests.end(this.#targetKey);
    this.#rests.end(this.#clientKey);
  }
}
