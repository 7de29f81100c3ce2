import { type BundledPrice, pricesOn } from "./bundled-price.ts";

const page = {
  host: "generativelanguage.googleapis.com",
  source: "https://ai.google.dev/gemini-api/docs/pricing",
  asOf: "2026-09-07",
};

/**
 * Gemini, reached through its OpenAI-compatible endpoint. Those at a promotional rate that ends (3.6 to 3.8 Flash) are not
 * among them.
 */
export const googlePrices: readonly BundledPrice[] = pricesOn(page, [
  [
    ["gemini-2.5-pro"],
    {
      promptUsd: 1.25,
      cachedUsd: 0.125,
      completionUsd: 10,
      above: [{ promptTokens: 200_000, promptUsd: 2.5, cachedUsd: 0.25, completionUsd: 15 }],
    },
    "2026-09-20",
  ],
  [["gemini-3.5-flash"], { promptUsd: 1.5, cachedUsd: 0.15, completionUsd: 9 }],
  [["gemini-3.1-flash-lite"], { promptUsd: 0.25, cachedUsd: 0.025, completionUsd: 1.5 }],
  [["gemini-2.5-flash"], { promptUsd: 0.3, cachedUsd: 0.03, completionUsd: 2.5 }],
  [["gemini-2.5-flash-lite"], { promptUsd: 0.1, cachedUsd: 0.01, completionUsd: 0.4 }],
]);
