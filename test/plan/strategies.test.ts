import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cheapestStrategy } from "../../src/plan/cheapest.ts";
import { fastestStrategy } from "../../src/plan/fastest.ts";
import { leastBusyStrategy } from "../../src/plan/least-busy.ts";
import { priorityStrategy } from "../../src/plan/priority.ts";
import { weightedStrategy } from "../../src/plan/weighted.ts";
import { anyPlanning, planningWith } from "./planning.ts";

describe.each([priorityStrategy(), cheapestStrategy(), fastestStrategy(), weightedStrategy(), leastBusyStrategy()])(
  "$name strategy",
  (strategy) => {
    it("gives back every target once and no other", () => {
      fc.assert(
        fc.property(anyPlanning, (parts) => {
          const ordered = strategy.order(parts.targets, planningWith(parts));
          expect(ordered.toSorted(byId)).toEqual(parts.targets.toSorted(byId));
        }),
      );
    });

    it("leaves its input as it was", () => {
      fc.assert(
        fc.property(anyPlanning, (parts) => {
          const before = [...parts.targets];
          strategy.order(parts.targets, planningWith(parts));
          expect(parts.targets).toEqual(before);
        }),
      );
    });

    it("gives the same order for the same randomness", () => {
      fc.assert(
        fc.property(anyPlanning, (parts) => {
          const once = strategy.order(parts.targets, planningWith(parts));
          expect(strategy.order(parts.targets, planningWith(parts))).toEqual(once);
        }),
      );
    });
  },
);

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : 1;
}
