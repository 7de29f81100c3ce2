import type * as z from "zod";
import type { Price, PriceByKind } from "../glossary.ts";
import { either, options, quantity } from "./fields.ts";
import { quantities } from "./quantities.ts";
import { show } from "./show.ts";

const { usdPerMillion, usdPerRequest } = quantities;

export const priceByKind = options({
  promptUsd: quantity(usdPerMillion),
  completionUsd: quantity(usdPerMillion),
  cachedUsd: quantity(usdPerMillion).optional(),
  cacheWriteUsd: quantity(usdPerMillion).optional(),
  reasoningUsd: quantity(usdPerMillion).optional(),
  requestUsd: quantity(usdPerRequest).optional(),
}) satisfies z.ZodType<PriceByKind, PriceByKind>;

export const price = either(
  [quantity(usdPerMillion), priceByKind],
  (value) => `must be ${usdPerMillion.range}, or an object with promptUsd and completionUsd, got ${show(value)}`,
) satisfies z.ZodType<Price, Price>;
