import type { ResolvedTarget } from "../config/resolved.ts";
import type { RouterEvents } from "../events.ts";
import type { AttemptRecord, Awaitable, LeftOutReason, RoutingRequest } from "../glossary.ts";
import { Hold } from "./hold.ts";
import type { Emitter } from "../lib/emitter.ts";
import type { InFlight } from "../lib/in-flight.ts";
import { tellFailure } from "./store-failed.ts";
import type { Bulletin } from "../state/bulletin.ts";
import type { KeySlot } from "../state/key-ring.ts";
import type { Obstacle, Waiter } from "../state/waiting-room.ts";
import type { Account, Refused, Store, TakeResult } from "../stores/store.ts";

/** A call at the door of one of its targets. */
export interface Entry {
  readonly request: RoutingRequest;
  /** Name of the tier under which the target is called; `direct` where the caller named it. */
  readonly tier: string;
  readonly target: ResolvedTarget;
  /** About how many tokens the prompt has; counted once a call. */
  promptTokens(): number;
  /** The longest that the attempt may last, in ms, where its clocks say so; `Infinity` where they do not. */
  readonly lastsMs?: number | undefined;
  /** Nothing else of its chain is left to try after this target. */
  readonly isLast?: boolean | undefined;
  /** The keys it may be called with, in the order of their turn; undefined where none has limits. */
  readonly keys?: readonly KeySlot[] | undefined;
  /** The one of them that is asked for. */
  readonly key?: KeySlot | undefined;
  /** It is made beside a slow one: when it is refused, nobody misses it. */
  readonly isHedge?: boolean | undefined;
  /** Its place among the calls that wait for limits, when it has one. */
  readonly waiter?: Waiter | undefined;
}

/**
 * Something of which there is a limit: budgets, rates, places. All that the sources ask for an attempt is taken in one
 * step, from all accounts or from none.
 */
export interface AccountSource {
  /**
   * What an attempt is to take; none where nothing applies. May refuse by itself.
   * @param now - the store's clock, in ms since the epoch
   */
  claims(entry: Entry, now: number): readonly Claim[] | Refusal;
}

/** What an attempt takes of one account. */
export interface Claim {
  readonly account: Account;
  /** How much of it the attempt used; `undefined` when that can not be known: then it counts with what was taken. */
  used(attempt: AttemptRecord): number | undefined;
  /** Why the account refused. Called when it did. */
  refusal(answer: Refused): Refusal;
  /** It was taken. */
  began?(): void;
  /** It is being settled or given back. */
  ended?(): void;
  /** Told what is left of the account whenever that is known: after the other two. */
  tell?(left: number, now: number): void;
}

/** Why a call was not let in to a target. */
export interface Refusal {
  readonly refused: true;
  readonly reason: LeftOutReason;
  /** In words, as of {@link LeftOut}. */
  readonly detail: string;
  /** The limits that are in the way: the call may wait until one of them has enough. */
  readonly obstacles?: readonly Obstacle[] | undefined;
  /** It is about the key that was asked for: another may have room. */
  readonly ofKey?: true | undefined;
  /** The tier at which the call is to go on, if it is. */
  readonly downgradeTo?: string | undefined;
  /** Told when the call goes on there. */
  downgraded?(entry: Entry): void;
  /** What the caller is to see when no other target serves; `undefined` where the reasons of all targets say it best. */
  error?(attempts: readonly AttemptRecord[]): Error;
}

/** Let in with a hold, let in with nothing to hold, or refused. */
export type Admitted = Hold | undefined | Refusal;

/** Whether a call was not let in. */
export function isRefusal(admitted: object | undefined): admitted is Refusal {
  return admitted !== undefined && "refused" in admitted;
}

/** What an {@link Admission} is made of. */
export interface AdmissionInput {
  readonly store: Store;
  /** Those that have anything to ask: without any, admission costs nothing. */
  readonly sources: readonly AccountSource[];
  readonly events: Emitter<RouterEvents>;
  /** What is being settled. */
  readonly settling: InFlight<object>;
  /** What other processes found out is read with each take; undefined where nothing is shared. */
  readonly news?: Bulletin | undefined;
}

// Between the taking and the attempt its client may ask for a key, and after it the store has to hear of the end.
const besidesMs = 30_000;

// A window may end between the look at the clock and the store's: once is usual, more is a clock that runs wild.
const mostAsked = 3;

/** Lets attempts in to targets: takes from the store before, and settles after. */
export class Admission {
  readonly #store: Store;
  readonly #sources: readonly AccountSource[];
  readonly #events: Emitter<RouterEvents>;
  readonly #settling: InFlight<object>;
  readonly #news: Bulletin | undefined;
  /** How far the store's clock is ahead, in ms. */
  #aheadMs = 0;
  #count = 0;

  constructor({ store, sources, events, settling, news }: AdmissionInput) {
    this.#news = news;
    this.#settling = settling;
    this.#store = store;
    this.#sources = sources;
    this.#events = events;
  }

