import { show } from "./show.ts";

/** What numbers an option takes, as a test and in words with the unit. */
export interface Quantity {
  fits(value: number): boolean;
  readonly range: string;
  /** The range in JSON Schema, for editors. Never narrower than `fits` is for numbers that JSON has. */
  readonly form?: JsonForm;
}

/** Keywords of JSON Schema. */
export type JsonForm = Readonly<Record<string, unknown>>;

/** Beyond this, in ms, timers of Node fire at once. */
const longestTimerMs = 2_147_483_647;

/** Stores count in billionths, in 15 digits. */
export const maxUsd = 900_000;

const durationMs = (value: number) => value > 0 && value <= longestTimerMs;

const above0 = { type: "number", exclusiveMinimum: 0 };
const from0 = { type: "number", minimum: 0 };
const whole1 = { type: "integer", minimum: 1 };
const someMs = { ...above0, maximum: longestTimerMs };

/** Every kind of number that an option can be. */
export const quantities = {
  limitMs: {
    fits: (value) => durationMs(value) || value === Infinity,
    range: `milliseconds above 0, at most ${longestTimerMs}, or Infinity for no limit`,
    form: someMs,
  },
  durationMs: { fits: durationMs, range: `milliseconds above 0, at most ${longestTimerMs}`, form: someMs },
  delayMs: {
    fits: (value) => value === 0 || durationMs(value),
    range: `milliseconds from 0, at most ${longestTimerMs}`,
    form: { ...from0, maximum: longestTimerMs },
  },
  retries: {
    fits: (value) => Number.isSafeInteger(value) && value >= 0,
    range: "a whole number of retries, 0 or more",
    form: { type: "integer", minimum: 0 },
  },
  answers: {
    fits: (value) => Number.isSafeInteger(value) && value >= 0 && value <= 1_000_000,
    range: "a whole number of answers, from 0 to 1,000,000",
    form: { type: "integer", minimum: 0, maximum: 1_000_000 },
  },
  count: {
    fits: (value) => Number.isSafeInteger(value) && value >= 1,
    range: "a whole number, 1 or more",
    form: whole1,
  },
  limitCount: {
    fits: (value) => (Number.isSafeInteger(value) && value >= 1) || value === Infinity,
    range: "a whole number, 1 or more, or Infinity for no limit",
    form: whole1,
  },
  tokens: {
    fits: (value) => Number.isSafeInteger(value) && value >= 1,
    range: "a whole number of tokens, 1 or more",
    form: whole1,
  },
  idLength: {
    fits: (value) => Number.isSafeInteger(value) && value >= 8 && value <= 64,
    range: "a whole number of characters, from 8 to 64",
    form: { type: "integer", minimum: 8, maximum: 64 },
  },
  chars: { fits: (value) => value >= 0, range: "a number of characters, 0 or more", form: from0 },
  ratio: { fits: (value) => value >= 0 && value <= 1, range: "a share from 0 to 1", form: { ...from0, maximum: 1 } },
  promise: {
    fits: (value) => value > 0 && value < 1,
    range: "a share above 0 and below 1, such as 0.999",
    form: { ...above0, exclusiveMaximum: 1 },
  },
  factor: { fits: (value) => value > 0 && value < Infinity, range: "a factor above 0", form: above0 },
  weight: { fits: (value) => value >= 0 && value < Infinity, range: "a share of traffic, 0 or more", form: from0 },
  usd: {
    fits: (value) => value >= 0 && value <= maxUsd,
    range: `USD, 0 or more, at most ${maxUsd}`,
    form: { ...from0, maximum: maxUsd },
  },
  drift: {
    fits: (value) => value > 1,
    range: "a factor above 1, such as 3, or Infinity for any",
    form: { type: "number", exclusiveMinimum: 1 },
  },
  limitUsd: { fits: (value) => value > 0, range: "USD above 0, or Infinity for no limit" },
  usdPerMillion: {
    fits: (value) => value >= 0 && value < Infinity,
    range: "USD per 1,000,000 tokens, 0 or more",
    form: from0,
  },
  usdPerRequest: {
    fits: (value) => value >= 0 && value < Infinity,
    range: "USD per request, 0 or more",
    form: from0,
  },
} satisfies Record<string, Quantity>;

/** What is wrong with a value that should be such a number; undefined when nothing is. */
export function faultOfQuantity({ fits, range }: Quantity, value: unknown): string | undefined {
  return typeof value === "number" && fits(value) ? undefined : `must be ${range}, got ${show(value)}`;
}
