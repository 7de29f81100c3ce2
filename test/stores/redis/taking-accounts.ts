import type { BucketAccount, SlotsAccount, WindowAccount } from "../../../src/stores/store.ts";

/** What each call takes of the cap, in USD. */
export const heldUsd = 0.01;

/** How many calls each process has under way. */
export const callsAtOnce = 8;

/** What a call turns out to use, in USD: 0.001 to 0.01. */
export function usedUsd(number: number): number {
  return ((number % 10) + 1) / 1_000;
}

/** The cap, the rate limit and the places that all processes share. */
export function accountsOf(endsAt: number): readonly [WindowAccount, BucketAccount, SlotsAccount] {
  return [
    { kind: "window", key: "usd", limit: 60, amount: heldUsd, endsAt },
    { kind: "bucket", key: "requests", limit: 2_000, amount: 1, windowMs: 1_000 },
    { kind: "slots", key: "calls", limit: 24, amount: 1 },
  ];
}
