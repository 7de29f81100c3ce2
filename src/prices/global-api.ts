import { type BundledPrice, pricesOn } from "./bundled-price.ts";

const page = { host: "global-apis.com", source: "https://global-apis.com", asOf: "2026-11-25" };

/** Global API: one price for prompt and completion. Its other models have none here, as none is known. */
export const globalApiPrices: readonly BundledPrice[] = pricesOn(page, [
  [["deepseek-ai/DeepSeek-V4-Flash"], 0.25],
  [["Qwen/Qwen3-32B"], 0.28],
  [["Pro/deepseek-ai/DeepSeek-V3.2"], 2.5],
  [["deepseek-chat"], 0.25],
  [["R1"], 2.5],
  [["K2.5"], 2.5],
]);
