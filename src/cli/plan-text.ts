import type { Price } from "../glossary.ts";
import type { BudgetAdvice } from "../planning/budget.ts";
import { budgetDefaults, trafficDefaults } from "../planning/defaults.ts";
import type { CostLine, Forecast, MixPart } from "../planning/forecast.ts";
import type { Plan, PlanBudget, PlanFeature } from "../planning/make-plan.ts";
import type { PlanOptions } from "../planning/options.ts";
import type { OutageComparison } from "../planning/outages.ts";
import type { Blend } from "../planning/price-list.ts";
import { percent, shortPercent, smallUsd, tokens, usd } from "./format.ts";
import { textTable } from "../lib/text-table.ts";

/** A plan as tables for a terminal. */
export function planText({ forecast, budget, outages, features }: Plan, options: PlanOptions): string {
  const stages = forecast.stages.map(tokens);
  const sections = [
    forecastText(forecast, stages),
    notesOn(forecast, options).join("\n"),
    budgetText(budget, stages, options),
    ...(outages === undefined || options.outage === undefined ? [] : [outagesText(outages, stages, options.outage)]),
    ...(Object.keys(features).length === 0 ? [] : [featuresText(features)]),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function forecastText({ mix, parts, alternatives, baseline }: Forecast, stages: readonly string[]): string {
  return textTable(
    ["USD for a month of tokens", "each 1M", ...stages, ...(baseline === undefined ? [] : ["saving"])],
    [
      costRow("mix", mix),
      ...parts.map((part) => costRow(`  ${shortPercent(part.share)} ${part.name}`, part)),
      ...alternatives.map((line) => costRow(`all on ${line.name}`, line)),
    ],
  );
}

function costRow(label: string, line: CostLine | MixPart): readonly string[] {
  const saving = "saving" in line && line.saving !== undefined ? [percent(line.saving)] : [];
  return [label, smallUsd(line.usdPerMillion), ...line.monthlyUsd.map(usd), ...saving];
}

/** What the table does not say: which models serve the tiers, what savings are against, what the tokens consist of. */
function notesOn({ parts, alternatives, baseline }: Forecast, { prices, traffic = {} }: PlanOptions): string[] {
  const lines = [...parts, ...alternatives];
  const byName = new Map(lines.map(({ name, models }) => [name, models]));
  const served = [...byName].filter(([name, models]) => !Object.hasOwn(models, name));
  const byKind = lines.some(({ models }) => Object.keys(models).some((model) => isByKind(prices[model])));
  const { promptShare = trafficDefaults.promptShare } = traffic;
  return [
    ...served.map(([name, models]) => `${name}: ${modelsText(models)}`),
    ...(baseline === undefined ? [] : [`saving: against all on ${baseline}`]),
    ...(byKind ? [`tokens: ${shortPercent(promptShare)} prompt, ${shortPercent(1 - promptShare)} completion`] : []),
  ];
}

function isByKind(price: Price | undefined): boolean {
  return typeof price === "object";
}

function modelsText(models: Blend): string {
  const entries = Object.entries(models);
  if (entries.length === 1) return Object.keys(models).join();
  return entries.map(([model, share]) => `${shortPercent(share)} ${model}`).join(", ");
}

function budgetText({ on, stages: advice }: PlanBudget, stages: readonly string[], options: PlanOptions): string {
  const { headroom = budgetDefaults.headroom, peakDay = budgetDefaults.peakDay } = options.budget ?? {};
  const warnings = advice[0]?.warnings ?? [];
  const row = (label: string, amountOf: (one: BudgetAdvice) => number) => [label, ...advice.map(amountOf).map(usd)];
  const rows = [
    row("expected a month", ({ expected }) => expected.monthUsd),
    row("cap a month", ({ cap }) => cap.monthUsd),
    row("cap a day", ({ cap }) => cap.dayUsd),
    ...warnings.map(({ at }, index) =>
      row(`warn in a day at ${shortPercent(at)}`, ({ warnings: own }) => own[index]?.dayUsd ?? 0),
    ),
  ];
  const basis = `caps: ${shortPercent(headroom)} above what is expected, a day up to ${peakDay} times the average`;
  return `${textTable([`budget for ${on}, USD`, ...stages], rows)}\n\n${basis}`;
}

function outagesText(
  compared: readonly OutageComparison[],
  stages: readonly string[],
  { uptime, premiumUptime }: NonNullable<PlanOptions["outage"]>,
): string {
  const row = (label: string, amountOf: (one: OutageComparison) => number | undefined) => [
    label,
    ...compared.map((one) => {
      const amount = amountOf(one);
      return amount === undefined ? "–" : usd(amount);
    }),
  ];
  const hours = (side: "standard" | "premium") =>
    `${Number((compared[0]?.[side].hoursPerYear ?? 0).toFixed(2))} h a year`;
  return textTable(
    ["outages, USD a month", ...stages],
    [
      row(`lost at ${shortPercent(uptime)}, down ${hours("standard")}`, ({ standard }) => standard.lostUsd),
      row(`lost at ${shortPercent(premiumUptime)}, down ${hours("premium")}`, ({ premium }) => premium.lostUsd),
      row("premium tier costs", ({ premiumUsd }) => premiumUsd),
      row("gain of the premium tier", ({ netUsd }) => netUsd),
      row("pays from revenue an hour of", ({ breakEvenRevenuePerHourUsd }) => breakEvenRevenuePerHourUsd),
    ],
  );
}

function featuresText(features: Readonly<Record<string, PlanFeature>>): string {
  return textTable(
    ["features, USD a month", "a call", "revenue", "models", "margin", "", "covered", "break-even a user"],
    Object.entries(features).map(([name, feature]) => [
      name,
      smallUsd(feature.costPerCallUsd),
      usd(feature.revenueUsd),
      usd(feature.costUsd),
      usd(feature.marginUsd),
      feature.margin === undefined ? "–" : percent(feature.margin),
      feature.covered ? "yes" : "no",
      usd(feature.breakEvenPerUserUsd),
    ]),
  );
}
