import type { LongPromptPrice, PriceByKind } from "../glossary.ts";

/** What the tokens of one request cost, in USD per 1,000,000. */
export type TokenPrices = Omit<LongPromptPrice, "promptTokens">;

const none: readonly LongPromptPrice[] = [];

/** What the tokens of a request cost whose prompt has so many: of the steps that it is above, the last. */
export function tokenPricesAt(price: PriceByKind, promptTokens: number): TokenPrices {
  let prices: TokenPrices = price;
  let from = -1;
  for (const step of price.above ?? none) {
    if (promptTokens <= step.promptTokens || step.promptTokens <= from) continue;
    prices = step;
    from = step.promptTokens;
  }
  return prices;
}

/** The dearest that tokens may be, sent and received, when the prompt has at most so many. */
export function dearestPrices(price: PriceByKind, promptTokens: number): { promptUsd: number; completionUsd: number } {
  const steps = (price.above ?? none).filter((step) => step.promptTokens < promptTokens);
  const all: readonly TokenPrices[] = [price, ...steps];
  return {
    promptUsd: Math.max(
      ...all.flatMap(({ promptUsd, cachedUsd = 0, cacheWriteUsd = 0 }) => [promptUsd, cachedUsd, cacheWriteUsd]),
    ),
    completionUsd: Math.max(...all.flatMap(({ completionUsd, reasoningUsd = 0 }) => [completionUsd, reasoningUsd])),
  };
}
