import type { RoutingRequest, Usage } from "../glossary.ts";
import { inputTokensOf } from "../openai/input-tokens.ts";

/** The usage of an answer whose provider reported none: tokens by rule of thumb, marked as an estimate. */
export function estimatedUsage({ endpoint, body }: RoutingRequest, completionTokens: number): Usage {
  const promptTokens = inputTokensOf(endpoint, body);
  return {
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: true,
  };
}
