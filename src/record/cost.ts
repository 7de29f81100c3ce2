import type { Price, PriceByKind, Usage } from "../glossary.ts";

const tokensPerPrice = 1_000_000;

/**
 * What the tokens of one answer cost, in USD. Every token is charged once: cached, cache-written and reasoning tokens at
 * their own price where there is one, the rest as prompt and completion. `undefined` when usage or price is unknown.
 */
export function costOf(usage: Usage | undefined, price: Price | undefined): number | undefined {
  if (usage === undefined || price === undefined) return undefined;
  if (typeof price === "number") return ((usage.promptTokens + usage.completionTokens) * price) / tokensPerPrice;
  return (promptCost(usage, price) + completionCost(usage, price)) / tokensPerPrice + (price.requestUsd ?? 0);
}

function promptCost(usage: Usage, price: PriceByKind): number {
  const { promptUsd, cachedUsd = promptUsd, cacheWriteUsd = promptUsd } = price;
  const cached = Math.min(usage.cachedTokens, usage.promptTokens);
  const written = Math.min(usage.cacheWriteTokens, usage.promptTokens - cached);
  const fresh = usage.promptTokens - cached - written;
  return fresh * promptUsd + cached * cachedUsd + written * cacheWriteUsd;
}

function completionCost(usage: Usage, price: PriceByKind): number {
  const { completionUsd, reasoningUsd = completionUsd } = price;
  const reasoning = Math.min(usage.reasoningTokens, usage.completionTokens);
  return (usage.completionTokens - reasoning) * completionUsd + reasoning * reasoningUsd;
}
