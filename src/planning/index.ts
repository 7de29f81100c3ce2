/**
 * What traffic will cost before it is there: pure functions over shares, prices and tokens. They send nothing.
 *
 * @module
 */
export { adviseBudget, type BudgetAdvice, type BudgetWarning } from "./budget.ts";
export { featureMargin, type FeatureMargin } from "./feature-margin.ts";
export { forecastCosts, type CostLine, type Forecast, type MixPart } from "./forecast.ts";
export { makePlan, type Plan, type PlanBudget, type PlanFeature } from "./make-plan.ts";
export type * from "./options.ts";
export { compareOutages, type OutageComparison, type Outages } from "./outages.ts";
export type { Blend } from "./price-list.ts";
export { pricesOf, type PricedConfig, type TierPrices } from "./prices-of.ts";
export { referencePlan } from "./reference-plan.ts";
