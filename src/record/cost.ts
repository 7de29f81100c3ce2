import type { Price, Usage } from "../glossary.ts";
import { tokenPricesAt, type TokenPrices } from "../prices/token-prices.ts";

const tokensPerPrice = 1_000_000;

/**
 * What the tokens of one answer cost, in USD. Every token is charged once: cached, cache-written and reasoning tokens at
 * their own price where there is one, the rest as prompt and completion. `undefined` when usage or price is unknown.
 * @param promptTokens - the length of the prompt, where the usage is of several requests
 */
export function costOf(
  usage: Usage | undefined,
  price: Price | undefined,
  promptTokens: number | undefined = usage?.promptTokens,
): number | undefined {
  if (usage === undefined || price === undefined) return undefined;
  if (typeof price === "number") return ((usage.promptTokens + usage.completionTokens) * price) / tokensPerPrice;
  const prices = price.above === undefined ? price : tokenPricesAt(price, promptTokens ?? 0);
  return (promptCost(usage, prices) + completionCost(usage, prices)) / tokensPerPrice + (price.requestUsd ?? 0);
}

function promptCost(usage: Usage, price: TokenPrices): number {
  const { promptUsd, cachedUsd = promptUsd, cacheWriteUsd = promptUsd } = price;
  const cached = Math.min(usage.cachedTokens, usage.promptTokens);
  const written = Math.min(usage.cacheWriteTokens, usage.promptTokens - cached);
  const fresh = usage.promptTokens - cached - written;
  return fresh * promptUsd + cached * cachedUsd + written * cacheWriteUsd;
}

function completionCost(usage: Usage, price: TokenPrices): number {
  const { completionUsd, reasoningUsd = completionUsd } = price;
  const reasoning = Math.min(usage.reasoningTokens, usage.completionTokens);
  return (usage.completionTokens - reasoning) * completionUsd + reasoning * reasoningUsd;
}
