import { describe, expect, it } from "vitest";
import { differences, type Rated } from "../../src/report/differences.ts";
import { seededRandom } from "../../src/testing/seeded-random.ts";

const terms = { confidence: 0.95, minDifference: 0.1 };

function rated(name: string, successes: number, trials = 100): Rated {
  return { name, rated: { successes, trials } };
}

function sureOf(...all: readonly Rated[]): string[] {
  const pairs = differences(all, terms).filter(({ isSure }) => isSure);
  return pairs.map(({ better, worse }) => `${better.name} > ${worse.name}`);
}

describe("differences()", () => {
  it("tells two apart whose interval of the difference is above 0", () => {
    expect(sureOf(rated("a", 70), rated("b", 84))).toEqual(["b > a"]);
  });

  it("does not tell two apart whose interval has 0 in it", () => {
    expect(sureOf(rated("a", 75), rated("b", 84))).toEqual([]);
  });

  it("asks more of the same two when there are others to be taken for different by chance", () => {
    const others = [rated("c", 78), rated("d", 78), rated("e", 78)];
    expect(sureOf(rated("a", 70), rated("b", 84), ...others)).not.toContain("b > a");
  });

  it("asks less of the next pair once one is told apart", () => {
    // Against 3 pairs, b and a are not different for sure; c is far below both, and leaves one pair.
    expect(sureOf(rated("a", 70), rated("b", 84), rated("c", 20))).toContain("b > a");
  });

  it("gives an interval that says the same as the verdict", () => {
    const pairs = differences([rated("a", 70), rated("b", 84), rated("c", 20), rated("d", 80)], terms);
    expect(pairs.map(({ difference }) => difference.low > 0)).toEqual(pairs.map(({ isSure }) => isSure));
  });

  it("says how much feedback is missing to have found a difference that matters", () => {
    const [pair] = differences([rated("a", 80), rated("b", 820, 1000)], terms);
    // Of 900 good of 1,100 Wilson's middle is 0.8171, which asks for 235 each: (1.96 + 0.8416)² · 2 · 0.8171 · 0.1829 / 0.1².
    expect(pair?.missing).toEqual([0, 135]);
  });

  it("finds a difference where there is none in 5 of 100 reports at most, however many are compared", () => {
    const random = seededRandom(21);
    const draw = (name: string): Rated =>
      rated(name, Array.from({ length: 150 }, random).filter((at) => at < 0.8).length, 150);
    let wrong = 0;
    for (let run = 0; run < 1000; run += 1)
      if (sureOf(draw("a"), draw("b"), draw("c"), draw("d")).length > 0) wrong += 1;
    expect(wrong / 1000).toBeLessThan(0.055);
    expect(wrong / 1000).toBeGreaterThan(0.01);
  });
});
