import { describe, expect, it } from "vitest";
import { toCents, upToCents, withoutNoise } from "../../src/planning/round.ts";

describe("amounts", () => {
  it.each([
    [1.835, 1.84],
    [1.005, 1.01],
    [0.8 * 1.25 + 0.15 * 1.4 + 0.05 * 12.5, 1.84],
    [1.8349, 1.83],
    [50_000, 50_000],
    [-1.025, -1.03],
  ])("of %d are %d to the cent, half a cent away from 0", (usd, cents) => {
    expect(toCents(usd)).toBe(cents);
  });

  it.each([
    [0.1 + 0.2, 0.3],
    [1.1, 1.1],
    [1.1001, 1.11],
    [0, 0],
  ])("of %d are at most %d", (usd, cents) => {
    expect(upToCents(usd)).toBe(cents);
  });

  it("lose the noise of binary fractions and nothing else", () => {
    expect([0.1 + 0.2, 1.8350000000000002, 123_456.789].map(withoutNoise)).toEqual([0.3, 1.835, 123_456.789]);
  });
});
