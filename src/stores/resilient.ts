import { randomUUID } from "node:crypto";
import type { Awaitable } from "../glossary.ts";
import { Emitter } from "../lib/emitter.ts";
import { within } from "../lib/within.ts";
import { Arrears } from "./arrears.ts";
import { checkTake, checkUsed } from "./check-take.ts";
import { LocalShare } from "./local-share.ts";
import type { Store, TakeRequest, TakeResult } from "./store.ts";

/** Options of {@link resilientStore}. */
export interface ResilientStoreOptions {
  /** How long a call waits for the store, in ms. One that takes longer is taken for down. @defaultValue 50 */
  timeoutMs?: number | undefined;
  /** How often a store that is down is tried again, in ms; one try at a time. @defaultValue 1_000 */
  probeMs?: number | undefined;
  /**
   * What to do while the store is down: grant out of a `share` of each limit, counted in this process, or `refuse`
   * everything that asks for an account.
   * @defaultValue "local"
   */
  whenDown?: "local" | "refuse" | undefined;
  /**
   * This process's share while the store is down, 0–1: of what was left of windows when the store was last seen, and of the
   * limit of everything else. 1 divided by the number of processes keeps the limits as they are.
   * @defaultValue 0.25
   */
  share?: number | undefined;
  /** Called when the store goes down. */
  onDown?: ((down: StoreDown) => void) | undefined;
  /** Called when the store is back, and knows what happened without it. */
  onUp?: ((up: StoreUp) => void) | undefined;
}

/** A store can not be reached, or is too slow. */
export interface StoreDown {
  /** Its name. */
  readonly store: string;
  /** Why. */
  readonly error: unknown;
}

/** A store is back. */
export interface StoreUp {
  /** Its name. */
  readonly store: string;
  /** How long it was down, in ms. */
  readonly downMs: number;
  /** How many calls it was told of. */
  readonly posted: number;
  /** How many calls it was not told of, because there were more than 100,000. */
  readonly dropped: number;
}

/**
 * Keeps a shared store that is slow or down from taking the application down: calls wait for it for a short time, then go
 * by what this process knows, until the store is back and was told what it missed.
 * @throws RangeError for a share that is none
 */
export function resilientStore(store: Store, options: ResilientStoreOptions = {}): Store {
  const resilience = new Resilience(store, options);
  return {
    name: store.name,
    take: (request) => resilience.take(request),
    settle: (hold, used) => resilience.settle(hold, used),
    note: (key, value, ttlMs) => resilience.note(key, value, ttlMs),
    close: () => resilience.close(),
  };
}

interface Outage {
  readonly since: number;
  readonly arrears: Arrears;
}

interface Events {
  "store:down": StoreDown;
  "store:up": StoreUp;
}

// Nobody waits for what is told afterwards, so it has more time.
const postingMs = 1_000;

// A probe that is never answered must not be the last.
const probeLeaseMs = 30_000;

