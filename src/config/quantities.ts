import { show } from "./show.ts";

/** What numbers an option takes, as a test and in words with the unit. */
export interface Quantity {
  fits(value: number): boolean;
  readonly range: string;
}

/** Beyond this, in ms, timers of Node fire at once. */
const longestTimerMs = 2_147_483_647;

/** Stores count in billionths, in 15 digits. */
export const maxUsd = 900_000;

const durationMs = (value: number) => value > 0 && value <= longestTimerMs;

/** Every kind of number that an option can be. */
export const quantities = {
  limitMs: {
    fits: (value) => durationMs(value) || value === Infinity,
    range: `milliseconds above 0, at most ${longestTimerMs}, or Infinity for no limit`,
  },
  durationMs: { fits: durationMs, range: `milliseconds above 0, at most ${longestTimerMs}` },
  delayMs: {
    fits: (value) => value === 0 || durationMs(value),
    range: `milliseconds from 0, at most ${longestTimerMs}`,
  },
  retries: {
    fits: (value) => Number.isSafeInteger(value) && value >= 0,
    range: "a whole number of retries, 0 or more",
  },
  count: {
    fits: (value) => Number.isSafeInteger(value) && value >= 1,
    range: "a whole number, 1 or more",
  },
  limitCount: {
    fits: (value) => (Number.isSafeInteger(value) && value >= 1) || value === Infinity,
    range: "a whole number, 1 or more, or Infinity for no limit",
  },
  tokens: {
    fits: (value) => Number.isSafeInteger(value) && value >= 1,
    range: "a whole number of tokens, 1 or more",
  },
  idLength: {
    fits: (value) => Number.isSafeInteger(value) && value >= 8 && value <= 64,
    range: "a whole number of characters, from 8 to 64",
  },
  chars: { fits: (value) => value >= 0, range: "a number of characters, 0 or more" },
  ratio: { fits: (value) => value >= 0 && value <= 1, range: "a share from 0 to 1" },
  promise: { fits: (value) => value > 0 && value < 1, range: "a share above 0 and below 1, such as 0.999" },
  factor: { fits: (value) => value > 0 && value < Infinity, range: "a factor above 0" },
  drift: { fits: (value) => value > 1, range: "a factor above 1, such as 3, or Infinity for any" },
  weight: { fits: (value) => value >= 0 && value < Infinity, range: "a share of traffic, 0 or more" },
  usd: { fits: (value) => value >= 0 && value <= maxUsd, range: `USD, 0 or more, at most ${maxUsd}` },
  limitUsd: { fits: (value) => value > 0, range: "USD above 0, or Infinity for no limit" },
  usdPerMillion: {
    fits: (value) => value >= 0 && value < Infinity,
    range: "USD per 1,000,000 tokens, 0 or more",
  },
  usdPerRequest: { fits: (value) => value >= 0 && value < Infinity, range: "USD per request, 0 or more" },
} satisfies Record<string, Quantity>;

/** What is wrong with a value that should be such a number; undefined when nothing is. */
export function faultOfQuantity({ fits, range }: Quantity, value: unknown): string | undefined {
  return typeof value === "number" && fits(value) ? undefined : `must be ${range}, got ${show(value)}`;
}
