import type { Awaitable } from "../glossary.ts";

/**
 * What several calls, and with a foreign system several processes, share: how much of each limit is taken, and small
 * facts about the world. A plain object with three verbs; `memoryStore()` is the one that every router has, `redisStore()`
 * of `modelrouter/stores/redis` the one for several processes. A store of one's own is tested by `storeConformance` of
 * `modelrouter/testing`.
 *
 * The life of an amount: a call takes what it may need ({@link Store.take}), and when it is over says what it did need
 * ({@link Store.settle}). In between lies a *hold*, known by an id that the caller made. A hold whose caller died ends by
 * itself when its lease is over.
 *
 * Amounts are in any unit (USD, tokens, requests): numbers from 0. A store counts them in whole billionths of the unit, so
 * that sums of cents and of fractions of a cent come out even: 9 decimals, and 15 digits in all.
 */
export interface Store {
  /** What it is called in events. */
  readonly name: string;
  /**
   * Takes from all accounts, or from none when one of them has too little left. Nothing comes between the look and the
   * taking, whoever else is taking.
   *
   * A hold that was granted already is granted again and takes nothing, also when it is settled by now: so a call whose
   * answer was lost can be made again.
   * @throws RangeError or TypeError for a request that makes no sense, such as a negative amount; whatever the foreign
   * system throws when it can not be reached
   */
  take(request: TakeRequest): Awaitable<TakeResult>;
  /**
   * Ends a hold: what it took of each account is replaced by what was used of it, be that more or less. Only the first
   * settling counts. One that comes when the lease is over still corrects the accounts, for 10 minutes at least.
   * Nobody has to wait for it.
   * @param used - in the order of the accounts; one that is missing counts with what was taken, 0 gives all of it back
   * @returns what is left of each account, or `undefined` when there is no such hold (any more)
   */
  settle(hold: string, used: readonly number[]): Awaitable<readonly number[] | undefined>;
  /**
   * Writes a fact that {@link TakeRequest.facts} reads; the last one holds.
   * @param value - a short text; `undefined` removes the fact
   * @param ttlMs - how long it holds, in ms; 0 removes it
   */
  note(key: string, value: string | undefined, ttlMs: number): Awaitable<void>;
  /** Lets go of what the store itself holds; not of a client that it was given. */
  close?(): Awaitable<void>;
}

/** What {@link Store.take} is asked. Without accounts it only reads facts; an amount of 0 only reads the account. */
export interface TakeRequest {
  /**
   * An id of the caller's making, unique among all processes, to {@link Store.settle} later. Without one, what is taken
   * is used at once.
   */
  readonly hold?: string | undefined;
  /** How long the hold may last before it ends by itself, in ms. @defaultValue 600_000 */
  readonly leaseMs?: number | undefined;
  /** What to take from; each account once. */
  readonly accounts: readonly Account[];
  /** Keys of the facts to read. @defaultValue none */
  readonly facts?: readonly string[] | undefined;
  /** Takes also what is not there, so that accounts go below 0: for what was used already. @defaultValue false */
  readonly force?: boolean | undefined;
}

/** Something of which there is a limit, and how much of it to take. Another kind under the same key is another account. */
export type Account = WindowAccount | RollingAccount | BucketAccount | SlotsAccount;

/** What all kinds of accounts have. */
export interface AccountCommons {
  /** Its name, the same in every process. */
  readonly key: string;
  /** The most that may be taken. It may change from one call to the next. */
  readonly limit: number;
  /** How much to take; 0 is granted even when nothing is left. */
  readonly amount: number;
}

/** What becomes of a hold's amount when its lease ends before it was settled. */
export interface Lapse {
  /**
   * `used` is safe for money and rates: the process died, but the provider may have served the call, and will charge it.
   * `freed` gives the amount back. The same in every call for the account.
   * @defaultValue "used"
   */
  readonly onLapse?: "used" | "freed" | undefined;
}

/** A fixed window, such as a day: of its limit nothing comes back. */
export interface WindowAccount extends AccountCommons, Lapse {
  /** Counts within one window of time, which has an end. */
  readonly kind: "window";
  /**
   * When the window ends, in ms since the epoch. The key names the window (`usd:2026-10-30`), as the next one has another.
   * One that is over by the store's clock grants nothing, and its `retryAt` is `now`: ask for the window of that time.
   */
  readonly endsAt: number;
}

/**
 * A window that slides: what was taken counts for `windowMs` from then on, rounded up to a 60th of it. What a settling
 * corrects is corrected as of the time it was taken. Another `windowMs` makes it another account.
 */
export interface RollingAccount extends AccountCommons, Lapse {
  /** Counts what was taken in the time just past. */
  readonly kind: "rolling";
  /** Length of the window, in ms. */
  readonly windowMs: number;
}

/**
 * A bucket that refills evenly: what was taken is back after at most `windowMs`. Within one window up to twice the limit
 * can be taken, at first the full bucket and then what comes in. What a settling corrects is corrected as of now.
 */
export interface BucketAccount extends AccountCommons, Lapse {
  /** Fills up steadily, to an upper bound. */
  readonly kind: "bucket";
  /** How long it takes to refill from 0 to the limit, in ms. */
  readonly windowMs: number;
}

/** Places, as for calls at the same time: only ever held, given back in full by the settling or when the lease ends. */
export interface SlotsAccount extends AccountCommons {
  /** Counts what is held at the same time. */
  readonly kind: "slots";
}

/** What {@link Store.take} answers. */
export type TakeResult = Granted | Refused;

/** What every answer tells. */
export interface TakeAnswer {
  /**
   * What is left of each account after the step, in the order of the accounts; below 0 when more was used than taken, or
   * the limit was lowered.
   */
  readonly left: readonly number[];
  /** The facts, in the order they were asked for; `undefined` for one that nobody noted or that holds no longer. */
  readonly facts: readonly (string | undefined)[];
  /** The store's clock, in whole ms since the epoch. */
  readonly now: number;
}

/** All of it was taken. */
export interface Granted extends TakeAnswer {
  /** All that was asked for was taken. */
  readonly granted: true;
}

/** Nothing was taken. */
export interface Refused extends TakeAnswer {
  /** Nothing was taken. */
  readonly granted: false;
  /**
   * Place of the account that refused, among those asked for: of several the one with the latest `retryAt`. `undefined`
   * when the store itself refused, because it can not be reached.
   */
  readonly refusedBy: number | undefined;
  /**
   * When all of it could be granted if nobody else took or settled anything, by the store's clock. `Infinity` when it is
   * more than a limit; `undefined` when it depends on others, as with slots.
   */
  readonly retryAt: number | undefined;
}
