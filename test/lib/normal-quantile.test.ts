import * as fc from "fast-check";
import { expect, it } from "vitest";
import { deviationsFor, normalQuantile } from "../../src/lib/normal-quantile.ts";

it.each([
  [0.5, 0],
  [0.8, 0.841_621],
  [0.9, 1.281_552],
  [0.975, 1.959_964],
  [0.995, 2.575_829],
  [0.9995, 3.290_527],
  [0.000_001, -4.753_424],
  [1e-12, -7.034_484],
])("the quantile of %d is %d", (probability, quantile) => {
  expect(normalQuantile(probability)).toBeCloseTo(quantile, 5);
});

it("rises with the probability, and is the same on both sides of the middle", () => {
  const probability = fc.double({ min: 1e-9, max: 0.499, noNaN: true });
  fc.assert(
    fc.property(probability, (below) => {
      expect(normalQuantile(below)).toBeLessThan(normalQuantile(below + 0.001));
      expect(normalQuantile(1 - below)).toBeCloseTo(-normalQuantile(below), 5);
    }),
  );
});

it("gives the deviations that hold a share of a normal distribution", () => {
  expect(deviationsFor(0.95)).toBeCloseTo(1.959_964, 5);
});
