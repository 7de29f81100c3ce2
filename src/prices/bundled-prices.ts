import type { Price } from "../glossary.ts";
import { anthropicPrices } from "./anthropic.ts";
import type { BundledPrice } from "./bundled-price.ts";
import { globalApiPrices } from "./global-api.ts";
import { googlePrices } from "./google.ts";
import { groqPrices } from "./groq.ts";
import { mistralPrices } from "./mistral.ts";
import { moonshotPrices } from "./moonshot.ts";
import { openaiPrices } from "./openai.ts";

/**
 * The prices that come with the package, each with its source and date: list prices for text at the standard rate, those
 * of a model's maker before those of other hosts. Prices that change with the hour are left out: one number would be wrong.
 */
export const bundledPrices: readonly BundledPrice[] = [
  ...openaiPrices,
  ...anthropicPrices,
  ...googlePrices,
  ...mistralPrices,
  ...moonshotPrices,
  ...groqPrices,
  ...globalApiPrices,
];

/**
 * The bundled prices of one host, as `prices` takes them: for a proxy that charges what the host does, or to plan with.
 * Empty when no price of the host is known.
 */
export function pricesOf(host: string): Record<string, Price> {
  return Object.fromEntries(
    bundledPrices
      .filter((bundled) => bundled.host === host)
      .flatMap(({ models, price }) => models.map((model) => [model, price] as const)),
  );
}

/** The bundled price of a model at a host; without a host the first in the table. */
export function bundledPriceOf(model: string, host?: string): BundledPrice | undefined {
  return bundledPrices.find(
    (bundled) => bundled.models.includes(model) && (host === undefined || bundled.host === host),
  );
}
