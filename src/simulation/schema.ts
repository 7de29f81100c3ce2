import type * as z from "zod";
import { checked, listOf, named, oneOf, options, quantity, text } from "../config/fields.ts";
import { type Quantity, quantities } from "../config/quantities.ts";
import { show } from "../config/show.ts";
import { durationMsOf } from "../lib/duration.ts";
import { faultNames } from "../testing/fault-list.ts";
import type { OutageKind, Range, SimulatedOutage, SimulatedTraffic, TargetSpeed, TimeSpan } from "./options.ts";

const { ratio, factor, durationMs } = quantities;

/** A month of 31 days. */
const mostHours = 744;
const hours: Quantity = {
  fits: (value) => value > 0 && value <= mostHours,
  range: `hours above 0, at most ${mostHours}`,
};
const rate: Quantity = { fits: (value) => value >= 0 && value < Infinity, range: "calls a second, 0 or more" };
const seed: Quantity = {
  fits: (value) => Number.isSafeInteger(value) && value >= 0,
  range: "a whole number, 0 or more",
};
const speed: Quantity = { fits: (value) => value > 0 && value < Infinity, range: "tokens a second, above 0" };

const isTokens = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;

const range = checked<Range>((value) => {
  if (isTokens(value)) return undefined;
  const [least, most, ...more]: readonly unknown[] = Array.isArray(value) ? value : [];
  if (more.length === 0 && isTokens(least) && isTokens(most) && (least as number) <= (most as number)) return undefined;
  return `must be a whole number of tokens, 1 or more, or two of them as [least, most], got ${show(value)}`;
});

const rates = checked<number | readonly number[]>((value) => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const good = list.length > 0 && list.every((one) => typeof one === "number" && rate.fits(one));
  return good ? undefined : `must be ${rate.range}, or a list of such rates, got ${show(value)}`;
});

const timeSpan = checked<TimeSpan>((value) =>
  msOf(value) === undefined
    ? `must be milliseconds, or a time such as "90s", "20m" or "1h30m", got ${show(value)}`
    : undefined,
);

/** A length of time in ms; undefined when it is none. */
export function msOf(span: unknown): number | undefined {
  if (typeof span === "number") return span >= 0 && span < Infinity ? span : undefined;
  return typeof span === "string" && /[a-z]$/.test(span) ? durationMsOf(span) : undefined;
}

export const targetSpeed = options({
  ttftP50Ms: quantity(durationMs).optional(),
  ttftP99Ms: quantity(durationMs).optional(),
  tokensPerSecond: quantity(speed).optional(),
}).refine(({ ttftP50Ms = 0, ttftP99Ms = Infinity }) => ttftP50Ms <= ttftP99Ms, {
  path: ["ttftP99Ms"],
  error: "must not be below ttftP50Ms",
}) satisfies z.ZodType<TargetSpeed, TargetSpeed>;

export const simulatedTraffic = options({
  hours: quantity(hours),
  callsPerSecond: rates,
  model: text.optional(),
  tasks: named("task → share of the calls", quantity(ratio)).optional(),
  streamShare: quantity(ratio).optional(),
  promptTokens: range.optional(),
  completionTokens: range.optional(),
  speeds: named("target id → speed", targetSpeed).optional(),
  seed: quantity(seed).optional(),
}).refine(({ tasks = {} }) => Object.values(tasks).reduce((sum, share) => sum + share, 0) <= 1 + 1e-9, {
  path: ["tasks"],
  error: "are more than all calls: the shares must not be more than 1 together",
}) satisfies z.ZodType<SimulatedTraffic, SimulatedTraffic>;

export const simulatedOutage = options({
  target: text.optional(),
  client: text.optional(),
  region: text.optional(),
  from: timeSpan,
  for: timeSpan,
  kind: oneOf<OutageKind>("kind of outage", ["down", "slow", ...faultNames]),
  share: quantity(ratio).optional(),
  factor: quantity(factor).optional(),
  retryAfter: timeSpan.optional(),
}) satisfies z.ZodType<SimulatedOutage, SimulatedOutage>;

/** What `simulate` is given beside the configuration. */
export const simulationInput = options({
  traffic: simulatedTraffic,
  outages: listOf(simulatedOutage, "outages"),
});
