import type { Breaker } from "../config/resolved.ts";
import type { OutReason, TargetState } from "../glossary.ts";
import { TargetBreaker, type BreakerListener, type Ticket } from "./breaker.ts";
import { KeySlot, type KeyRing } from "./key-ring.ts";
import type { Rest, RestList } from "./rest.ts";
import { Trust, type TrustSettings } from "./trust.ts";

/** What a door is made of. */
export interface DoorInput {
  readonly target: string;
  readonly client: string;
  readonly breaker: false | Breaker;
  readonly rests: RestList;
  readonly medians: Medians;
  /** How far it is trusted with second attempts; left out: without bounds. */
  trust?(): false | TrustSettings;
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
  /** The key to call with, where the client has several. */
  readonly key: KeySlot | undefined;
}

/** Which keys may be taken: none at all, as the call has its own, only this one, or none of those that were tried. */
export type KeyChoice = false | KeySlot | ReadonlySet<KeySlot> | undefined;

/** What is left alone, why, and until when. */
export interface Rested extends Rest {
  readonly what: "key" | "target" | "client";
  /** Label of the key. */
  readonly key: string | undefined;
}

// Whoever calls a second later is served as soon as the target is back; a thousand calls a second are no flood.
const forceDelayMs = 1_000;
const maxForceDelayMs = 30_000;

const withoutBounds = (): false => false;

const plainPass: Pass = { ticket: undefined, forced: false, key: undefined };

/** The way to one target: who may go in, how many are inside, and what is known of those who came out. */
export class TargetDoor implements TargetState {
  readonly breaker: TargetBreaker | undefined;
  /** The keys of its client, where there are several. */
  keys: KeyRing | undefined;
  /** Name of the client. */
  readonly client: string;
  /** Whether it answers well enough to be called a second time. */
  readonly trust = new Trust();
  readonly #trustSettings: () => false | TrustSettings;
  readonly #medians: Medians;
  readonly #rests: RestList;
  readonly #target: string;
  readonly #targetKey: string;
  readonly #clientKey: string;
  #inFlight = 0;
  #forced = false;
  /** Forced calls that failed since the target last answered. */
  #forcedFailures = 0;
  #forceAgainAt = 0;
  /** What came to light during a forced call holds when it has succeeded, too. */
  #restedMeanwhile = false;

  constructor(input: DoorInput) {
    this.#trustSettings = input.trust ?? withoutBounds;
    this.#medians = input.medians;
    this.#rests = input.rests;
    this.client = input.client;
    this.#target = input.target;
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
    const rest = this.#rests.of(this.#targetKey) ?? this.#clientRest;
    if (rest !== undefined) return rest.reason;
    return this.breaker === undefined || this.breaker.ready ? undefined : "breaker_open";
  }

  /** The share of its calls that it gets; below 1 while it is coming back. */
  get share(): number {
    return this.breaker?.share ?? 1;
  }

  /** Whether the target is out because another process said so. */
  get learnt(): boolean {
    const rest = this.#rests.of(this.#targetKey) ?? this.#clientRest;
    if (rest !== undefined) return rest.learnt === true;
    return this.breaker !== undefined && !this.breaker.ready && this.breaker.learnt;
  }

  get dueAt(): number {
    const target = this.#rests.of(this.#targetKey)?.dueAt ?? 0;
    const client = this.#clientRest?.dueAt ?? 0;
    return Math.max(target, client, this.breaker?.dueAt ?? 0);
  }

  /** Lets a call in. Who gets in must {@link leave} once. */
  enter(choice?: KeyChoice): Pass | undefined {
    if (this.breaker === undefined) return this.slipIn(choice);
    const ticket = this.breaker.admit();
    if (ticket === undefined) return undefined;
    this.#inFlight += 1;
    return { ticket, forced: false, key: this.#takeKey(choice) };
  }

  /**
   * Lets a call in though the target is out, because nothing else is left: one at a time, and after each that failed not before
   * some time has passed, twice as long as after the one before.
   */
  force(choice?: KeyChoice): Pass | undefined {
    if (this.out === undefined) return this.enter(choice);
    if (Date.now() < this.#forceAgainAt) return undefined;
    const ticket = this.breaker?.force();
    if (this.#forced || (this.breaker !== undefined && ticket === undefined)) return undefined;
    this.#forced = true;
    this.#restedMeanwhile = false;
    this.#inFlight += 1;
    return { ticket, forced: true, key: this.#takeKey(choice) };
  }

  /** Lets a call in past everything; its outcome teaches the breaker nothing. */
  slipIn(choice?: KeyChoice): Pass {
    this.#inFlight += 1;
    const key = this.#takeKey(choice);
    return key === undefined ? plainPass : { ...plainPass, key };
  }

  leave({ ticket, forced, key }: Pass, outcome: "success" | "failure" | "neutral"): void {
    this.#inFlight -= 1;
    if (key !== undefined) key.inFlight -= 1;
    if (ticket !== undefined) this.breaker?.settle(ticket, outcome);
    const settings = this.#trustSettings();
    if (settings !== false) this.trust.learn(outcome, settings);
    if (outcome === "success") this.#forcedFailures = 0;
    if (!forced) return;
    this.#forced = false;
    if (outcome === "failure") this.#restFromForce();
    // The target answers although it was to be left alone: it is back.
    if (outcome === "success" && !this.#restedMeanwhile) this.#endRests(key);
  }

  /** Leaves the target, or every target of its client, alone until `dueAt`. */
  rest(what: "target" | "client", reason: OutReason, dueAt: number): void {
    this.#restedMeanwhile = true;
    this.#rests.put(what === "target" ? this.#targetKey : this.#clientKey, reason, dueAt);
  }

  /**
   * Leaves one of several keys alone until `dueAt`: a rate is limited at the target, all else holds for the key everywhere.
   * Says what rests then: the key, and when it was the last one the target or the client too.
   */
  restKey(slot: KeySlot, reason: OutReason, dueAt: number): readonly Rested[] {
    const here = reason === "rate_limited" ? this.#target : undefined;
    this.#restedMeanwhile = true;
    slot.rest(reason, dueAt, here);
    const rested: Rested[] = [{ what: "key", key: slot.label, reason, dueAt }];
    const client = this.keys?.restAt();
    const target = this.keys?.restAt(this.#target);
    if (client !== undefined) rested.push({ what: "client", key: undefined, ...client });
    else if (target !== undefined) rested.push({ what: "target", key: undefined, ...target });
    return rested;
  }

  /** Whether another key is ready to serve. */
  hasAnotherKey(tried: ReadonlySet<KeySlot>): boolean {
    return this.keys?.hasAnother(this.#target, tried) === true;
  }

  close(): void {
    this.breaker?.close();
  }

  #restFromForce(): void {
    this.#forceAgainAt = Date.now() + Math.min(maxForceDelayMs, forceDelayMs * 2 ** this.#forcedFailures);
    this.#forcedFailures += 1;
  }

  get #clientRest(): Rest | undefined {
    return this.keys === undefined ? this.#rests.of(this.#clientKey) : this.keys.restAt(this.#target);
  }

  #takeKey(choice: KeyChoice): KeySlot | undefined {
    if (choice === false) return undefined;
    if (!(choice instanceof KeySlot)) return this.keys?.take(this.#target, choice);
    choice.inFlight += 1;
    return choice;
  }

  #endRests(key: KeySlot | undefined): void {
    key?.wake(this.#target);
    this.#rests.end(this.#targetKey);
    this.#rests.end(this.#clientKey);
  }
}
