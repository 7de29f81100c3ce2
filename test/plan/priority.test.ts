import { describe, expect, it } from "vitest";
import { priorityStrategy } from "../../src/plan/priority.ts";
import { planningWith, targetNamed } from "./planning.ts";

describe("priorityStrategy", () => {
  it("keeps the order of the tier, without a copy", () => {
    const targets = [targetNamed("b"), targetNamed("a")];
    expect(priorityStrategy().order(targets, planningWith({ targets }))).toBe(targets);
  });
});
