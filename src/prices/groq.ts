import { type BundledPrice, pricesOn } from "./bundled-price.ts";

const page = { host: "api.groq.com", source: "https://console.groq.com/docs/models", asOf: "2026-09-07" };

/** Open models on Groq. */
export const groqPrices: readonly BundledPrice[] = pricesOn(page, [
  [["openai/gpt-oss-120b"], { promptUsd: 0.15, completionUsd: 0.6 }],
  [["openai/gpt-oss-20b"], { promptUsd: 0.075, completionUsd: 0.3 }],
  [["qwen/qwen3.8-27b"], { promptUsd: 0.8, completionUsd: 4 }],
]);
