import type { Limit } from "../config/resolved.ts";
import type { RateLeft } from "../lib/rate-limit-headers.ts";
import type { Account } from "../stores/store.ts";

const minuteMs = 60_000;

/** Tokens of the answer that are reckoned with when a call does not say how many it wants at most. */
export const defaultOutputTokens = 1_000;

/**
 * The account that an attempt takes from. Windows slide: in no minute more is asked for than the limit, however the
 * provider counts. An attempt that may need more tokens than the whole limit takes the whole limit: it goes when nothing
 * else is on its way.
 * @param tokens - about how many the attempt needs, prompt and answer together; asked only where they are limited
 */
export function accountOf({ key, of, most }: Limit, tokens: () => number): Account {
  if (of === "calls") return { kind: "slots", key, limit: most, amount: 1 };
  return {
    kind: "rolling",
    key,
    limit: most,
    amount: of === "requests" ? 1 : Math.min(most, tokens()),
    windowMs: minuteMs,
  };
}

/** What a limit counts, in words. */
export const limitUnits: Readonly<Record<Limit["of"], string>> = {
  requests: "requests a minute",
  tokens: "tokens a minute",
  calls: "calls at the same time",
};

/** A limit in words. */
export function describeLimit(limit: Limit): string {
  return `${limitsOf(limit)} of ${limit.most} ${limitUnits[limit.of]}`;
}

function limitsOf({ owner, label = "" }: Limit): string {
  if (owner === "key") return `the limit of its key "${label}"`;
  return owner === "client" ? "the limit of its client" : "its limit";
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
