import type { BudgetMargins, FeatureUse, ForecastOptions, OutageRisk, TrafficOptions } from "./options.ts";

export const trafficDefaults = {
  promptShare: 0.8,
  cachedShare: 0,
  cacheWriteShare: 0,
  reasoningShare: 0,
} as const satisfies TrafficOptions;

export const forecastDefaults = {
  stages: [5_000_000, 50_000_000, 500_000_000, 5_000_000_000],
} as const satisfies Partial<ForecastOptions>;

export const budgetDefaults = { headroom: 0.5, peakDay: 2, warnAt: [0.8] } as const satisfies BudgetMargins;

export const outageDefaults = { lostShare: 1 } as const satisfies Partial<OutageRisk>;

export const featureDefaults = {
  revenuePerUserUsd: 0,
  revenuePerCallUsd: 0,
  users: 1,
  targetMargin: 0,
} as const satisfies Partial<FeatureUse>;
