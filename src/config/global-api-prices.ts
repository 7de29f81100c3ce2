/** The models that lead the tiers of the `globalApi` preset when there is a pro key. */
export const globalApiLeaders = {
  cheap: "deepseek-ai/DeepSeek-V4-Flash",
  balanced: "Qwen/Qwen3-32B",
  premium: "Pro/deepseek-ai/DeepSeek-V3.2",
} as const;

/**
 * USD per 1,000,000 tokens, one price for prompt and completion: Global API's, and OpenAI's for completions of gpt-4o, which
 * is what users compare with. As of November 2026. Its other models have no price here, as none is known.
 */
export const globalApiPrices = {
  [globalApiLeaders.cheap]: 0.25,
  [globalApiLeaders.balanced]: 0.28,
  [globalApiLeaders.premium]: 2.5,
  "deepseek-chat": 0.25,
  R1: 2.5,
  "K2.5": 2.5,
  "gpt-4o": 10,
};
