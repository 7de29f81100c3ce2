import type { Account, BucketAccount, RollingAccount, WindowAccount } from "./store.ts";
import { toNano } from "./nano.ts";
import { slicesPerWindow } from "./terms.ts";

/** How much of one account is taken, in memory. Amounts are in billionths, times in ms since the epoch. */
export interface AccountState {
  /** What counts as taken at this time. */
  taken(account: Account, now: number): number;
  /** Takes more, or gives back when `delta` is negative, of what was taken at `takenAt`. */
  change(account: Account, delta: number, when: { readonly takenAt: number; readonly now: number }): void;
  /** When `excess` will have come back; `undefined` when that depends on others. */
  retryAt(account: Account, excess: number, now: number): number | undefined;
  /** Whether it is as good as new. */
  isIdle(now: number): boolean;
}

/** A state of the account's kind, with nothing taken. */
export function newState(account: Account): AccountState {
  switch (account.kind) {
    case "window":
      return new WindowState(account.endsAt);
    case "rolling":
      return new RollingState(account.windowMs);
    case "bucket":
      return new BucketState();
    case "slots":
      return new SlotsState();
  }
}

class SlotsState implements AccountState {
  #taken = 0;

  taken(): number {
    return this.#taken;
  }

  change(_account: Account, delta: number): void {
    this.#taken += delta;
  }

  retryAt(): undefined {
    return undefined;
  }

  isIdle(): boolean {
    return this.#taken <= 0;
  }
}

class WindowState implements AccountState {
  #taken = 0;
  #endsAt: number;

  constructor(endsAt: number) {
    this.#endsAt = endsAt;
  }

  taken(_account: WindowAccount, now: number): number {
    // A key that serves the next window, too, starts it afresh.
    if (now >= this.#endsAt) this.#taken = 0;
    return this.#taken;
  }

  change(account: WindowAccount, delta: number, { now }: { readonly now: number }): void {
    this.#taken = this.taken(account, now) + delta;
    this.#endsAt = account.endsAt;
  }

  retryAt(account: WindowAccount): number {
    return account.endsAt;
  }

  isIdle(now: number): boolean {
    return now >= this.#endsAt;
  }
}

class BucketState implements AccountState {
  #taken = 0;
  #at = 0;
  #idleAt = 0;

  taken(account: BucketAccount, now: number): number {
    const refilled = Math.max(0, now - this.#at) * rateOf(account);
    return Math.max(0, Math.round(this.#taken - refilled));
  }

  change(account: BucketAccount, delta: number, { now }: { readonly now: number }): void {
    const rate = rateOf(account);
    // What never refills is not kept for ever.
    this.#taken = rate === 0 ? 0 : Math.max(0, this.taken(account, now) + delta);
    this.#at = now;
    this.#idleAt = this.#taken === 0 ? 0 : now + this.#taken / rate;
  }

  retryAt(account: BucketAccount, excess: number, now: number): number {
    return now + Math.ceil(excess / rateOf(account));
  }

  isIdle(now: number): boolean {
    return now > this.#idleAt;
  }
}

/** What comes back in 1 ms. */
function rateOf({ limit, windowMs }: BucketAccount): number {
  return toNano(limit) / windowMs;
}

// The slice at the far end is in the window in part: it counts until it has left as a whole.
const liveSlices = slicesPerWindow + 1;

class RollingState implements AccountState {
  readonly #sliceMs: number;
  readonly #slices = new Float64Array(liveSlices);
  #taken = 0;
  /** The latest slice, by its number since the epoch. */
  #latest = 0;

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / slicesPerWindow;
  }

  taken(_account: RollingAccount, now: number): number {
    this.#moveTo(this.#sliceAt(now));
    return this.#taken;
  }

  change(_account: RollingAccount, delta: number, { takenAt, now }: { takenAt: number; now: number }): void {
    this.#moveTo(this.#sliceAt(now));
    const slice = this.#sliceAt(takenAt);
    if (slice <= this.#latest - liveSlices) return;
    const at = slice % liveSlices;
    this.#slices[at] = (this.#slices[at] ?? 0) + delta;
    this.#taken += delta;
  }

  retryAt(_account: RollingAccount, excess: number, now: number): number {
    let back = 0;
    for (let slice = this.#latest - slicesPerWindow; slice <= this.#latest; slice += 1) {
      back += this.#slices[slice % liveSlices] ?? 0;
      if (back >= excess) return this.#goneAt(slice);
    }
    return now;
  }

  isIdle(now: number): boolean {
    return this.#sliceAt(now) >= this.#latest + liveSlices;
  }

  #sliceAt(time: number): number {
    return Math.floor(time / this.#sliceMs);
  }

  #goneAt(slice: number): number {
    return Math.ceil((slice + liveSlices) * this.#sliceMs);
  }

  #moveTo(slice: number): void {
    for (let next = Math.max(this.#latest + 1, slice - slicesPerWindow); next <= slice; next += 1) {
      const at = next % liveSlices;
      this.#taken -= this.#slices[at] ?? 0;
      this.#slices[at] = 0;
    }
    this.#latest = Math.max(this.#latest, slice);
  }
}
