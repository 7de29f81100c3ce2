import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Awaitable } from "../glossary.ts";
import type {
  Account,
  BucketAccount,
  RollingAccount,
  SlotsAccount,
  Store,
  TakeRequest,
  TakeResult,
  WindowAccount,
} from "../stores/store.ts";

/** How far away the end of a window is that is not to end within a case, in ms. */
const dayMs = 86_400_000;

/** What holds of a store: a sentence → how to check it. */
export type StoreChecks = Readonly<Record<string, (trial: StoreTrial) => Awaitable<void>>>;

/** A store on trial, with keys that no other trial has. */
export class StoreTrial {
  readonly store: Store;
  readonly #wait: (ms: number) => Awaitable<void>;
  readonly #id = randomUUID();
  #holds = 0;

  constructor(store: Store, wait: (ms: number) => Awaitable<void> = (ms) => delay(ms)) {
    this.store = store;
    this.#wait = wait;
  }

  /** A key of this trial alone. */
  key(name: string): string {
    return `${this.#id}:${name}`;
  }

  /** An id that no hold had before. */
  newHold(): string {
    this.#holds += 1;
    return this.key(`hold-${this.#holds}`);
  }

  window(over: Partial<WindowAccount> = {}): WindowAccount {
    return { kind: "window", key: this.key("a"), limit: 10, amount: 1, endsAt: Date.now() + dayMs, ...over };
  }

  rolling(over: Partial<RollingAccount> = {}): RollingAccount {
    return { kind: "rolling", key: this.key("a"), limit: 10, amount: 1, windowMs: dayMs, ...over };
  }

  bucket(over: Partial<BucketAccount> = {}): BucketAccount {
    // So slow that nothing to speak of comes back within a case.
    return { kind: "bucket", key: this.key("a"), limit: 10, amount: 1, windowMs: 1e15, ...over };
  }

  slots(over: Partial<SlotsAccount> = {}): SlotsAccount {
    return { kind: "slots", key: this.key("a"), limit: 10, amount: 1, ...over };
  }

  /** An account of each kind. */
  each(over: { limit?: number; amount?: number } = {}): readonly Account[] {
    return [this.window(over), this.rolling(over), this.bucket(over), this.slots(over)];
  }

  /** Takes with a new hold, if none is named. */
  async take(accounts: Account | readonly Account[], over: Partial<TakeRequest> = {}): Promise<TakeResult> {
    return this.store.take({ hold: this.newHold(), accounts: [accounts].flat(), ...over });
  }

  /** What is left, with nothing taken. */
  async left(...accounts: readonly Account[]): Promise<readonly number[]> {
    const { left } = await this.store.take({ accounts: accounts.map(asLook) });
    return left;
  }

  /** The store's clock. */
  async now(): Promise<number> {
    const { now } = await this.store.take({ accounts: [] });
    return now;
  }

  /** Lets time pass until the store's clock shows `time`. */
  async until(time: number): Promise<void> {
    for (let now = await this.now(); now < time; now = await this.now()) await this.#wait(Math.ceil(time - now));
  }

  /** Fails unless the accounts grant from `time` on, and not before. */
  async grantFrom(time: number, accounts: Account | readonly Account[]): Promise<void> {
    // On a machine that stands still for a while the first may come after the time already.
    const early = await this.take(accounts);
    assert.equal(early.granted, early.now >= time, `At ${early.now} it must be granted from ${time} on.`);
    if (early.granted) return;
    await this.until(time);
    assertGranted(await this.take(accounts));
  }
}

/** Fails unless it was granted; gives the answer. */
export function assertGranted(result: TakeResult): TakeResult {
  assert.ok(result.granted, `It must be granted, left is ${result.left.join(", ")}.`);
  return result;
}

/** Fails unless it was refused, by the account at this place. */
export function assertRefused(result: TakeResult, by: number): number | undefined {
  assert.ok(!result.granted, `It must be refused, left is ${result.left.join(", ")}.`);
  assert.equal(result.refusedBy, by, `The account at ${by} must refuse, it was the one at ${result.refusedBy}.`);
  return result.retryAt;
}

/** Fails unless so much is left, to the billionth. */
export function assertLeft(left: readonly number[] | undefined, expected: readonly number[]): void {
  assert.deepEqual(left?.map(toBillionths), expected.map(toBillionths), `Left must be ${expected.join(", ")}.`);
}

function toBillionths(amount: number): number {
  return Math.round(amount * 1e9);
}

function asLook(account: Account): Account {
  return { ...account, amount: 0 };
}
