import { issueAt } from "../config/issues.ts";
import { unknownName } from "../config/unknown-name.ts";
import type { ConfigIssue } from "../errors.ts";
import { adviseBudget, type BudgetAdvice } from "./budget.ts";
import { featureMargin, type FeatureMargin } from "./feature-margin.ts";
import { type Forecast, forecastOf, type MixPart } from "./forecast.ts";
import { faultsOfName, forecastFaults } from "./forecast-faults.ts";
import type { PlannedFeature, PlannedOutage, PlanOptions } from "./options.ts";
import { compareOutages, type OutageComparison } from "./outages.ts";
import { parse } from "./parse.ts";
import { type Blend, type PriceList, priceList } from "./price-list.ts";
import { withoutNoise } from "./round.ts";
import { planOptions } from "./schema.ts";

/** Everything that follows from {@link PlanOptions}. Plain data, fit for JSON. */
export interface Plan {
  /** What the traffic costs at each stage. */
  readonly forecast: Forecast;
  /** Caps and warnings for each stage. */
  readonly budget: PlanBudget;
  /** One for each stage; undefined when nothing is said about outages. */
  readonly outages: readonly OutageComparison[] | undefined;
  /** Feature name → its margin and what one of its calls costs. */
  readonly features: Readonly<Record<string, PlanFeature>>;
}

/** The budget of one part of the mix. */
export interface PlanBudget {
  /** The tier or model id of the mix. */
  readonly on: string;
  /** One for each stage. */
  readonly stages: readonly BudgetAdvice[];
}

/** The margin of a feature within a plan. */
export interface PlanFeature extends FeatureMargin {
  /** What the models cost for one call, in USD. */
  readonly costPerCallUsd: number;
}

/**
 * Forecast, budget, outages and features in one, from options that can be a JSON file.
 * @throws ConfigError with every fault of the options, each with its path
 */
export function makePlan(options: PlanOptions): Plan {
  const { budget = {}, outage, features = {}, ...rest } = parse(planOptions, options, planFaults);
  const forecast = forecastOf(rest);
  const list = priceList(rest);
  const { on, ...margins } = budget;
  const part = partNamed(on, forecast);
  return {
    forecast,
    budget: {
      on: part.name,
      stages: part.monthlyUsd.map((monthlyUsd) => adviseBudget({ ...margins, monthlyUsd })),
    },
    outages: outage && part.monthlyUsd.map((usd) => compareAt(usd, outage)),
    features: Object.fromEntries(
      Object.entries(features).map(([name, feature]) => [name, planFeature(feature, forecast.mix.models, list)]),
    ),
  };
}

function* planFaults(options: PlanOptions): Generator<ConfigIssue> {
  yield* forecastFaults(options);
  const { budget = {}, features = {}, mix } = options;
  if (budget.on !== undefined && !Object.hasOwn(mix, budget.on)) {
    yield issueAt(["budget", "on"], unknownName("part of the mix", budget.on, Object.keys(mix)));
  }
  const list = priceList(options);
  for (const [name, { on }] of Object.entries(features)) {
    if (on !== undefined) yield* faultsOfName(["features", name, "on"], on, list);
  }
}

function partNamed(name: string | undefined, { parts }: Forecast): MixPart {
  const dearest = parts.reduce((most, part) => (part.usdPerMillion > most.usdPerMillion ? part : most));
  return parts.find((part) => part.name === name) ?? dearest;
}

function compareAt(partUsd: number, { premiumUsd = partUsd, ...risk }: PlannedOutage): OutageComparison {
  return compareOutages({ ...risk, premiumUsd });
}

function planFeature({ tokensPerCall, on, ...use }: PlannedFeature, mix: Blend, list: PriceList): PlanFeature {
  const blend = on === undefined ? mix : (list.blendOf(on) ?? {});
  const costPerCallUsd = withoutNoise(list.usdOf(blend, { tokens: tokensPerCall, requests: 1 }));
  return { costPerCallUsd, ...featureMargin({ ...use, costPerCallUsd }) };
}
