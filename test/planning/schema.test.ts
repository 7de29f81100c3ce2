import { describe, expect, it } from "vitest";
import * as defaults from "../../src/planning/defaults.ts";
import * as schema from "../../src/planning/schema.ts";
import { interfacesOf, valueOf } from "../config/documented-interfaces.ts";

const interfaces = interfacesOf("planning/options.ts");
const bases = ["BudgetMargins", "OutageRisk", "FeatureUse"];

describe("the schemas of planning", () => {
  const schemas = {
    TrafficOptions: schema.trafficOptions,
    ForecastOptions: schema.forecastOptions,
    BudgetAdviceOptions: schema.budgetAdviceOptions,
    OutageOptions: schema.outageOptions,
    FeatureOptions: schema.featureOptions,
    PlanOptions: schema.planOptions,
    PlannedBudget: schema.plannedBudget,
    PlannedOutage: schema.plannedOutage,
    PlannedFeature: schema.plannedFeature,
  };

  it.each(Object.entries(schemas))("take exactly the keys of %s", (name, { shape }) => {
    expect(Object.keys(shape).toSorted()).toEqual(interfaces.get(name)?.keys.toSorted());
  });

  it("are there for every interface", () => {
    expect([...Object.keys(schemas), ...bases].toSorted()).toEqual([...interfaces.keys()].toSorted());
  });
});

describe("the documented defaults of planning", () => {
  const real: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    TrafficOptions: defaults.trafficDefaults,
    ForecastOptions: defaults.forecastDefaults,
    BudgetMargins: defaults.budgetDefaults,
    OutageRisk: defaults.outageDefaults,
    FeatureUse: defaults.featureDefaults,
  };
  const constants = Object.entries(real).flatMap(([name, values]) =>
    Object.entries(values).map(([key, value]) => [`${name}.${key}`, value] as const),
  );

  it.each(constants)("of %s is the real one: %s", (path, value) => {
    const [name = "", key = ""] = path.split(".");
    expect(valueOf(interfaces.get(name)?.defaults.get(key) ?? "")).toEqual(value);
  });
});
