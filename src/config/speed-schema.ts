import type * as z from "zod";
import type { HedgeOptions, PaceOptions, SloOptions, SlowOptions } from "../options.ts";
import { checked, jsonForms, options, quantity } from "./fields.ts";
import { faultOfQuantity, quantities } from "./quantities.ts";

const { limitMs, durationMs, count, ratio, promise, factor, drift } = quantities;

export const slowOptions = options({
  latencyMs: quantity(limitMs).optional(),
  driftFactor: quantity(drift).optional(),
  pastMs: quantity(durationMs).optional(),
  slowRate: quantity(ratio).optional(),
  minCalls: quantity(count).optional(),
  windowMs: quantity(durationMs).optional(),
  cooldownMs: quantity(durationMs).optional(),
}) satisfies z.ZodType<SlowOptions, SlowOptions>;

const hedgeDelayMs = { ...durationMs, range: `"p95", or ${durationMs.range}` };
const hedgeDelay = checked<number | "p95">(
  (value) => (value === "p95" ? undefined : faultOfQuantity(hedgeDelayMs, value)),
  { anyOf: [{ const: "p95" }, durationMs.form] },
);

export const hedgeOptions = options({
  afterMs: hedgeDelay.optional(),
  maxExtraLoad: quantity(ratio).optional(),
  minCalls: quantity(count).optional(),
}) satisfies z.ZodType<HedgeOptions, HedgeOptions>;

export const paceOptions = options({
  minTokensPerSecond: quantity(factor).optional(),
  windowMs: quantity(durationMs).optional(),
}) satisfies z.ZodType<PaceOptions, PaceOptions>;

export const sloOptions = options({
  p95Ms: quantity(durationMs).optional(),
  p99Ms: quantity(durationMs).optional(),
  availability: quantity(promise).optional(),
  windowMs: quantity(durationMs).optional(),
  burnRate: quantity(factor).optional(),
  minCalls: quantity(count).optional(),
})
  .refine(({ p95Ms, p99Ms, availability }) => (p95Ms ?? p99Ms ?? availability) !== undefined, {
    error: "promises nothing; give p95Ms, p99Ms or availability",
  })
  .register(jsonForms, {
    anyOf: ["p95Ms", "p99Ms", "availability"].map((name) => ({ required: [name] })),
  }) satisfies z.ZodType<SloOptions, SloOptions>;
