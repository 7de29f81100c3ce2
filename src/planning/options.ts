import type { Price } from "../glossary.ts";

/** What the tokens of the traffic consist of. It matters where a price is by kind of token. */
export interface TrafficOptions {
  /** Prompt tokens among all tokens, 0–1; 0.8 is four prompt tokens for each completion token. @defaultValue 0.8 */
  promptShare?: number | undefined;
  /** Of the prompt tokens, those read from the provider's prompt cache, 0–1. @defaultValue 0 */
  cachedShare?: number | undefined;
  /** Of the prompt tokens, those written to the provider's prompt cache, 0–1. @defaultValue 0 */
  cacheWriteShare?: number | undefined;
  /** Of the completion tokens, those spent on reasoning, 0–1. @defaultValue 0 */
  reasoningShare?: number | undefined;
  /**
   * Tokens of an average request, prompt and completion together; needed where a price has `requestUsd`. Where one has `above`,
   * it says whether prompts are long.
   * @defaultValue none, prompts are short
   */
  tokensPerRequest?: number | undefined;
}

/** Traffic, prices, and what the traffic could go to instead. */
export interface ForecastOptions {
  /** Tier name or model id → its share of the tokens, 0–1; together 1. */
  mix: Readonly<Record<string, number>>;
  /** Model id → price in USD per 1,000,000 tokens. */
  prices: Readonly<Record<string, Price>>;
  /** Tier name → the model that serves it, or the share of each of its models, 0–1. @defaultValue none: the mix names models */
  tiers?: Readonly<Record<string, string | Readonly<Record<string, number>>>> | undefined;
  /** Tokens a month, prompt and completion together, one number for each stage of growth. @defaultValue [5_000_000, 50_000_000, 500_000_000, 5_000_000_000] */
  stages?: readonly number[] | undefined;
  /** Tiers or model ids that all traffic could go to instead. @defaultValue every tier whose price is known, and the baseline */
  alternatives?: readonly string[] | undefined;
  /** The tier or model id that savings are shown against. @defaultValue none */
  baseline?: string | undefined;
  /** What the tokens consist of. @defaultValue as in its own options */
  traffic?: TrafficOptions | undefined;
}

/** How far above what is expected a budget is set, and when to warn. */
export interface BudgetMargins {
  /** How much more than expected a month may cost, as a share of it: 0.5 is half as much again. @defaultValue 0.5 */
  headroom?: number | undefined;
  /** The busiest day against the average day: 2 is twice as much. @defaultValue 2 */
  peakDay?: number | undefined;
  /** Shares of the cap to warn at, 0–1. @defaultValue [0.8] */
  warnAt?: readonly number[] | undefined;
}

/** Options of {@link adviseBudget}. */
export interface BudgetAdviceOptions extends BudgetMargins {
  /** What a month is expected to cost, in USD. */
  monthlyUsd: number;
}

/** What is at stake while no model answers. */
export interface OutageRisk {
  /** Revenue of an hour in which everything works, in USD. */
  revenuePerHourUsd: number;
  /** How much of it is lost while nothing answers, 0–1. @defaultValue 1 */
  lostShare?: number | undefined;
  /** Share of the time that the service is up without the premium tier, 0–1, such as 0.999. */
  uptime: number;
  /** Share of the time that it is up with the premium tier, 0–1. */
  premiumUptime: number;
}

/** Options of {@link compareOutages}. */
export interface OutageOptions extends OutageRisk {
  /** What the premium or dedicated tier costs a month, in USD. */
  premiumUsd: number;
}

/** How a feature is used and what it earns. */
export interface FeatureUse {
  /** Calls to models that one user makes in a month. */
  callsPerUser: number;
  /** What one user pays a month, in USD. @defaultValue 0 */
  revenuePerUserUsd?: number | undefined;
  /** What one call earns, in USD, on top of that. @defaultValue 0 */
  revenuePerCallUsd?: number | undefined;
  /** How many users. @defaultValue 1 */
  users?: number | undefined;
  /** The share of the revenue that is to be left after model cost, 0 up to 1. @defaultValue 0 */
  targetMargin?: number | undefined;
}

/** Options of {@link featureMargin}. */
export interface FeatureOptions extends FeatureUse {
  /** What the models cost for one call, in USD. */
  costPerCallUsd: number;
}

/** Options of {@link makePlan}: fit for a JSON file. */
export interface PlanOptions extends ForecastOptions {
  /** How the budget of one part of the mix is set. @defaultValue the dearest part, with the usual margins */
  budget?: PlannedBudget | undefined;
  /** What outages cost, against what the premium tier costs. @defaultValue none */
  outage?: PlannedOutage | undefined;
  /** Feature name → how it is used and what it earns. @defaultValue none */
  features?: Readonly<Record<string, PlannedFeature>> | undefined;
}

/** A budget within a plan. */
export interface PlannedBudget extends BudgetMargins {
  /** The tier or model id of the mix that gets the budget. @defaultValue the dearest part of the mix */
  on?: string | undefined;
}

/** Outages within a plan. */
export interface PlannedOutage extends OutageRisk {
  /** What the premium tier costs a month, in USD. @defaultValue what the part of the mix that has the budget costs at each stage */
  premiumUsd?: number | undefined;
}

/** A feature within a plan. */
export interface PlannedFeature extends FeatureUse {
  /** Tokens of one call, prompt and completion together. */
  tokensPerCall: number;
  /** The tier or model id that serves it. @defaultValue the whole mix */
  on?: string | undefined;
}
