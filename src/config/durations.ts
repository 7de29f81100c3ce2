import { durationMsOf } from "../lib/duration.ts";
import { quantities } from "./quantities.ts";
import { show } from "./show.ts";

const units = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/;

/** What JSON Schema can say of a duration. */
export const durationForm = { anyOf: [quantities.durationMs.form, { type: "string", pattern: units.source }] };

/** A duration as ms, or as text such as `10m`, `90s`, `1h30m` or `1d`; undefined when it is none, or too long for a timer. */
export function durationMsFrom(value: unknown): number | undefined {
  const ms = typeof value === "string" && units.test(value) ? durationMsOf(value) : value;
  return typeof ms === "number" && quantities.durationMs.fits(ms) ? ms : undefined;
}

/** What is wrong with a value that should be a duration; undefined when nothing is. */
export function faultOfDuration(value: unknown): string | undefined {
  if (durationMsFrom(value) !== undefined) return undefined;
  return `must be ${quantities.durationMs.range}, or text such as "10m", "90s" or "1d", got ${show(value)}`;
}
