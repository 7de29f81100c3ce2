import { describe, expect, it } from "vitest";
import type { TargetView } from "../../src/glossary.ts";
import type { SlowState } from "../../src/state/slow-watch.ts";
import { explain } from "../../src/plan/explain.ts";
import { plan } from "../../src/plan/plan.ts";
import { planningWith, requestWith, targetNamed, type PlanningParts } from "./planning.ts";

const a = targetNamed("a");
const b = targetNamed("b");
const c = targetNamed("c");
const targets = [a, b, c];
const state: SlowState = { latencyMs: 500, slowRate: 0.6, dueAt: 12_000 };

function planWith(slow: readonly TargetView[], parts: PlanningParts = {}) {
  return plan({
    ...planningWith({ targets, ...parts }),
    slowOf: (target) => (slow.includes(target) ? state : undefined),
  });
}

describe("a slow target", () => {
  it("comes after the others, which keep their order", () => {
    expect(planWith([a]).targets).toEqual([b, c, a]);
  });

  it("is named with the reason", () => {
    expect(planWith([a]).deferred).toEqual([
      { target: "a", reason: "slow", detail: "60 % of its calls took over 500 ms, due again in 12 s" },
    ]);
  });

  it("is named with the reason while another call probes it", () => {
    expect(planWith([a], { now: 12_000 }).deferred).toMatchObject([
      { detail: "60 % of its calls took over 500 ms, and another call is trying it" },
    ]);
  });

  it("stays first when the caller wants it", () => {
    const request = requestWith({ hints: { tier: "cheap", target: "a" } });
    expect(planWith([a, b], { request })).toMatchObject({ targets: [a, c, b], deferred: [{ target: "b" }] });
  });

  it("stays where it is when all are slow", () => {
    expect(planWith(targets)).toEqual({ targets, leftOut: [], lastResort: false });
  });

  it("serves when the others are out", () => {
    const states = { b: { out: "breaker_open" }, c: { out: "breaker_open" } } as const;
    expect(planWith([a], { states }).targets).toEqual([a]);
  });

  it("is explained", () => {
    const decision = { tier: "main", confidence: 1, reason: "the call names it", by: "model" };
    const { summary, deferred } = explain(decision, planWith([b]));
    expect(summary).toContain("Left to the end: b (60 % of its calls took over 500 ms, due again in 12 s).");
    expect(deferred).toMatchObject([{ target: "b", reason: "slow" }]);
  });
});
