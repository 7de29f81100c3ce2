import { type BundledPrice, pricesOn } from "./bundled-price.ts";

const page = { host: "api.mistral.ai", source: "https://mistral.ai/pricing/api", asOf: "2026-09-07" };

/** Mistral. */
export const mistralPrices: readonly BundledPrice[] = pricesOn(page, [
  [["mistral-medium-latest"], { promptUsd: 1.5, cachedUsd: 0.15, completionUsd: 7.5 }],
  [["mistral-large-latest"], { promptUsd: 0.5, cachedUsd: 0.05, completionUsd: 1.5 }],
  [["mistral-small-latest"], { promptUsd: 0.15, cachedUsd: 0.015, completionUsd: 0.6 }],
  [["codestral-latest"], { promptUsd: 0.3, completionUsd: 0.9 }],
  [["ministral-14b-latest"], { promptUsd: 0.2, completionUsd: 0.2 }],
  [["ministral-8b-latest"], { promptUsd: 0.15, completionUsd: 0.15 }],
  [["ministral-3b-latest"], { promptUsd: 0.1, completionUsd: 0.1 }],
]);
