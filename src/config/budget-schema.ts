import type * as z from "zod";
import { isTimeZone } from "../lib/calendar.ts";
import type { BudgetOptions, DowngradeOptions } from "../options.ts";
import { checked, either, flag, listOf, named, oneOf, options, quantity, text } from "./fields.ts";
import { price } from "./price-schema.ts";
import { quantities } from "./quantities.ts";
import { show } from "./show.ts";

const { ratio, tokens, usd } = quantities;

export const downgradeOptions = options({ downgradeTo: text }) satisfies z.ZodType<DowngradeOptions, DowngradeOptions>;

const timeZone = checked<string>(
  (value) =>
    typeof value === "string" && isTimeZone(value)
      ? undefined
      : `must be the IANA name of a time zone, such as "Europe/Berlin", got ${show(value)}`,
  { type: "string", examples: ["Europe/Berlin"] },
);

export const budgetOptions = options({
  limitUsd: quantity(usd),
  per: oneOf("period", ["hour", "day", "month"]),
  timeZone: timeZone.optional(),
  rolling: flag.optional(),
  tier: text.optional(),
  target: text.optional(),
  tag: named("tag name → value", text).optional(),
  onSpent: either(
    [oneOf("reaction", ["refuse", "warn"]), downgradeOptions],
    (value) => `must be "refuse", "warn" or { downgradeTo: tier }, got ${show(value)}`,
  ).optional(),
  warnAt: listOf(quantity(ratio), "shares of the limit").optional(),
  maxOutputTokens: quantity(tokens).optional(),
  assumedPrice: price.optional(),
}).refine(({ timeZone: zone, rolling }) => zone === undefined || rolling !== true, {
  path: ["timeZone"],
  error: "has no meaning for a rolling window, which has no calendar",
}) satisfies z.ZodType<BudgetOptions, BudgetOptions>;
