import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutageOptions } from "../../src/planning/options.ts";
import { compareOutages } from "../../src/planning/outages.ts";
import { faultsOf } from "../config/options-of.ts";

const risk: OutageOptions = { revenuePerHourUsd: 1000, uptime: 0.999, premiumUptime: 0.9999, premiumUsd: 625 };
const netAt = (revenuePerHourUsd: number) => compareOutages({ ...risk, revenuePerHourUsd }).netUsd;
const faults = (changes: object) => faultsOf(() => compareOutages({ ...risk, ...changes }));

describe("compareOutages", () => {
  it("counts 8.76 hours a year for an uptime of 99.9 %", () => {
    const { standard, premium } = compareOutages(risk);
    expect([standard.hoursPerYear, premium.hoursPerYear]).toEqual([8.76, 0.876]);
  });

  it("sets what the premium tier avoids against what it costs", () => {
    const { standard, premium, avoidedUsd, netUsd, pays } = compareOutages(risk);
    expect([standard.lostUsd, premium.lostUsd, avoidedUsd, netUsd, pays]).toEqual([730, 73, 657, 32, true]);
    expect(compareOutages({ ...risk, premiumUsd: 700 })).toMatchObject({ netUsd: -43, pays: false });
  });

  it("counts the share of the revenue that is lost", () => {
    expect(compareOutages({ ...risk, lostShare: 0.1 })).toMatchObject({ avoidedUsd: 65.7, pays: false });
  });

  it("knows from which revenue, and below which uptime, the premium tier pays", () => {
    const { breakEvenRevenuePerHourUsd = NaN, breakEvenUptime = NaN } = compareOutages(risk);
    expect(compareOutages({ ...risk, revenuePerHourUsd: breakEvenRevenuePerHourUsd }).netUsd).toBeCloseTo(0, 6);
    expect(compareOutages({ ...risk, uptime: breakEvenUptime }).netUsd).toBeCloseTo(0, 6);
    expect(breakEvenRevenuePerHourUsd).toBeCloseTo(951.29, 2);
  });

  it.each([
    ["the premium tier is up no more", { premiumUptime: 0.999 }],
    ["the premium tier is up less", { premiumUptime: 0.99, premiumUsd: 0 }],
    ["nothing is lost", { lostShare: 0 }],
  ])("knows no revenue from which it pays when %s", (_, changes) => {
    expect(compareOutages({ ...risk, ...changes }).breakEvenRevenuePerHourUsd).toBeUndefined();
  });

  it.each([
    ["nothing is earned", { revenuePerHourUsd: 0 }],
    ["it costs more than a month earns", { premiumUsd: 1e9 }],
  ])("knows no uptime below which it pays when %s", (_, changes) => {
    expect(compareOutages({ ...risk, ...changes }).breakEvenUptime).toBeUndefined();
  });

  it("gains more with every hour that earns more", () => {
    const usd = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(usd, usd, (revenue, more) => {
        expect(netAt(revenue + more)).toBeGreaterThanOrEqual(netAt(revenue));
      }),
    );
  });

  const time = "must be a share of the time from 0 to 1, such as 0.999 for 99.9 %";

  it.each([
    [{ uptime: 99.9 }, `uptime: ${time}, got 99.9`],
    [{ premiumUptime: undefined }, `premiumUptime: ${time}, got nothing`],
    [{ revenuePerHourUsd: "1000" }, 'revenuePerHourUsd: must be USD, 0 or more, got "1000"'],
    [{ lostShare: 2 }, "lostShare: must be a share from 0 to 1, got 2"],
    [{ premiumUsd: Infinity }, "premiumUsd: must be USD, 0 or more, got Infinity"],
    [{ upTime: 1 }, 'upTime: is not an option (did you mean "uptime"?)'],
  ])("refuses %j", (changes, fault) => {
    expect(faults(changes)).toEqual([fault]);
  });
});
