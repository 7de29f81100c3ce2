import type { Usage } from "../glossary.ts";

/** Tokens added up, by kind. */
export type TokenSums = Omit<Usage, "estimated">;

/** Sums that begin. */
export function noTokens(): TokenSums {
  return {
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  };
}

/** Adds tokens to sums; `sign` -1 takes them off. */
export function addTokens(sums: TokenSums, tokens: TokenSums, sign = 1): void {
  sums.promptTokens += sign * tokens.promptTokens;
  sums.completionTokens += sign * tokens.completionTokens;
  sums.totalTokens += sign * tokens.totalTokens;
  sums.cachedTokens += sign * tokens.cachedTokens;
  sums.cacheWriteTokens += sign * tokens.cacheWriteTokens;
  sums.reasoningTokens += sign * tokens.reasoningTokens;
}
