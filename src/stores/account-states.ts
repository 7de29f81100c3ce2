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
  readonly #states = new Map<string, AccountState>();
  #sweepAt = minSweep;

  left(account: Account, now: number): number {
    if (isOver(account, now)) return 0;
    return fromNano(toNano(account.limit) - this.#taken(account, now));
  }

  /** Takes more, or gives back, of what was taken at `takenAt`; amounts in billionths. */
  change(account: Account, delta: number, when: { readonly takenAt: number; readonly now: number }): void {
    if (delta === 0 || isOver(account, when.now)) return;
    const key = keyOf(account);
    let state = this.#states.get(key);
    if (state === undefined) {
      this.#sweep(when.now);
      state = newState(account);
      this.#states.set(key, state);
    }
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
    return this.#states.get(keyOf(account))?.retryAt(account, excess, now);
  }

  #taken(account: Account, now: number): number {
    return this.#states.get(keyOf(account))?.taken(account, now) ?? 0;
  }

  #sweep(now: number): void {
    if (this.#states.size < this.#sweepAt) return;
    for (const [key, state] of this.#states) if (state.isIdle(now)) this.#states.delete(key);
    this.#sweepAt = Math.max(minSweep, 2 * this.#states.size);
  }
}

function isOver(account: Account, now: number): boolean {
  return account.kind === "window" && now >= account.endsAt;
}

function keyOf(account: Account): string {
  const { kind, key } = account;
  return account.kind === "rolling" ? `rolling ${account.windowMs} ${key}` : `${kind} ${key}`;
}
