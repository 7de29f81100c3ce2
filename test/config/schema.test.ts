import { describe, expect, it } from "vitest";
import { budgetOptions, downgradeOptions } from "../../src/config/budget-schema.ts";
import * as defaults from "../../src/config/defaults.ts";
import * as drillSchema from "../../src/config/drills.ts";
import { experimentOptions, variantOptions } from "../../src/config/experiments.ts";
import * as fitSchema from "../../src/config/fit-schema.ts";
import { keyOptions } from "../../src/config/key-schema.ts";
import * as limitSchema from "../../src/config/limit-schema.ts";
import { priceByKind } from "../../src/config/price-schema.ts";
import { residencyRule } from "../../src/config/region-schema.ts";
import { reportOptions } from "../../src/config/report.ts";
import * as schema from "../../src/config/schema.ts";
import { shadowOptions } from "../../src/config/shadow.ts";
import * as speedSchema from "../../src/config/speed-schema.ts";
import { dashboardDefaults, dashboardOptions } from "../../src/dashboard/options.ts";
import { interfacesOf, valueOf } from "./documented-interfaces.ts";
import { someClient } from "./options-of.ts";

const interfaces = new Map([
  ...interfacesOf("price.ts"),
  ...interfacesOf("options.ts"),
  ...interfacesOf("drill/options.ts"),
  ...interfacesOf("dashboard/options.ts"),
  ...interfacesOf("report/options.ts"),
  ...interfacesOf("learning-options.ts"),
]);

describe("the schemas", () => {
  const schemas = {
    KeyOptions: keyOptions,
    ResidencyRule: residencyRule,
    TimeoutOptions: schema.timeoutOptions,
    RetryOptions: schema.retryOptions,
    RetryBudgetOptions: schema.retryBudgetOptions,
    BreakerOptions: schema.breakerOptions,
    SlowOptions: speedSchema.slowOptions,
    HedgeOptions: speedSchema.hedgeOptions,
    PaceOptions: speedSchema.paceOptions,
    SloOptions: speedSchema.sloOptions,
    ResilienceOptions: schema.resilienceOptions,
    PriceByKind: priceByKind,
    LimitOptions: limitSchema.limitOptions,
    TargetLimitOptions: limitSchema.targetLimitOptions,
    WaitingOptions: limitSchema.waitingOptions,
    FitOptions: fitSchema.fitOptions,
    ToolCallIdOptions: fitSchema.toolCallIdOptions,
    TargetOptions: schema.targetOptions,
    TierOptions: schema.tierOptions,
    ConversationOptions: schema.conversationOptions,
    BudgetOptions: budgetOptions,
    ScheduledDrill: drillSchema.scheduledDrill,
    DrillOptions: drillSchema.drillOptions,
    ReportOptions: reportOptions,
    ExperimentOptions: experimentOptions,
    VariantOptions: variantOptions,
    ShadowOptions: shadowOptions,
    DashboardOptions: dashboardOptions,
    DowngradeOptions: downgradeOptions,
    RouterOptions: schema.routerOptions,
  };

  it.each(Object.entries(schemas))("take exactly the keys of %s", (name, { shape }) => {
    expect(Object.keys(shape).toSorted()).toEqual(interfaces.get(name)?.keys.toSorted());
  });

  it("are there for every interface of options", () => {
    const ofOptions = [...interfaces.keys()].filter((name) => name.endsWith("Options"));
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining(ofOptions));
  });
});

describe("the documented defaults", () => {
  const real: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    KeyOptions: defaults.keyDefaults,
    TimeoutOptions: { ...defaults.timeoutDefaults, headersMs: someClient().timeout },
    RetryOptions: { ...defaults.retryDefaults },
    RetryBudgetOptions: { ...defaults.retryBudgetDefaults },
    BreakerOptions: { ...defaults.breakerDefaults },
    SlowOptions: { ...defaults.slowDefaults },
    HedgeOptions: { ...defaults.hedgeDefaults },
    PaceOptions: { ...defaults.paceDefaults },
    SloOptions: { ...defaults.sloDefaults },
    ResilienceOptions: { deadlineMs: defaults.routerDefaults.deadlineMs, hedge: defaults.routerDefaults.hedge },
    LimitOptions: defaults.limitDefaults,
    TargetLimitOptions: defaults.targetLimitDefaults,
    WaitingOptions: { ...defaults.waitingDefaults },
    TargetOptions: defaults.targetDefaults,
    ConversationOptions: defaults.conversationDefaults,
    BudgetOptions: defaults.budgetDefaults,
    ScheduledDrill: { share: defaults.drillDefaults.share },
    DrillOptions: { ...defaults.drillDefaults, dry: false },
    ReportOptions: defaults.reportDefaults,
    ExperimentOptions: { by: defaults.experimentDefaults.by },
    ShadowOptions: defaults.shadowDefaults,
    VariantOptions: { weight: defaults.experimentDefaults.weight },
    DashboardOptions: dashboardDefaults,
    RouterOptions: defaults.routerDefaults,
  };

  const documented = [...interfaces].flatMap(([name, { defaults: tags }]) =>
    name in real ? [...tags].map(([key, tag]) => [`${name}.${key}`, valueOf(tag), real[name]?.[key]] as const) : [],
  );
  const values = documented.filter(([, value]) => value !== undefined);

  it.each(values)("of %s is the real one: %s", (_, value, actual) => {
    expect(actual).toEqual(value);
  });

  it("are values wherever there is a constant, and in words elsewhere", () => {
    expect(documented.filter(([, value]) => value === undefined).map(([key]) => key)).toEqual([
      "KeyOptions.label",
      "KeyOptions.organization",
      "KeyOptions.project",
      "KeyOptions.limits",
      "BreakerOptions.rampUpMs",
      "SlowOptions.latencyMs",
      "SlowOptions.driftFactor",
      "PaceOptions.minTokensPerSecond",
      "SloOptions.p95Ms",
      "SloOptions.p99Ms",
      "SloOptions.availability",
      "TargetOptions.model",
      "TargetOptions.client",
      "TargetOptions.price",
      "TargetOptions.contextWindow",
      "TargetOptions.capabilities",
      "TargetOptions.continues",
      "BudgetOptions.tier",
      "BudgetOptions.target",
      "BudgetOptions.tag",
      "BudgetOptions.assumedPrice",
      "RouterOptions.defaultTier",
      "RouterOptions.classifier",
      "RouterOptions.store",
      "DrillOptions.tier",
      "DrillOptions.prompts",
      "ExperimentOptions.name",
      "VariantOptions.targets",
      "ShadowOptions.tier",
    ]);
  });

  it("name every constant", () => {
    const constants = Object.entries(real).flatMap(([name, keys]) => Object.keys(keys).map((key) => `${name}.${key}`));
    const named = new Set<string>(values.map(([key]) => key));
    expect(constants.filter((key) => !named.has(key))).toEqual(["RouterOptions.deadlineMs", "RouterOptions.hedge"]);
  });
});
