import { expect, test } from "vitest";
import {
  breakerDefaults,
  budgetDefaults as budgetsDefaults,
  conversationDefaults,
  experimentDefaults,
  shadowDefaults,
  hedgeDefaults,
  reportDefaults,
  limitDefaults,
  paceDefaults,
  retryBudgetDefaults,
  retryDefaults,
  routerDefaults,
  sloDefaults,
  slowDefaults,
  targetLimitDefaults,
  timeoutDefaults,
  waitingDefaults,
} from "../../src/config/defaults.ts";
import { budgetOptions } from "../../src/config/budget-schema.ts";
import { experimentOptions, variantOptions } from "../../src/config/experiments.ts";
import { fitOptions } from "../../src/config/fit-schema.ts";
import { targetLimitOptions, waitingOptions } from "../../src/config/limit-schema.ts";
import { priceByKind } from "../../src/config/price-schema.ts";
import {
  breakerOptions,
  retryBudgetOptions,
  retryOptions,
  routerOptions,
  targetOptions,
  tierOptions,
  timeoutOptions,
} from "../../src/config/schema.ts";
import { hedgeOptions, paceOptions, sloOptions, slowOptions } from "../../src/config/speed-schema.ts";
import { reportOptions } from "../../src/config/report.ts";
import { shadowOptions } from "../../src/config/shadow.ts";
import { dashboardDefaults, dashboardOptions } from "../../src/dashboard/options.ts";
import { budgetDefaults, featureDefaults, outageDefaults, trafficDefaults } from "../../src/planning/defaults.ts";
import {
  planOptions,
  plannedBudget,
  plannedFeature,
  plannedOutage,
  trafficOptions,
} from "../../src/planning/schema.ts";
import { simulatedOutageDefaults, simulatedTrafficDefaults, speedDefaults } from "../../src/simulation/defaults.ts";
import { simulatedOutage, simulatedTraffic, targetSpeed } from "../../src/simulation/schema.ts";
import { readPages } from "./code-blocks.ts";

const pages = await readPages();
const cells = pages
  .flatMap(({ text }) => text.split("\n"))
  .filter((line) => line.startsWith("| "))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** What the tables give as the default of a name, in the last column; an option of several things has several. */
function defaultsOf(name: string): readonly (string | undefined)[] {
  const rows = cells.filter(([first = ""]) => first.split(", ").includes(`\`${name}\``));
  return rows.map((row) => row.at(-1)?.replaceAll(/(?<=\d)[_,](?=\d)|[`"]/g, ""));
}

const options = [
  ...Object.keys({ ...routerOptions.shape, ...targetOptions.shape, ...tierOptions.shape, ...priceByKind.shape }),
  ...Object.keys(timeoutOptions.shape).map((key) => `timeouts.${key}`),
  ...Object.keys(retryOptions.shape).map((key) => `retry.${key}`),
  ...Object.keys(retryBudgetOptions.shape).map((key) => `retryBudget.${key}`),
  ...Object.keys(breakerOptions.shape).map((key) => `breaker.${key}`),
  ...Object.keys(slowOptions.shape).map((key) => `slow.${key}`),
  ...Object.keys(hedgeOptions.shape).map((key) => `hedge.${key}`),
  ...Object.keys(paceOptions.shape).map((key) => `pace.${key}`),
  ...Object.keys(sloOptions.shape).map((key) => `slo.${key}`),
  ...Object.keys(shadowOptions.shape).map((key) => `shadow.${key}`),
  ...Object.keys({ ...experimentOptions.shape, ...variantOptions.shape }).map((key) => `experiment.${key}`),
  ...Object.keys(fitOptions.shape).map((key) => `fit.${key}`),
  ...Object.keys(budgetOptions.shape).map((key) => `budgets.${key}`),
  ...Object.keys(targetLimitOptions.shape).map((key) => `limits.${key}`),
  ...Object.keys(waitingOptions.shape).map((key) => `waiting.${key}`),
  ...Object.keys(dashboardOptions.shape),
  ...Object.keys(reportOptions.shape),
  ...Object.keys({ ...planOptions.shape, ...plannedFeature.shape }),
  ...Object.keys(trafficOptions.shape).map((key) => `traffic.${key}`),
  ...Object.keys(plannedBudget.shape).map((key) => `budget.${key}`),
  ...Object.keys(plannedOutage.shape).map((key) => `outage.${key}`),
  ...Object.keys(simulatedTraffic.shape).map((key) => `traffic.${key}`),
  ...Object.keys(targetSpeed.shape).map((key) => `speeds.${key}`),
  ...Object.keys(simulatedOutage.shape).map((key) => `outages.${key}`),
];

test.each(options)("the docs have a row for %s", (name) => {
  expect(defaultsOf(name)).not.toEqual([]);
});

const { headersMs: _, ...clocks } = timeoutDefaults;
const { deadlineMs: __, slowMs: ___, ...others } = routerDefaults;
const { tasks: ____, speeds: _____, promptTokens, completionTokens, ...simulated } = simulatedTrafficDefaults;
const defaults = Object.entries({
  ...prefixed("timeouts", clocks),
  ...prefixed("retry", retryDefaults),
  ...prefixed("retryBudget", retryBudgetDefaults),
  ...prefixed("breaker", breakerDefaults),
  ...prefixed("slow", slowDefaults),
  ...prefixed("hedge", hedgeDefaults),
  ...prefixed("pace", paceDefaults),
  ...prefixed("slo", sloDefaults),
  ...prefixed("limits", { ...limitDefaults, ...targetLimitDefaults }),
  ...prefixed("waiting", waitingDefaults),
  ...dashboardDefaults,
  ...reportDefaults,
  ...prefixed("experiment", experimentDefaults),
  ...prefixed("shadow", shadowDefaults),
  ...others,
  ...prefixed("budgets", { ...budgetsDefaults, warnAt: "[0.8]" }),
  ...featureDefaults,
  ...prefixed("traffic", trafficDefaults),
  ...prefixed("budget", budgetDefaults),
  ...prefixed("outage", outageDefaults),
  ...prefixed("traffic", simulated),
  ...prefixed("traffic", { promptTokens: show(promptTokens), completionTokens: show(completionTokens) }),
  ...prefixed("speeds", speedDefaults),
  ...prefixed("outages", simulatedOutageDefaults),
});

test.each(defaults)("the docs give the default of %s as it is", (name, value) => {
  expect(defaultsOf(name)).toContain(String(value));
});

test("the docs give the defaults of conversations as they are", () => {
  const { ttlMs, maxConversations } = conversationDefaults;
  expect(defaultsOf("conversations")).toContain(`{ ttlMs: ${ttlMs}, maxConversations: ${maxConversations} }`);
});

function show(range: readonly number[]): string {
  return `[${range.join(", ")}]`;
}

function prefixed(prefix: string, values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value]));
}
