import { describe, expect, it } from "vitest";
import { weightedStrategy } from "../../src/plan/weighted.ts";
import { orderOf, targetNamed } from "./planning.ts";

const targets = [
  targetNamed("light", { weight: 1 }),
  targetNamed("heavy", { weight: 16 }),
  targetNamed("middle", { weight: 3 }),
];

describe("weightedStrategy", () => {
  it.each([
    [0, "light"],
    [0.049, "light"],
    [0.05, "heavy"],
    [0.849, "heavy"],
    [0.85, "middle"],
    [0.999, "middle"],
  ])("at %d picks %s first", (random, first) => {
    expect(orderOf(weightedStrategy(), { targets, randoms: [random] })[0]).toBe(first);
  });

  it("lets the rest follow from heavy to light", () => {
    expect(orderOf(weightedStrategy(), { targets, randoms: [0.9] })).toEqual(["middle", "heavy", "light"]);
  });

  it("never picks a target of weight 0 first", () => {
    const spare = [targetNamed("spare", { weight: 0 }), targetNamed("main", { weight: 1 })];
    expect(orderOf(weightedStrategy(), { targets: spare, randoms: [0] })).toEqual(["main", "spare"]);
  });

  it("keeps the order of the tier when all weights are 0", () => {
    const spares = [targetNamed("b", { weight: 0 }), targetNamed("a", { weight: 0 })];
    expect(orderOf(weightedStrategy(), { targets: spares, randoms: [0.5] })).toEqual(["b", "a"]);
  });
});
