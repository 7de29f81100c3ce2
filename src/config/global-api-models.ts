import { pricesOf } from "../prices/bundled-prices.ts";

/** The models that lead the tiers of the `globalApi` preset when there is a pro key. */
export const globalApiLeaders = {
  cheap: "deepseek-ai/DeepSeek-V4-Flash",
  balanced: "Qwen/Qwen3-32B",
  premium: "Pro/deepseek-ai/DeepSeek-V3.2",
} as const;

/** Global API's prices, whatever the base URL, and OpenAI's for completions of gpt-4o: what users compare with. */
export const presetPrices = { ...pricesOf("global-apis.com"), "gpt-4o": 10 };