class Resilience {
  readonly #store: Store;
  readonly #timeoutMs: number;
  readonly #probeMs: number;
  readonly #refuses: boolean;
  readonly #local: LocalShare;
  readonly #events = new Emitter<Events>();
  #outage: Outage | undefined;
  #probingSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(store: Store, options: ResilientStoreOptions) {
    const { timeoutMs = 50, probeMs = 1_000, whenDown = "local", share = 0.25, onDown, onUp } = options;
    if (!(share >= 0 && share <= 1)) throw new RangeError(`share must be from 0 to 1, it is ${share}.`);
    this.#store = store;
    this.#timeoutMs = timeoutMs;
    this.#probeMs = probeMs;
    this.#refuses = whenDown === "refuse";
    this.#local = new LocalShare(share);
    if (onDown !== undefined) this.#events.on("store:down", onDown);
    if (onUp !== undefined) this.#events.on("store:up", onUp);
  }

  take(request: TakeRequest): Awaitable<TakeResult> {
    checkTake(request);
    if (this.#outage !== undefined) return this.#takeWithout(request, this.#outage);
    const seen = (result: TakeResult): TakeResult => {
      this.#local.see(request, result);
      return result;
    };
    return this.#ask(
      () => this.#store.take(request),
      seen,
      (outage) => this.#takeInDoubt(request, outage),
    );
  }

  settle(hold: string, used: readonly number[]): Awaitable<readonly number[] | undefined> {
    checkUsed(used);
    const without = (outage: Outage): readonly number[] | undefined => {
      outage.arrears.settled(hold, used);
      return this.#local.store.settle(hold, used);
    };
    return this.#outage === undefined
      ? this.#ask(() => this.#store.settle(hold, used), same, without)
      : without(this.#outage);
  }

  note(key: string, value: string | undefined, ttlMs: number): Awaitable<void> {
    const without = (outage: Outage): void => {
      outage.arrears.noted(key, value, ttlMs);
      this.#local.store.note(key, value, ttlMs);
    };
    return this.#outage === undefined
      ? this.#ask(() => this.#store.note(key, value, ttlMs), same, without)
      : without(this.#outage);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    // A last try: what is not told now is never told.
    if (this.#outage !== undefined) await this.#comeBack(this.#outage);
    await this.#store.close?.();
  }

  /** What the store says, or else what is to be done without it. */
  #ask<T>(call: () => Awaitable<T>, then: (answer: T) => T, without: (outage: Outage) => T): Awaitable<T> {
    try {
      const answer = call();
      if (!(answer instanceof Promise)) return then(answer);
      return within(this.#timeoutMs, answer).then(then, (error: unknown) => without(this.#goDown(error)));
    } catch (error) {
      return without(this.#goDown(error));
    }
  }

  // The store may have granted it, and only its answer was lost or late.
  #takeInDoubt(request: TakeRequest, outage: Outage): TakeResult {
    const result = this.#takeWithout(request, outage);
    if (!result.granted && request.hold !== undefined) {
      outage.arrears.settled(
        request.hold,
        request.accounts.map(() => 0),
      );
    }
    return result;
  }

  #takeWithout(request: TakeRequest, { arrears }: Outage): TakeResult {
    const { hold, accounts, facts } = request;
    if (this.#refuses && accounts.length > 0) {
      const { now, facts: known } = this.#local.store.take({ accounts: [], facts });
      return {
        granted: false,
        left: accounts.map(() => 0),
        facts: known,
        now,
        refusedBy: undefined,
        retryAt: undefined,
      };
    }
    const result = this.#local.take(request);
    if (!result.granted || accounts.length === 0) return result;
    if (hold !== undefined) arrears.taken(hold, request);
    else if (accounts.some(({ amount }) => amount > 0)) arrears.taken(randomUUID(), request, []);
    return result;
  }

  #goDown(error: unknown): Outage {
    if (this.#outage !== undefined) return this.#outage;
    this.#local.reset();
    this.#outage = { since: Date.now(), arrears: new Arrears() };
    this.#events.emit("store:down", { store: this.#store.name, error });
    this.#probeLater(this.#outage);
    return this.#outage;
  }

  #probeLater(outage: Outage): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#tryAgain(outage), this.#probeMs).unref();
  }

  async #tryAgain(outage: Outage): Promise<void> {
    if (!(await this.#comeBack(outage))) this.#probeLater(outage);
  }

  /** Tries the store, tells it what it missed, and says whether that worked. */
  async #comeBack(outage: Outage): Promise<boolean> {
    try {
      await within(this.#timeoutMs, this.#probe());
      await outage.arrears.post(this.#store, (step) => within(postingMs, startOf(step)));
    } catch {
      return false;
    }
    if (this.#outage !== outage) return true;
    this.#outage = undefined;
    const { posted, dropped } = outage.arrears;
    this.#events.emit("store:up", { store: this.#store.name, downMs: Date.now() - outage.since, posted, dropped });
    return true;
  }

  // A client that is not connected may keep commands until it is: it is not given one more with each try.
  #probe(): Promise<unknown> {
    const now = Date.now();
    if (this.#probingSince !== undefined && now - this.#probingSince < probeLeaseMs) {
      return Promise.reject(new Error("The probe before has no answer yet."));
    }
    this.#probingSince = now;
    return startOf(() => this.#store.take({ accounts: [] })).finally(() => (this.#probingSince = undefined));
  }
}

async function startOf<T>(step: () => Awaitable<T>): Promise<T> {
  return step();
}

function same<T>(value: T): T {
  return value;
}
