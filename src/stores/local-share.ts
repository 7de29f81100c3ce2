import { LruMap } from "../lib/lru-map.ts";
import { type MemoryStore, memoryStore } from "./memory.ts";
import type { Account, TakeRequest, TakeResult } from "./store.ts";

// Of more accounts than these it is not remembered what was left.
const maxAccounts = 10_000;

/** What was left of accounts when a shared store was last seen, and a store with this process's share of it. */
export class LocalShare {
  readonly #share: number;
  readonly #left = new LruMap<string, number>(maxAccounts);
  #store: MemoryStore = memoryStore();

  constructor(share: number) {
    this.#share = share;
  }

  get store(): MemoryStore {
    return this.#store;
  }

  /** Remembers what a shared store answered. */
  see({ accounts }: TakeRequest, { left }: TakeResult): void {
    for (let at = 0; at < accounts.length; at += 1) {
      const account = accounts[at] as Account;
      if (endures(account)) this.#left.set(nameOf(account), left[at] ?? 0);
    }
  }

  /** Begins anew, with nothing taken of the share. */
  reset(): void {
    this.#store = memoryStore();
  }

  take(request: TakeRequest): TakeResult {
    const result = this.#store.take({
      ...request,
      accounts: request.accounts.map((account) => this.#shareOf(account)),
    });
    if (result.granted || result.retryAt !== Infinity) return result;
    const { amount, limit } = request.accounts[result.refusedBy ?? 0] as Account;
    // Too much for the share, but not for the limit: that depends on the shared store.
    return amount <= limit ? { ...result, retryAt: undefined } : result;
  }

  #shareOf(account: Account): Account {
    const { limit } = account;
    const left = endures(account) ? this.#left.get(nameOf(account)) : undefined;
    return Object.assign({}, account, { limit: this.#share * Math.max(0, Math.min(limit, left ?? limit)) });
  }
}

/** Whether what is taken of an account is gone for longer than an outage should last. */
function endures({ kind }: Account): boolean {
  return kind === "window" || kind === "rolling";
}

function nameOf({ kind, key }: Account): string {
  return `${kind} ${key}`;
}
