import { type BundledPrice, pricesOn } from "./bundled-price.ts";

const page = {
  host: "api.openai.com",
  source: "https://developers.openai.com/api/docs/pricing",
  asOf: "2026-09-07",
};

/** OpenAI. Models that cost more beyond a length of prompt (GPT-5.4, 5.5, 5.6 and 6) are not among them. */
export const openaiPrices: readonly BundledPrice[] = pricesOn(page, [
  [["gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20"], { promptUsd: 2.5, cachedUsd: 1.25, completionUsd: 10 }],
  [["gpt-4o-2024-05-13"], { promptUsd: 5, completionUsd: 15 }, "2025-06-03"],
  [["gpt-4o-mini", "gpt-4o-mini-2024-07-18"], { promptUsd: 0.15, cachedUsd: 0.075, completionUsd: 0.6 }],
  [["gpt-4.1", "gpt-4.1-2025-04-14"], { promptUsd: 2, cachedUsd: 0.5, completionUsd: 8 }],
  [["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"], { promptUsd: 0.4, cachedUsd: 0.1, completionUsd: 1.6 }],
  [["gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"], { promptUsd: 0.1, cachedUsd: 0.025, completionUsd: 0.4 }],
  [["o1", "o1-2024-12-17"], { promptUsd: 15, cachedUsd: 7.5, completionUsd: 60 }],
  [["o3", "o3-2025-04-16"], { promptUsd: 2, cachedUsd: 0.5, completionUsd: 8 }],
  [["o3-mini", "o3-mini-2025-01-31"], { promptUsd: 1.1, cachedUsd: 0.55, completionUsd: 4.4 }],
  [["o4-mini", "o4-mini-2025-04-16"], { promptUsd: 1.1, cachedUsd: 0.275, completionUsd: 4.4 }],
  [["gpt-5", "gpt-5-2025-08-07"], { promptUsd: 1.25, cachedUsd: 0.125, completionUsd: 10 }],
  [["gpt-5-mini", "gpt-5-mini-2025-08-07"], { promptUsd: 0.25, cachedUsd: 0.025, completionUsd: 2 }],
  [["gpt-5-nano", "gpt-5-nano-2025-08-07"], { promptUsd: 0.05, cachedUsd: 0.005, completionUsd: 0.4 }],
  [["gpt-5.1", "gpt-5.1-2025-11-13"], { promptUsd: 1.25, cachedUsd: 0.125, completionUsd: 10 }],
  [["gpt-5.2", "gpt-5.2-2025-12-11"], { promptUsd: 1.75, cachedUsd: 0.175, completionUsd: 14 }],
]);
