import type * as z from "zod";
import { either, listOf, named, options, quantity, text } from "../config/fields.ts";
import { type Quantity, quantities } from "../config/quantities.ts";
import { price } from "../config/price-schema.ts";
import { show } from "../config/show.ts";
import type {
  BudgetAdviceOptions,
  FeatureOptions,
  ForecastOptions,
  OutageOptions,
  PlannedBudget,
  PlannedFeature,
  PlannedOutage,
  PlanOptions,
  TrafficOptions,
} from "./options.ts";

const { ratio, tokens } = quantities;

const atLeast =
  (least: number) =>
  (value: number): boolean =>
    value >= least && value < Infinity;

const usd: Quantity = { fits: atLeast(0), range: "USD, 0 or more" };
const factor: Quantity = { fits: atLeast(1), range: "a factor, 1 or more" };
const excess: Quantity = { fits: atLeast(0), range: "a share, 0 or more, such as 0.5 for half as much again" };
const howMany: Quantity = { fits: atLeast(0), range: "a number, 0 or more" };
const uptime: Quantity = { ...ratio, range: "a share of the time from 0 to 1, such as 0.999 for 99.9 %" };
const margin: Quantity = { fits: (value) => value >= 0 && value < 1, range: "a share from 0 to below 1" };

export const trafficOptions = options({
  promptShare: quantity(ratio).optional(),
  cachedShare: quantity(ratio).optional(),
  cacheWriteShare: quantity(ratio).optional(),
  reasoningShare: quantity(ratio).optional(),
  tokensPerRequest: quantity(tokens).optional(),
}).refine(({ cachedShare = 0, cacheWriteShare = 0 }) => cachedShare + cacheWriteShare <= 1, {
  path: ["cacheWriteShare"],
  error: "must not be more than cachedShare leaves: a prompt token is read from the cache or written to it",
}) satisfies z.ZodType<TrafficOptions, TrafficOptions>;

const forecast = {
  mix: named("tier name or model id → share of the tokens", quantity(ratio)),
  prices: named("model id → price", price),
  tiers: named(
    "tier name → model id",
    either(
      [text, named("model id → share of the tier", quantity(ratio))],
      (value) => `must be a model id, or an object of model id → share of the tier, got ${show(value)}`,
    ),
  ).optional(),
  stages: listOf(quantity(tokens), "tokens a month")
    .min(1, { error: "has no stages; give at least one" })
    .readonly()
    .optional(),
  alternatives: listOf(text, "tier names or model ids").readonly().optional(),
  baseline: text.optional(),
  traffic: trafficOptions.optional(),
};

export const forecastOptions = options(forecast) satisfies z.ZodType<ForecastOptions, ForecastOptions>;

const margins = {
  headroom: quantity(excess).optional(),
  peakDay: quantity(factor).optional(),
  warnAt: listOf(quantity(ratio), "shares of the cap").readonly().optional(),
};

export const budgetAdviceOptions = options({ ...margins, monthlyUsd: quantity(usd) }) satisfies z.ZodType<
  BudgetAdviceOptions,
  BudgetAdviceOptions
>;

export const plannedBudget = options({ ...margins, on: text.optional() }) satisfies z.ZodType<
  PlannedBudget,
  PlannedBudget
>;

const risk = {
  revenuePerHourUsd: quantity(usd),
  lostShare: quantity(ratio).optional(),
  uptime: quantity(uptime),
  premiumUptime: quantity(uptime),
};

export const outageOptions = options({ ...risk, premiumUsd: quantity(usd) }) satisfies z.ZodType<
  OutageOptions,
  OutageOptions
>;

export const plannedOutage = options({ ...risk, premiumUsd: quantity(usd).optional() }) satisfies z.ZodType<
  PlannedOutage,
  PlannedOutage
>;

const use = {
  callsPerUser: quantity(howMany),
  revenuePerUserUsd: quantity(usd).optional(),
  revenuePerCallUsd: quantity(usd).optional(),
  users: quantity(howMany).optional(),
  targetMargin: quantity(margin).optional(),
};

export const featureOptions = options({ ...use, costPerCallUsd: quantity(usd) }) satisfies z.ZodType<
  FeatureOptions,
  FeatureOptions
>;

export const plannedFeature = options({
  ...use,
  tokensPerCall: quantity(tokens),
  on: text.optional(),
}) satisfies z.ZodType<PlannedFeature, PlannedFeature>;

export const planOptions = options({
  ...forecast,
  budget: plannedBudget.optional(),
  outage: plannedOutage.optional(),
  features: named("feature name → its use", plannedFeature).optional(),
}) satisfies z.ZodType<PlanOptions, PlanOptions>;
