import { globalApiLeaders, presetPrices } from "../config/global-api-models.ts";
import type { PlanOptions } from "./options.ts";

/**
 * The plan of the `globalApi` preset: 80 % of the traffic on its cheap tier, 15 % on the balanced and 5 % on the premium
 * one, against gpt-4o for everything.
 */
export const referencePlan = {
  mix: { cheap: 0.8, balanced: 0.15, premium: 0.05 },
  tiers: globalApiLeaders,
  prices: presetPrices,
  baseline: "gpt-4o",
} as const satisfies PlanOptions;
