import type { Limit } from "../config/resolved.ts";
import type { RateLeft } from "../lib/rate-limit-headers.ts";
import type { Account } from "../stores/store.ts";

const minuteMs = 60_000;

/** Tokens of the answer that are reckoned with when a call does not say how many it wants at most. */
export const defaultOutputTokens = 1_000;

/** What an attempt is going to take of limits. */
export interface Need {
  /** About how many tokens, prompt and answer together; asked only where tokens are limited. */
  tokens(): number;
}

/**
 * The accounts that an attempt takes from. Windows that slide: in no minute more is asked for than the limit, however the
 * provider counts. What would be more than the whole limit takes the whole limit: it goes when nothing else is on its way.
 */
export function accountsOf(limits: readonly Limit[], need: Need): Account[] {
  return limits.map(({ key, of, most }): Account => {
    if (of === "calls") return { kind: "slots", key, limit: most, amount: 1 };
    const amount = of === "requests" ? 1 : Math.min(most, need.tokens());
    return { kind: "rolling", key, limit: most, amount, windowMs: minuteMs };
  });
}

/**
 * What was used of the same accounts, for the settling.
 * @param tokens - those that the attempt took; `undefined` when nobody knows: then what was taken counts
 */
export function usedOf(accounts: readonly Account[], limits: readonly Limit[], tokens: number | undefined): number[] {
  return limits.map(({ of }, at) => (of === "tokens" ? (tokens ?? accounts[at]?.amount ?? 0) : 1));
}

// The last few tokens are too few for a call, and the last few requests are on their way already.
const nearlyNothing = 0.02;
// A provider may name the end of a day; by then much may have changed.
const maxRestMs = 60_000;

/**
 * How long to leave a target alone by what it says is left, in ms; `undefined` when there is enough, or it does not say
 * until when.
 */
export function restMsOf(limits: readonly RateLeft[]): number | undefined {
  let restMs: number | undefined;
  for (const { remaining, limit, resetMs } of limits) {
    if (resetMs === undefined || resetMs === 0 || !isNearlyNothing(remaining, limit)) continue;
    restMs = Math.max(restMs ?? 0, Math.min(resetMs, maxRestMs));
  }
  return restMs;
}

function isNearlyNothing(remaining: number, limit: number | undefined): boolean {
  return remaining < 1 || remaining < (limit ?? 0) * nearlyNothing;
}
