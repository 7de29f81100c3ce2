import { type AccountState, newState } from "./account-state.ts";
import { fromNano, toNano } from "./nano.ts";
import type { Account } from "./store.ts";

/** Who refused, and until when. */
export interface Refusal {
  readonly refusedBy: number;
  readonly retryAt: number | undefined;
}

// Fewer than these are not worth looking through.
const minSweep = 1_000;

/** All accounts that anything is taken of, in memory. Those that are as good as new are forgotten now and then. */
export class AccountStates {
  // By kind, then by key: a name put together of both would have to be made, and hashed, for each look.
  readonly #shelves: Readonly<Record<Exclude<Account["kind"], "rolling">, Shelf>> = {
    window: new Map(),
    bucket: new Map(),
    slots: new Map(),
  };
  readonly #rolling = new Map<number, Shelf>();
  #size = 0;
  #sweepAt = minSweep;

  left(account: Account, now: number): number {
    if (isOver(account, now)) return 0;
    return fromNano(toNano(account.limit) - this.#taken(account, now));
  }

  /** Takes more, or gives back, of what was taken at `takenAt`; amounts in billionths. */
  change(account: Account, delta: number, when: { readonly takenAt: number; readonly now: number }): void {
    if (delta === 0 || isOver(account, when.now)) return;
    const state = this.#shelfOf(account)?.get(account.key) ?? this.#add(account, when.now);
    state.change(account, delta, when);
  }

  /** `undefined` when all accounts have enough left. */
  refusal(accounts: readonly Account[], now: number): Refusal | undefined {
    let refusal: Refusal | undefined;
    for (let at = 0; at < accounts.length; at += 1) {
      const account = accounts[at] as Account;
      const excess = this.#excess(account, now);
      if (excess <= 0) continue;
      const retryAt = this.#retryAt(account, excess, now);
      if (refusal === undefined || (retryAt ?? 0) > (refusal.retryAt ?? 0)) refusal = { refusedBy: at, retryAt };
    }
    return refusal;
  }

  /** What is asked for beyond what is left, in billionths; 0 or less when there is enough. */
  #excess(account: Account, now: number): number {
    if (isOver(account, now)) return Infinity;
    const amount = toNano(account.amount);
    return amount === 0 ? 0 : this.#taken(account, now) + amount - toNano(account.limit);
  }

  #retryAt(account: Account, excess: number, now: number): number | undefined {
    if (isOver(account, now)) return now;
    if (account.amount > account.limit) return Infinity;
    return this.#shelfOf(account)?.get(account.key)?.retryAt(account, excess, now);
  }

  #taken(account: Account, now: number): number {
    return this.#shelfOf(account)?.get(account.key)?.taken(account, now) ?? 0;
  }

  #shelfOf(account: Account): Shelf | undefined {
    return account.kind === "rolling" ? this.#rolling.get(account.windowMs) : this.#shelves[account.kind];
  }

  #add(account: Account, now: number): AccountState {
    this.#sweep(now);
    let shelf = this.#shelfOf(account);
    if (shelf === undefined && account.kind === "rolling") {
      shelf = new Map();
      this.#rolling.set(account.windowMs, shelf);
    }
    const state = newState(account);
    shelf?.set(account.key, state);
    this.#size += 1;
    return state;
  }

  #sweep(now: number): void {
    if (this.#size < this.#sweepAt) return;
    for (const shelf of [...Object.values(this.#shelves), ...this.#rolling.values()]) {
      for (const [key, state] of shelf) if (state.isIdle(now) && shelf.delete(key)) this.#size -= 1;
    }
    for (const [windowMs, shelf] of this.#rolling) if (shelf.size === 0) this.#rolling.delete(windowMs);
    this.#sweepAt = Math.max(minSweep, 2 * this.#size);
  }
}

type Shelf = Map<string, AccountState>;

function isOver(account: Account, now: number): boolean {
  return account.kind === "window" && now >= account.endsAt;
}