  /** Nothing is limited. */
  get idle(): boolean {
    return this.#sources.length === 0;
  }

  /** Now by the store's clock, as far as it is known, in ms since the epoch. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Takes what an attempt may need. Answers at once when the store does. */
  admit(entry: Entry): Awaitable<Admitted> {
    return this.#ask(entry, this.now(), 1);
  }

  /** What is left of accounts; nothing is taken. `undefined` when the store can not say. */
  async look(accounts: readonly Account[]): Promise<readonly number[] | undefined> {
    if (accounts.length === 0) return [];
    const reading = accounts.map((account) => ({ ...account, amount: 0 }));
    try {
      const answer = await this.#store.take({ accounts: reading, force: true });
      this.#aheadMs = answer.now - Date.now();
      return answer.left;
    } catch (error) {
      this.#failed("take", error);
      return undefined;
    }
  }

  #ask(entry: Entry, now: number, asked: number): Awaitable<Admitted> {
    const claims = this.#claims(entry, now);
    if (!Array.isArray(claims)) return claims as Refusal;
    if (claims.length === 0) {
      this.#news?.glance();
      return entry.key === undefined ? undefined : new Hold(claims, { key: entry.key, end: nothing });
    }
    this.#count += 1;
    const asking: Asking = { entry, claims, id: `${entry.request.requestId}:${this.#count}`, asked };
    try {
      const accounts = claims.map(({ account }) => account);
      const leaseMs = leaseMsOf(entry);
      const answer = this.#store.take({ hold: asking.id, leaseMs, accounts, facts: this.#news?.facts });
      if (!(answer instanceof Promise)) return this.#answered(asking, answer);
      return answer.then(
        (late) => this.#answered(asking, late),
        (error: unknown) => this.#failed("take", error),
      );
    } catch (error) {
      return this.#failed("take", error);
    }
  }

  #claims(entry: Entry, now: number): readonly Claim[] | Refusal {
    const [only, ...others] = this.#sources;
    if (only !== undefined && others.length === 0) return only.claims(entry, now);
    const all: Claim[] = [];
    for (const source of this.#sources) {
      const claims = source.claims(entry, now);
      if ("refused" in claims) return claims;
      all.push(...claims);
    }
    return all;
  }

  #answered(asking: Asking, answer: TakeResult): Awaitable<Admitted> {
    const { entry, claims, id, asked } = asking;
    this.#aheadMs = answer.now - Date.now();
    this.#news?.heard(answer.facts, answer.now);
    if (answer.granted) {
      for (const claim of claims) claim.began?.();
      tell(claims, answer.left, answer.now);
      return new Hold(claims, { key: entry.key, end: (used) => this.#settle(id, claims, used) });
    }
    if (asked < mostAsked && claims.some(({ account }) => isOver(account, answer.now))) {
      return this.#ask(entry, answer.now, asked + 1);
    }
    const refusing = answer.refusedBy === undefined ? undefined : claims[answer.refusedBy];
    return refusing === undefined ? outOfReach(this.#store.name) : refusing.refusal(answer);
  }

  #settle(id: string, claims: readonly Claim[], used: readonly number[]): void {
    const told = (left: readonly number[] | undefined): void => {
      if (left !== undefined) tell(claims, left, this.now());
    };
    try {
      const left = this.#store.settle(id, used);
      if (!(left instanceof Promise)) return told(left);
      // A store may give the same promise for several.
      const settling = {};
      this.#settling.add(settling);
      left
        .then(told, (error: unknown) => this.#failed("settle", error))
        .finally(() => this.#settling.delete(settling))
        .catch(() => undefined);
    } catch (error) {
      this.#failed("settle", error);
    }
  }

  // Whoever wants calls refused while the store is down has a store that refuses: one that throws must not fail a call.
  #failed(verb: "take" | "settle", error: unknown): undefined {
    tellFailure(this.#events, this.#store, { verb, error });
  }
}

interface Asking {
  readonly entry: Entry;
  readonly claims: readonly Claim[];
  readonly id: string;
  readonly asked: number;
}

const nothing = (): void => undefined;

// What a process holds that dies should end soon after the last of its calls would have.
function leaseMsOf({ lastsMs = Infinity }: Entry): number | undefined {
  return lastsMs < Infinity ? lastsMs + besidesMs : undefined;
}

function tell(claims: readonly Claim[], left: readonly number[], now: number): void {
  for (let at = 0; at < claims.length; at += 1) claims[at]?.tell?.(left[at] ?? 0, now);
}

function isOver(account: Account, now: number): boolean {
  return account.kind === "window" && account.endsAt <= now;
}

function outOfReach(store: string): Refusal {
  const detail = `the store "${store}" can not be reached, and lets nobody in meanwhile`;
  return { refused: true, reason: "store_unavailable", detail };
}
