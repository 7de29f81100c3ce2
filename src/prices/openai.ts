import type { PriceByKind } from "../glossary.ts";
import { type BundledPrice, pricesOn } from "./bundled-price.ts";
import type { TokenPrices } from "./token-prices.ts";

const page = {
  host: "api.openai.com",
  source: "https://developers.openai.com/api/docs/pricing",
  asOf: "2026-09-07",
};

// Beyond this length of prompt.
const longPrompt = 272_000;

/** GPT-5.4 and later: for the whole of a request with a long prompt 2 × what is sent and 1.5 × what is received. */
function withStep(price: TokenPrices): PriceByKind {
  const { promptUsd, completionUsd, cachedUsd, cacheWriteUsd } = price;
  const sent = { promptUsd: 2 * promptUsd, cachedUsd: twice(cachedUsd), cacheWriteUsd: twice(cacheWriteUsd) };
  return { ...price, above: [{ promptTokens: longPrompt, ...sent, completionUsd: 1.5 * completionUsd }] };
}

function twice(usd: number | undefined): number | undefined {
  return usd === undefined ? undefined : 2 * usd;
}

// GPT-5.6 and 6 as they stand in a catalogue that copies the page.
const copied = {
  host: page.host,
  source:
    "https://github.com/BerriAI/litellm/blob/eeb7732fc11fd47762ca84cc3fb7cc74235d7097/model_prices_and_context_window.json",
  asOf: "2026-09-12",
};

const listed = pricesOn(page, [
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
  [["gpt-5.4"], withStep({ promptUsd: 2.5, cachedUsd: 0.25, completionUsd: 15 }), "2026-06-04"],
  [["gpt-5.4-mini"], { promptUsd: 0.75, cachedUsd: 0.075, completionUsd: 4.5 }, "2026-06-04"],
  [["gpt-5.4-nano"], { promptUsd: 0.2, cachedUsd: 0.02, completionUsd: 1.25 }, "2026-06-04"],
  [["gpt-5.5"], withStep({ promptUsd: 5, cachedUsd: 0.5, completionUsd: 30 }), "2026-06-04"],
]);

/** OpenAI. */
export const openaiPrices: readonly BundledPrice[] = [
  ...listed,
  ...pricesOn(copied, [
    [["gpt-5.6-luna"], withStep({ promptUsd: 0.2, cachedUsd: 0.02, cacheWriteUsd: 0.25, completionUsd: 1.2 })],
    [["gpt-5.6-terra"], withStep({ promptUsd: 2, cachedUsd: 0.2, cacheWriteUsd: 2.5, completionUsd: 12 })],
    [["gpt-5.6-sol"], withStep({ promptUsd: 4, cachedUsd: 0.4, cacheWriteUsd: 5, completionUsd: 20 })],
    [["gpt-6-astra"], withStep({ promptUsd: 10, cachedUsd: 1, cacheWriteUsd: 12.5, completionUsd: 50 })],
  ]),
];
