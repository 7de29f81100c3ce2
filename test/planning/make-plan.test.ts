import { describe, expect, it } from "vitest";
import { adviseBudget } from "../../src/planning/budget.ts";
import { featureMargin } from "../../src/planning/feature-margin.ts";
import { forecastCosts } from "../../src/planning/forecast.ts";
import { makePlan } from "../../src/planning/make-plan.ts";
import { compareOutages } from "../../src/planning/outages.ts";
import { referencePlan } from "../../src/planning/reference-plan.ts";
import { faultsOf } from "../config/options-of.ts";

const outage = { revenuePerHourUsd: 1000, uptime: 0.999, premiumUptime: 0.9999 };
const faults = (changes: object) => faultsOf(() => makePlan({ ...referencePlan, ...changes }));

describe("makePlan", () => {
  it("has the forecast", () => {
    expect(makePlan(referencePlan).forecast).toEqual(forecastCosts(referencePlan));
  });

  it("budgets the dearest part of the mix, at each stage", () => {
    const { budget } = makePlan(referencePlan);
    expect(budget).toEqual({
      on: "premium",
      stages: [0.625, 6.25, 62.5, 625].map((monthlyUsd) => adviseBudget({ monthlyUsd })),
    });
  });

  it("budgets another part, with other margins", () => {
    const { budget } = makePlan({ ...referencePlan, budget: { on: "balanced", headroom: 1 } });
    expect(budget.on).toBe("balanced");
    expect(budget.stages[3]).toEqual(adviseBudget({ monthlyUsd: 210, headroom: 1 }));
  });

  it("compares outages with what the part costs that has the budget", () => {
    const { outages } = makePlan({ ...referencePlan, outage });
    expect(outages).toEqual([0.625, 6.25, 62.5, 625].map((premiumUsd) => compareOutages({ ...outage, premiumUsd })));
  });

  it("compares outages with what the premium tier is said to cost", () => {
    const { outages } = makePlan({ ...referencePlan, stages: [1_000_000], outage: { ...outage, premiumUsd: 900 } });
    expect(outages).toEqual([compareOutages({ ...outage, premiumUsd: 900 })]);
  });

  it("has no outages when nothing is said about them", () => {
    expect(makePlan(referencePlan).outages).toBeUndefined();
  });

  it("charges the calls of a feature at the price of the mix, or of the tier that serves it", () => {
    const use = { callsPerUser: 300, revenuePerUserUsd: 2 };
    const { features } = makePlan({
      ...referencePlan,
      features: { titles: { ...use, tokensPerCall: 1000 }, reports: { ...use, tokensPerCall: 1000, on: "premium" } },
    });
    expect(features).toEqual({
      titles: { costPerCallUsd: 0.000367, ...featureMargin({ ...use, costPerCallUsd: 0.000367 }) },
      reports: { costPerCallUsd: 0.0025, ...featureMargin({ ...use, costPerCallUsd: 0.0025 }) },
    });
  });

  it("charges a call of a feature once", () => {
    const price = { promptUsd: 1, completionUsd: 1, requestUsd: 0.01 };
    const { features } = makePlan({
      mix: { m: 1 },
      prices: { m: price },
      traffic: { tokensPerRequest: 500 },
      features: { chat: { tokensPerCall: 1000, callsPerUser: 1 } },
    });
    expect(features["chat"]?.costPerCallUsd).toBe(0.001 + 0.01);
  });

  it("survives JSON", () => {
    const plan = makePlan({ ...referencePlan, outage });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(JSON.parse(JSON.stringify({ ...plan })));
    expect(makePlan(JSON.parse(JSON.stringify({ ...referencePlan, outage })) as typeof referencePlan)).toEqual(plan);
  });

  it.each([
    [{ budget: { on: "premum" } }, 'budget.on: no part of the mix "premum" (did you mean "premium"?)'],
    [{ budget: { on: "gpt-4o" } }, 'budget.on: no part of the mix "gpt-4o"; there are "cheap", "balanced", "premium"'],
    [
      { budget: { headroom: "half" } },
      'budget.headroom: must be a share, 0 or more, such as 0.5 for half as much again, got "half"',
    ],
    [
      { outage: { ...outage, uptime: 99.9 } },
      "outage.uptime: must be a share of the time from 0 to 1, such as 0.999 for 99.9 %, got 99.9",
    ],
    [{ outage: { ...outage, monthlyUsd: 1 } }, "outage.monthlyUsd: is not an option"],
    [
      { features: { titles: { tokensPerCall: 0, callsPerUser: 1 } } },
      "features.titles.tokensPerCall: must be a whole number of tokens, 1 or more, got 0",
    ],
    [
      { features: { titles: { tokensPerCall: 9, callsPerUser: 1, on: "premum" } } },
      'features.titles.on: no tier or price "premum" (did you mean "premium"?)',
    ],
    [{ features: [] }, "features: must be an object of feature name → its use, got an array"],
    [{ mixx: {} }, 'mixx: is not an option (did you mean "mix"?)'],
  ])("refuses %j", (changes, fault) => {
    expect(faults(changes)).toEqual([fault]);
  });
});
