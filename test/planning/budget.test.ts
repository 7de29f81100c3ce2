import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adviseBudget } from "../../src/planning/budget.ts";
import { faultsOf } from "../config/options-of.ts";

const faults = (options: object) => faultsOf(() => adviseBudget(options as never));

describe("adviseBudget", () => {
  it("gives a month half as much again, and the busiest day twice the average", () => {
    expect(adviseBudget({ monthlyUsd: 730 })).toEqual({
      expected: { dayUsd: 24, monthUsd: 730 },
      cap: { dayUsd: 72, monthUsd: 1095 },
      warnings: [{ at: 0.8, dayUsd: 57.6, monthUsd: 876 }],
    });
  });

  it("takes other margins", () => {
    const { cap, warnings } = adviseBudget({ monthlyUsd: 365, headroom: 0, peakDay: 1, warnAt: [0.5, 0.9] });
    expect(cap).toEqual({ dayUsd: 12, monthUsd: 365 });
    expect(warnings).toEqual([
      { at: 0.5, dayUsd: 6, monthUsd: 182.5 },
      { at: 0.9, dayUsd: 10.8, monthUsd: 328.5 },
    ]);
  });

  it("never caps a day above the month", () => {
    expect(adviseBudget({ monthlyUsd: 100, peakDay: 100 }).cap).toEqual({ dayUsd: 150, monthUsd: 150 });
  });

  it("does not warn at what is expected", () => {
    const { expected, warnings } = adviseBudget({ monthlyUsd: 625 });
    expect(warnings[0]?.monthUsd).toBeGreaterThan(expected.monthUsd);
  });

  it("lets what is expected through, whatever the margins, and is in whole cents", () => {
    const margin = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), margin, margin, (monthlyUsd, headroom, more) => {
        const { expected, cap } = adviseBudget({ monthlyUsd, headroom, peakDay: 1 + more });
        expect(cap.monthUsd).toBeGreaterThanOrEqual(expected.monthUsd * (1 - 1e-9));
        expect(cap.dayUsd).toBeGreaterThanOrEqual(expected.dayUsd * (1 - 1e-9));
        expect(cap.dayUsd).toBeLessThanOrEqual(cap.monthUsd);
        expect(Number(cap.dayUsd.toFixed(2))).toBe(cap.dayUsd);
      }),
    );
  });

  it.each([
    [{}, "monthlyUsd: must be USD, 0 or more, got nothing"],
    [{ monthlyUsd: -1 }, "monthlyUsd: must be USD, 0 or more, got -1"],
    [
      { monthlyUsd: 1, headroom: -0.1 },
      "headroom: must be a share, 0 or more, such as 0.5 for half as much again, got -0.1",
    ],
    [{ monthlyUsd: 1, peakDay: 0.5 }, "peakDay: must be a factor, 1 or more, got 0.5"],
    [{ monthlyUsd: 1, warnAt: [80] }, "warnAt[0]: must be a share from 0 to 1, got 80"],
    [{ monthlyUsd: 1, warnAt: 0.8 }, "warnAt: must be an array of shares of the cap, got a number"],
    [{ monthlyUsd: 1, headrom: 1 }, 'headrom: is not an option (did you mean "headroom"?)'],
  ])("refuses %j", (options, fault) => {
    expect(faults(options)).toEqual([fault]);
  });
});
