import { DueQueue } from "../lib/due-queue.ts";
import { AccountStates } from "./account-states.ts";
import { checkTake, checkUsed } from "./check-take.ts";
import { Facts } from "./facts.ts";
import { toNano } from "./nano.ts";
import { SettledHolds } from "./settled-holds.ts";
import type { Account, Granted, Refused, Store, TakeRequest } from "./store.ts";
import { defaultLeaseMs, lateMs } from "./terms.ts";

/** A {@link Store} that answers at once. */
export interface MemoryStore extends Store {
  take(request: TakeRequest): Granted | Refused;
  settle(hold: string, used: readonly number[]): readonly number[] | undefined;
  note(key: string, value: string | undefined, ttlMs: number): void;
}

/**
 * A store in the memory of this process, by `Date.now()`. It has no timers: what is over is forgotten in the course of
 * later calls.
 */
export function memoryStore(): MemoryStore {
  const books = new Books();
  return {
    name: "memory",
    take: (request) => books.take(request),
    settle: (hold, used) => books.settle(hold, used),
    note: (key, value, ttlMs) => books.note(key, value, ttlMs),
  };
}

interface Hold {
  readonly id: string;
  readonly takenAt: number;
  readonly accounts: readonly Account[];
  lapsed: boolean;
  dueAt: number;
  place: number;
}

const noFacts: readonly string[] = [];

class Books {
  readonly #accounts = new AccountStates();
  readonly #facts = new Facts();
  readonly #holds = new Map<string, Hold>();
  readonly #leases = new DueQueue<Hold>();
  readonly #settled = new SettledHolds();

  take(request: TakeRequest): Granted | Refused {
    checkTake(request);
    const now = Date.now();
    this.#lapse(now);
    const { hold, accounts, force = false } = request;
    const isKnown = hold !== undefined && (this.#holds.has(hold) || this.#settled.has(hold));
    const refusal = isKnown || force ? undefined : this.#accounts.refusal(accounts, now);
    if (!isKnown && refusal === undefined) this.#grant(request, now);
    const left = this.#left(accounts, now);
    const facts = this.#facts.read(request.facts ?? noFacts, now);
    return refusal === undefined
      ? { granted: true, left, facts, now }
      : { granted: false, left, facts, now, refusedBy: refusal.refusedBy, retryAt: refusal.retryAt };
  }

  settle(id: string, used: readonly number[]): readonly number[] | undefined {
    checkUsed(used);
    const now = Date.now();
    this.#lapse(now);
    const hold = this.#holds.get(id);
    if (hold === undefined) return undefined;
    this.#holds.delete(id);
    this.#leases.delete(hold);
    this.#settled.add(id);
    for (let at = 0; at < hold.accounts.length; at += 1) this.#correct(hold, { at, used: used[at], now });
    return this.#left(hold.accounts, now);
  }

  note(key: string, value: string | undefined, ttlMs: number): void {
    this.#facts.note(key, value, { ttlMs, now: Date.now() });
  }

  #grant({ hold, accounts, leaseMs = defaultLeaseMs }: TakeRequest, now: number): void {
    const when = { takenAt: now, now };
    for (const account of accounts) this.#accounts.change(account, toNano(account.amount), when);
    if (hold === undefined) return;
    const held: Hold = { id: hold, takenAt: now, accounts, lapsed: false, dueAt: now + leaseMs, place: 0 };
    this.#holds.set(hold, held);
    this.#leases.add(held);
  }

  #correct(hold: Hold, { at, used, now }: { at: number; used: number | undefined; now: number }): void {
    const account = hold.accounts[at] as Account;
    const amount = toNano(account.amount);
    const counted = hold.lapsed && endsFreed(account) ? 0 : amount;
    const counts = account.kind === "slots" ? 0 : used === undefined ? amount : toNano(used);
    this.#accounts.change(account, counts - counted, { takenAt: hold.takenAt, now });
  }

  #left(accounts: readonly Account[], now: number): readonly number[] {
    const left: number[] = [];
    for (const account of accounts) left.push(this.#accounts.left(account, now));
    return left;
  }

  #lapse(now: number): void {
    for (let hold = this.#leases.next(now); hold !== undefined; hold = this.#leases.next(now)) {
      if (hold.lapsed) this.#holds.delete(hold.id);
      else this.#endLease(hold, now);
    }
  }

  #endLease(hold: Hold, now: number): void {
    for (const account of hold.accounts) {
      if (!endsFreed(account)) continue;
      this.#accounts.change(account, -toNano(account.amount), { takenAt: hold.takenAt, now });
    }
    hold.lapsed = true;
    hold.dueAt += lateMs;
    this.#leases.add(hold);
  }
}

/** Whether an account gets back what a hold took of it when its lease ends. */
function endsFreed(account: Account): boolean {
  return account.kind === "slots" || account.onLapse === "freed";
}
