import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Strategy } from "../../src/strategy.ts";
import { plan } from "../../src/plan/plan.ts";
import { weightedStrategy } from "../../src/plan/weighted.ts";
import { anyPlanning, planningWith, requestWith, targetNamed, type PlanningParts } from "./planning.ts";

const a = targetNamed("a");
const b = targetNamed("b");
const glass = targetNamed("glass", { breakGlass: true });
const targets = [glass, a, b];

const idsOf = (parts: PlanningParts): readonly string[] => plan(planningWith(parts)).targets.map(({ id }) => id);
const out = { out: "breaker_open" } as const;

describe("plan puts a break-glass target", () => {
  it("last, wherever the tier names it", () => {
    expect(idsOf({ targets })).toEqual(["a", "b", "glass"]);
  });

  it("last, whatever the strategy would say: it does not get to see it", () => {
    const order = vi.fn<Strategy["order"]>((list) => list.toReversed());
    expect(idsOf({ targets, strategy: { name: "spy", order } })).toEqual(["b", "a", "glass"]);
    expect(order.mock.calls[0]?.[0]).toEqual([a, b]);
  });

  it("last, whatever its weight", () => {
    const heavy = { ...glass, weight: 1_000_000 };
    expect(idsOf({ targets: [heavy, a, b], strategy: weightedStrategy(), randoms: [0] })).toEqual(["a", "b", "glass"]);
  });

  it("last, in whichever region calls are preferred", () => {
    const near = { ...glass, region: "eu-west-1" };
    const preferredRegions = [(region: string) => region === "eu-west-1"];
    expect(idsOf({ targets: [near, a, b], preferredRegions })).toEqual(["a", "b", "glass"]);
  });

  it("behind targets that were slow", () => {
    const slow = { latencyMs: 10, slowRate: 1, dueAt: 1 };
    expect(idsOf({ targets, slowOf: ({ id }) => (id === "a" ? slow : undefined) })).toEqual(["b", "a", "glass"]);
  });

  it("first when all others are out", () => {
    expect(idsOf({ targets, states: { a: out, b: out } })).toEqual(["glass"]);
  });

  it("first when the caller names it", () => {
    const request = requestWith({ hints: { target: "glass" } });
    expect(idsOf({ targets, request, named: "glass" })).toEqual(["glass", "a", "b"]);
  });

  it("behind the target that the caller names", () => {
    expect(idsOf({ targets, request: requestWith({ hints: { target: "b" } }), named: "b" })).toEqual([
      "b",
      "a",
      "glass",
    ]);
  });
});

describe("plan leaves a break-glass target out", () => {
  it("of a batch's call", () => {
    const { targets: chain, leftOut } = plan(
      planningWith({ targets, glassKeptFrom: "batch", states: { a: out, b: out } }),
    );
    expect(chain.map(({ breakGlass }) => breakGlass)).toEqual([false]);
    expect(leftOut).toContainEqual({
      target: "glass",
      reason: "break_glass",
      detail: "is kept for emergencies, and nobody waits for the calls of a batch",
    });
  });

  it("of a batch's call not when the call names it", () => {
    expect(idsOf({ targets: [glass], glassKeptFrom: "batch", named: "glass" })).toEqual(["glass"]);
  });

  it("of a classifier's call, also when that names it", () => {
    expect(plan(planningWith({ targets: [glass], glassKeptFrom: "classifier", named: "glass" }))).toMatchObject({
      targets: [],
      leftOut: [{ target: "glass", reason: "break_glass" }],
    });
  });

  it("where the call may not go", () => {
    const request = requestWith({ hints: { allowedRegions: ["eu-*"] } });
    expect(plan(planningWith({ targets: [glass], request })).leftOut).toMatchObject([{ reason: "region" }]);
  });
});

it("plan never puts a break-glass target before another one that can serve", () => {
  const anyWithGlass = fc.tuple(anyPlanning, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }));
  fc.assert(
    fc.property(anyWithGlass, ([planning, behind]) => {
      const mixed = planning.targets.map((target, index) => ({ ...target, breakGlass: behind[index] === true }));
      const chain = plan(planningWith({ ...planning, targets: mixed })).targets.map(({ breakGlass }) => breakGlass);
      expect(chain).toEqual(chain.toSorted((one, other) => Number(one) - Number(other)));
    }),
  );
});
