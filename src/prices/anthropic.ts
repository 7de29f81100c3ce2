import type { PriceByKind } from "../glossary.ts";
import { type BundledPrice, pricesOn } from "./bundled-price.ts";

const page = {
  host: "api.anthropic.com",
  source: "https://platform.claude.com/docs/en/about-claude/pricing",
  asOf: "2026-09-07",
};

// Cache writes that are kept for five minutes.
const opus: PriceByKind = { promptUsd: 5, cachedUsd: 0.5, cacheWriteUsd: 6.25, completionUsd: 25 };
const sonnet4: PriceByKind = { promptUsd: 3, cachedUsd: 0.3, cacheWriteUsd: 3.75, completionUsd: 15 };
const sonnet5: PriceByKind = { promptUsd: 2, cachedUsd: 0.2, cacheWriteUsd: 2.5, completionUsd: 10 };

/** Anthropic, whose models are reached through its OpenAI-compatible endpoint. */
export const anthropicPrices: readonly BundledPrice[] = pricesOn(page, [
  [["claude-fable-5-1"], { promptUsd: 10, cachedUsd: 0.25, cacheWriteUsd: 12.5, completionUsd: 50 }],
  [["claude-fable-5"], { promptUsd: 10, cachedUsd: 1, cacheWriteUsd: 12.5, completionUsd: 50 }],
  [
    [
      "claude-opus-5",
      "claude-opus-4-8",
      "claude-opus-4-7",
      "claude-opus-4-6",
      "claude-opus-4-5",
      "claude-opus-4-5-20251101",
    ],
    opus,
  ],
  [["claude-sonnet-5"], sonnet5],
  [["claude-sonnet-4-6", "claude-sonnet-4-5"], sonnet4],
  [
    ["claude-haiku-4-5", "claude-haiku-4-5-20251001"],
    { promptUsd: 1, cachedUsd: 0.1, cacheWriteUsd: 1.25, completionUsd: 5 },
  ],
]);
