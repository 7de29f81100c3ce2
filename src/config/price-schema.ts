import type * as z from "zod";
import type { LongPromptPrice, Price, PriceByKind } from "../glossary.ts";
import { either, listOf, options, quantity } from "./fields.ts";
import { quantities } from "./quantities.ts";
import { show } from "./show.ts";

const { tokens, usdPerMillion, usdPerRequest } = quantities;

const tokenPrices = {
  promptUsd: quantity(usdPerMillion),
  completionUsd: quantity(usdPerMillion),
  cachedUsd: quantity(usdPerMillion).optional(),
  cacheWriteUsd: quantity(usdPerMillion).optional(),
  reasoningUsd: quantity(usdPerMillion).optional(),
};

const longPromptPrice = options({
  promptTokens: quantity(tokens),
  ...tokenPrices,
}) satisfies z.ZodType<LongPromptPrice, LongPromptPrice>;

export const priceByKind = options({
  ...tokenPrices,
  requestUsd: quantity(usdPerRequest).optional(),
  above: listOf(longPromptPrice, "prices for long prompts")
    .refine((steps) => new Set(steps.map(({ promptTokens }) => promptTokens)).size === steps.length, {
      error: "has two prices for the same promptTokens",
    })
    .optional(),
}) satisfies z.ZodType<PriceByKind, PriceByKind>;

export const price = either(
  [quantity(usdPerMillion), priceByKind],
  (value) => `must be ${usdPerMillion.range}, or an object with promptUsd and completionUsd, got ${show(value)}`,
) satisfies z.ZodType<Price, Price>;
