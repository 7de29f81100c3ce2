import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differenceInterval, meanInterval, trialsToTell, wilsonInterval } from "../../src/lib/intervals.ts";
import { deviationsFor } from "../../src/lib/normal-quantile.ts";
import { seededRandom } from "../../src/testing/seeded-random.ts";

const z = deviationsFor(0.95);

describe("wilsonInterval()", () => {
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("is that of the published table for %i of %i", (...row) => {
    const [successes, trials, low, high] = row;
    const interval = wilsonInterval({ successes, trials }, z);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("says nothing of no trials", () => {
    expect(wilsonInterval({ successes: 0, trials: 0 }, z)).toEqual({ low: 0, high: 1 });
  });

  it("holds the share, and lies between 0 and 1", () => {
    const counts = fc.nat(10_000).chain((trials) => fc.tuple(fc.nat(trials + 1), fc.constant(trials + 1)));
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const { low, high } = wilsonInterval({ successes, trials }, z);
        const share = successes / trials;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(share + 1e-12);
        expect(high).toBeGreaterThanOrEqual(share - 1e-12);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([10, 30, 100])("holds the true share of %i trials 95 times in 100, over all shares", (trials) => {
    const shares = Array.from({ length: 199 }, (_, at) => (at + 1) / 200);
    const mean = shares.reduce((sum, share) => sum + coverage(trials, share), 0) / shares.length;
    expect(mean).toBeGreaterThan(0.945);
    expect(mean).toBeLessThan(0.96);
  });
});

/** How likely the interval holds the share, exactly: over all numbers of successes. */
function coverage(trials: number, share: number): number {
  let chance = (1 - share) ** trials;
  let held = 0;
  for (let successes = 0; successes <= trials; successes += 1) {
    const { low, high } = wilsonInterval({ successes, trials }, z);
    if (low <= share && share <= high) held += chance;
    chance *= ((trials - successes) / (successes + 1)) * (share / (1 - share));
  }
  return held;
}

describe("differenceInterval()", () => {
  // Newcombe (1998), 873–890, table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
  ])("is that of the published table for %i of %i and %i of %i", (...row) => {
    const [a, m, b, n, low, high] = row;
    const interval = differenceInterval({ successes: a, trials: m }, { successes: b, trials: n }, z);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("turns round with its proportions", () => {
    const one = { successes: 7, trials: 30 };
    const other = { successes: 20, trials: 41 };
    const { low, high } = differenceInterval(one, other, z);
    expect(differenceInterval(other, one, z)).toEqual({ low: -high, high: -low });
  });
});

describe("trialsToTell()", () => {
  it("is the number that the formula gives by hand", () => {
    // (1.96 + 0.8416)² · 2 · 0.8 · 0.2 / 0.1² = 251.2
    expect(trialsToTell(0.1, 0.8, z)).toBe(252);
  });

  it("is enough to find the difference four times in five", () => {
    const random = seededRandom(18);
    const trials = trialsToTell(0.1, 0.75, z);
    const draw = (share: number) => ({ trials, successes: count(trials, () => random() < share) });
    const found = count(1000, () => differenceInterval(draw(0.8), draw(0.7), z).low > 0);
    expect(found).toBeGreaterThan(770);
    expect(found).toBeLessThan(830);
  });
});

describe("meanInterval()", () => {
  // Quantiles of Student's t at 0.975, as every table has them.
  it.each([
    [4, 2.776],
    [9, 2.262],
    [29, 2.045],
    [99, 1.984],
  ])("is as wide as Student's t with %i degrees of freedom", (degrees, quantile) => {
    const numbers = degrees + 1;
    const interval = meanInterval({ count: numbers, mean: 10, squares: degrees * numbers }, z);
    expect(interval?.high).toBeCloseTo(10 + quantile, 3);
    expect(interval?.low).toBeCloseTo(10 - quantile, 3);
  });

  it("says nothing of four numbers", () => {
    expect(meanInterval({ count: 4, mean: 1, squares: 1 }, z)).toBeUndefined();
  });
});

function count(times: number, happens: () => boolean): number {
  let happened = 0;
  for (let at = 0; at < times; at += 1) if (happens()) happened += 1;
  return happened;
}
