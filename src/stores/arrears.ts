import type { Store, TakeRequest } from "./store.ts";
import { defaultLeaseMs } from "./terms.ts";

/** A call that a shared store has yet to learn of. */
interface Entry {
  /** What was taken without the store; `undefined` when it knows the hold. */
  request: TakeRequest | undefined;
  /** `undefined` while the call is still on. */
  used: readonly number[] | undefined;
  /** When the hold's lease ends, in ms since the epoch. */
  readonly leaseEndsAt: number;
}

interface Fact {
  readonly value: string | undefined;
  readonly endsAt: number;
}

/** What {@link Arrears.post} waits for each step, given as a function so that no step takes for ever. */
export interface Bound {
  <T>(step: () => T | Promise<T>): Promise<T>;
}

// About 30 MB. An outage during which more is called than this is an outage of another kind.
const maxEntries = 100_000;
const batchSize = 100;

/** What happened while a shared store was out of reach, and it has to be told. */
export class Arrears {
  readonly #entries = new Map<string, Entry>();
  readonly #facts = new Map<string, Fact>();
  #posted = 0;
  #dropped = 0;

  /** How many calls the store was told of. */
  get posted(): number {
    return this.#posted;
  }

  /** How many calls were too many to remember. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A hold was granted without the store, or taken at once, then with what was `used`. */
  taken(hold: string, request: TakeRequest, used?: readonly number[]): void {
    if (this.#entries.has(hold)) return;
    const { leaseMs = defaultLeaseMs } = request;
    this.#put(hold, { request, used, leaseEndsAt: Date.now() + leaseMs });
  }

  /** A hold was settled, whoever granted it. Only the first settling counts. */
  settled(hold: string, used: readonly number[]): void {
    const entry = this.#entries.get(hold);
    if (entry === undefined) this.#put(hold, { request: undefined, used, leaseEndsAt: 0 });
    else entry.used ??= used;
  }

  noted(key: string, value: string | undefined, ttlMs: number): void {
    this.#facts.set(key, { value, endsAt: Date.now() + ttlMs });
  }

  /**
   * Tells the store everything, also what is added meanwhile. Each step can be repeated: a hold that the store has
   * granted after all, when only its answer was lost, is not taken again.
   */
  async post(store: Store, bound: Bound): Promise<void> {
    while (this.#entries.size > 0 || this.#facts.size > 0) {
      const facts = firstOf(this.#facts);
      await all(facts.map(async ([key, fact]) => this.#postFact(store, bound, { key, fact })));
      const entries = firstOf(this.#entries);
      await all(entries.map(async ([hold, entry]) => this.#postEntry(store, bound, { hold, entry })));
    }
  }

  async #postEntry(store: Store, bound: Bound, { hold, entry }: { hold: string; entry: Entry }): Promise<void> {
    const { request } = entry;
    if (request !== undefined) {
      const leaseMs = Math.max(1, entry.leaseEndsAt - Date.now());
      await bound(() => store.take({ hold, leaseMs, accounts: request.accounts, force: true }));
      entry.request = undefined;
    }
    const { used } = entry;
    // While the call is on, the hold is one like any other from now on.
    if (used !== undefined) await bound(() => store.settle(hold, used));
    this.#entries.delete(hold);
    this.#posted += 1;
  }

  async #postFact(store: Store, bound: Bound, { key, fact }: { key: string; fact: Fact }): Promise<void> {
    await bound(() => store.note(key, fact.value, Math.max(0, fact.endsAt - Date.now())));
    // Another one may have been noted meanwhile.
    if (this.#facts.get(key) === fact) this.#facts.delete(key);
  }

  #put(hold: string, entry: Entry): void {
    if (this.#entries.size >= maxEntries) this.#dropped += 1;
    else this.#entries.set(hold, entry);
  }
}

function firstOf<Key, Value>(map: ReadonlyMap<Key, Value>): readonly [Key, Value][] {
  const first: [Key, Value][] = [];
  for (const entry of map) {
    if (first.length === batchSize) break;
    first.push(entry);
  }
  return first;
}

/** Waits for all, also when one fails: what was begun must not run beside the next try. */
async function all(steps: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(steps);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
