import * as fc from "fast-check";
import { expect, it } from "vitest";
import { quantileRanks } from "../../src/lib/quantile-ranks.ts";
import { seededRandom } from "../../src/testing/seeded-random.ts";

// Published tables of the interval of a median, such as Conover's A3 read for p = 0.5.
it.each([
  [6, 1, 6],
  [10, 2, 9],
  [20, 6, 15],
  [50, 18, 33],
  [100, 40, 61],
])("of %i numbers the median lies between places %i and %i", (count, low, high) => {
  expect(quantileRanks(count, 0.5, 0.95)).toEqual({ low, high });
});

it("has no upper bound of a p95 before the largest of so many may well lie above it", () => {
  // 0.95 ** 72 is the first below 0.025.
  expect(quantileRanks(71, 0.95, 0.95).high).toBeUndefined();
  expect(quantileRanks(72, 0.95, 0.95).high).toBe(72);
});

it("says nothing of a sample without numbers, or with one", () => {
  expect(quantileRanks(0, 0.5, 0.95)).toEqual({ low: undefined, high: undefined });
  expect(quantileRanks(1, 0.5, 0.95)).toEqual({ low: undefined, high: undefined });
});

it("stays within the sample, on both sides of the quantile", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(0.5, 0.9, 0.95, 0.99), (count, quantile) => {
      const { low = 0, high = count + 1 } = quantileRanks(count, quantile, 0.95);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(quantile * count + 1);
      expect(high).toBeGreaterThanOrEqual(quantile * count);
      expect(high).toBeLessThanOrEqual(count + 1);
    }),
  );
});

it("is about as wide as the normal distribution says in a sample of a million", () => {
  const { low = 0, high = 0 } = quantileRanks(1_000_000, 0.95, 0.95);
  const deviations = (high - low) / 2 / Math.sqrt(1_000_000 * 0.95 * 0.05);
  expect(deviations).toBeCloseTo(1.96, 2);
});

it.each([0.5, 0.95])("holds the true quantile of %d at least 95 times in 100", (quantile) => {
  const random = seededRandom(5);
  const truth = -Math.log(1 - quantile);
  let held = 0;
  for (let run = 0; run < 2000; run += 1) {
    const sample = Array.from({ length: 120 }, () => -Math.log(1 - random())).toSorted((a, b) => a - b);
    const { low, high } = quantileRanks(sample.length, quantile, 0.95);
    const above = low === undefined || (sample[low - 1] ?? 0) <= truth;
    const below = high === undefined || (sample[high - 1] ?? 0) >= truth;
    if (above && below) held += 1;
  }
  expect(held / 2000).toBeGreaterThan(0.945);
  expect(held / 2000).toBeLessThan(0.98);
});
