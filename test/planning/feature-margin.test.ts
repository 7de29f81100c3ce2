import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { featureMargin } from "../../src/planning/feature-margin.ts";
import type { FeatureOptions } from "../../src/planning/options.ts";
import { faultsOf } from "../config/options-of.ts";

const feature: FeatureOptions = { costPerCallUsd: 0.01, callsPerUser: 300, revenuePerUserUsd: 5, users: 100 };
const faults = (changes: object) => faultsOf(() => featureMargin({ ...feature, ...changes }));

describe("featureMargin", () => {
  it("sets what all users pay against what their calls cost", () => {
    expect(featureMargin(feature)).toEqual({
      revenueUsd: 500,
      costUsd: 300,
      marginUsd: 200,
      margin: 0.4,
      covered: true,
      breakEvenPerUserUsd: 3,
      breakEvenPerCallUsd: 0,
      breakEvenCallsPerUser: 500,
    });
  });

  it("is not covered by a user who pays less than his calls cost", () => {
    expect(featureMargin({ ...feature, revenuePerUserUsd: 2 })).toMatchObject({
      marginUsd: -100,
      margin: -0.5,
      covered: false,
      breakEvenPerUserUsd: 3,
      breakEvenCallsPerUser: 200,
    });
  });

  it("counts what calls earn on top of what users pay", () => {
    const both = { ...feature, revenuePerUserUsd: 1, revenuePerCallUsd: 0.004 };
    expect(featureMargin(both)).toMatchObject({ revenueUsd: 220, covered: false, breakEvenPerUserUsd: 1.8 });
    expect(featureMargin({ ...both, revenuePerCallUsd: 0.02 })).toMatchObject({
      covered: true,
      breakEvenPerUserUsd: 0,
      breakEvenCallsPerUser: undefined,
    });
  });

  it("leaves the margin that is asked for", () => {
    const { breakEvenPerUserUsd, covered } = featureMargin({ ...feature, targetMargin: 0.7 });
    expect([breakEvenPerUserUsd, covered]).toEqual([10, false]);
    const priced = featureMargin({ ...feature, targetMargin: 0.7, revenuePerUserUsd: breakEvenPerUserUsd });
    expect(priced).toMatchObject({ covered: true, margin: 0.7 });
  });

  it("says what to charge for what earns nothing yet", () => {
    expect(featureMargin({ costPerCallUsd: 0.01, callsPerUser: 300 })).toMatchObject({
      margin: undefined,
      covered: false,
      breakEvenPerUserUsd: 3,
      breakEvenPerCallUsd: 0.01,
    });
  });

  it("is covered when nobody calls", () => {
    expect(featureMargin({ ...feature, callsPerUser: 0 })).toMatchObject({
      costUsd: 0,
      covered: true,
      breakEvenPerCallUsd: undefined,
    });
  });

  it("has a price at which it is just covered", () => {
    const usd = fc.nat({ max: 1_000_000 }).map((millionths) => millionths / 1_000_000);
    fc.assert(
      fc.property(usd, fc.nat({ max: 10_000 }), fc.double({ min: 0, max: 0.9, noNaN: true }), (cost, calls, margin) => {
        const own = { costPerCallUsd: cost, callsPerUser: calls, targetMargin: margin };
        const { breakEvenPerUserUsd } = featureMargin(own);
        expect(featureMargin({ ...own, revenuePerUserUsd: breakEvenPerUserUsd }).covered).toBe(true);
        if (breakEvenPerUserUsd === 0) return;
        expect(featureMargin({ ...own, revenuePerUserUsd: breakEvenPerUserUsd * 0.99 }).covered).toBe(false);
      }),
    );
  });

  it.each([
    [{ costPerCallUsd: undefined }, "costPerCallUsd: must be USD, 0 or more, got nothing"],
    [{ callsPerUser: -1 }, "callsPerUser: must be a number, 0 or more, got -1"],
    [{ users: "many" }, 'users: must be a number, 0 or more, got "many"'],
    [{ targetMargin: 1 }, "targetMargin: must be a share from 0 to below 1, got 1"],
    [{ revenueUsd: 1 }, "revenueUsd: is not an option"],
  ])("refuses %j", (changes, fault) => {
    expect(faults(changes)).toEqual([fault]);
  });
});
