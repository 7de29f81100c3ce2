import { type BundledPrice, pricesOn } from "./bundled-price.ts";

const page = {
  host: "api.moonshot.ai",
  source: "https://platform.kimi.ai/docs/pricing/chat-k26.md",
  asOf: "2026-05-22",
};

/** Moonshot. */
export const moonshotPrices: readonly BundledPrice[] = [
  ...pricesOn(page, [[["kimi-k2.6"], { promptUsd: 0.95, cachedUsd: 0.16, completionUsd: 4 }]]),
  ...pricesOn({ ...page, source: "https://platform.kimi.ai/docs/pricing/chat-k3.md", asOf: "2026-07-16" }, [
    [["kimi-k3"], { promptUsd: 3, cachedUsd: 0.3, completionUsd: 15 }],
  ]),
];
