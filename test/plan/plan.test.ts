import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Capability, LeftOutReason, TargetView } from "../../src/glossary.ts";
import type { Strategy } from "../../src/strategy.ts";
import { cheapestStrategy } from "../../src/plan/cheapest.ts";
import { fastestStrategy } from "../../src/plan/fastest.ts";
import { leastBusyStrategy } from "../../src/plan/least-busy.ts";
import { plan } from "../../src/plan/plan.ts";
import { weightedStrategy } from "../../src/plan/weighted.ts";
import { anyPlanning, planningWith, requestWith, targetNamed } from "./planning.ts";

const a = targetNamed("a");
const b = targetNamed("b");
const c = targetNamed("c");
const targets = [a, b, c];

describe("plan", () => {
  it("hands the tier's own list on when nothing is left out and the strategy keeps it", () => {
    expect(plan(planningWith({ targets })).targets).toBe(targets);
  });

  it("orders by the strategy", () => {
    const strategy: Strategy = { name: "backwards", order: (list) => list.toReversed() };
    expect(plan(planningWith({ targets, strategy })).targets).toEqual([c, b, a]);
  });

  it("plans the empty chain for no targets", () => {
    expect(plan(planningWith({ targets: [] }))).toEqual({ targets: [], leftOut: [], lastResort: false });
  });

  it("puts the target of the hints first whatever the strategy says", () => {
    const request = requestWith({ hints: { tier: "cheap", target: "b" } });
    expect(plan(planningWith({ targets, request })).targets).toEqual([b, a, c]);
  });

  it("passes over a target of the hints that is out", () => {
    const request = requestWith({ hints: { target: "b" } });
    expect(plan(planningWith({ targets, request, states: { b: { out: "breaker_open" } } })).targets).toEqual([a, c]);
  });
});

describe("plan leaves out by capability", () => {
  const textOnly = targetNamed("text", { capabilities: new Set(["streaming"]) });
  const able = targetNamed("able", { capabilities: new Set(["vision", "tools", "streaming"]) });
  const request = requestWith({ needs: new Set(["vision", "tools"]) });

  it("a target that lacks what the request needs, and says what", () => {
    const { targets: chain, leftOut } = plan(planningWith({ targets: [textOnly, able], request }));
    expect(chain).toEqual([able]);
    expect(leftOut).toEqual([
      { target: "text", reason: "capability", detail: "lacks what the request needs: vision, tools" },
    ]);
  });

  it("no target whose capabilities are unknown", () => {
    expect(plan(planningWith({ targets: [a], request })).targets).toEqual([a]);
  });

  it("without a look at the needs when no target declares capabilities", () => {
    const needs = vi.fn<() => ReadonlySet<Capability>>(() => new Set());
    plan(planningWith({ targets, request: Object.defineProperty(requestWith(), "needs", { get: needs }) }));
    expect(needs).not.toHaveBeenCalled();
  });
});

describe("plan leaves out by context window", () => {
  const small = targetNamed("small", { contextWindow: 1_000 });
  const large = targetNamed("large", { contextWindow: 10_000 });

  it("a target that can not take prompt and answer together", () => {
    const request = requestWith({ body: { max_tokens: 300 } });
    const { leftOut } = plan(planningWith({ targets: [small, large], request, promptTokens: () => 701 }));
    expect(leftOut).toEqual([
      { target: "small", reason: "context_window", detail: "takes 1000 tokens, and the call needs about 1001" },
    ]);
  });

  it("no target that the call just fits", () => {
    const request = requestWith({ body: { max_completion_tokens: 300 } });
    expect(plan(planningWith({ targets: [small], request, promptTokens: () => 700 })).targets).toEqual([small]);
  });

  it("with one estimate of the prompt for all targets", () => {
    let estimates = 0;
    const promptTokens = (): number => (estimates += 1);
    plan(planningWith({ targets: [small, large], promptTokens }));
    expect(estimates).toBe(1);
  });

  it("without an estimate when no target declares its window", () => {
    let estimates = 0;
    const promptTokens = (): number => (estimates += 1);
    plan(planningWith({ targets, promptTokens }));
    expect(estimates).toBe(0);
  });
});

describe("plan leaves out by region", () => {
  const us = targetNamed("us", { region: "us-east-1" });
  const eu = targetNamed("eu", { region: "eu-west-1" });
  const request = requestWith({ hints: { region: "eu-west-1" } });

  it("every target that is not known to run in the region of the hints", () => {
    const { targets: chain, leftOut } = plan(planningWith({ targets: [us, eu, a], request }));
    expect(chain).toEqual([eu]);
    expect(leftOut.map(({ target, detail }) => [target, detail])).toEqual([
      ["us", "runs in us-east-1, and the call must stay in eu-west-1"],
      ["a", "has no region, and the call must stay in eu-west-1"],
    ]);
  });

  it("even when that leaves nothing", () => {
    expect(plan(planningWith({ targets: [us], request }))).toMatchObject({ targets: [], lastResort: false });
  });

  it("even when the targets of the region are out", () => {
    const chain = plan(planningWith({ targets: [us, eu], request, states: { eu: { out: "breaker_open" } } }));
    expect(chain).toMatchObject({ targets: [eu], lastResort: true });
  });
});

describe("plan leaves out by state", () => {
  it("a target that is out, and says until when", () => {
    const states = { a: { out: "breaker_open", dueAt: 13_000 } } as const;
    const { targets: chain, leftOut } = plan(planningWith({ targets, states, now: 1_500 }));
    expect(chain).toEqual([b, c]);
    expect(leftOut).toEqual([
      { target: "a", reason: "breaker_open", detail: "its breaker is open, due again in 12 s" },
    ]);
  });

  it("a target that is due but being tried", () => {
    const { leftOut } = plan(
      planningWith({ targets, states: { a: { out: "breaker_open", dueAt: 1_000 } }, now: 1_000 }),
    );
    expect(leftOut[0]?.detail).toBe("its breaker is open, and another call is trying it");
  });

  it("all but the one that is due first when all are out", () => {
    const states = {
      a: { out: "breaker_open", dueAt: 3_000 },
      b: { out: "rate_limited", dueAt: 2_000 },
      c: { out: "quota_exhausted", dueAt: 2_000 },
    } as const;
    const chain = plan(planningWith({ targets, states }));
    expect(chain).toMatchObject({ targets: [b], lastResort: true });
    expect(chain.leftOut.map(({ target }) => target)).toEqual(["a", "c"]);
  });
});

describe("plan with a strategy that does not keep to the rules", () => {
  const stranger = targetNamed("stranger");

  it.each<[string, readonly TargetView[], readonly TargetView[]]>([
    ["adds the targets it forgot at the end", [c], [c, a, b]],
    ["drops the targets it invented", [stranger, b, c, a], [b, c, a]],
    ["tries a target once that it repeated", [b, b, a], [b, a, c]],
  ])("%s", (_, given, expected) => {
    const strategy: Strategy = { name: "odd", order: () => given };
    expect(plan(planningWith({ targets, strategy })).targets).toEqual(expected);
  });
});

describe("any plan", () => {
  const strategies = [undefined, cheapestStrategy(), fastestStrategy(), weightedStrategy(), leastBusyStrategy()];
  const anyInput = fc
    .tuple(anyPlanning, fc.constantFrom(...strategies))
    .map(([parts, strategy]) => planningWith(strategy === undefined ? parts : { ...parts, strategy }));
  const permanent = new Set<LeftOutReason>(["capability", "context_window", "region"]);

  it("names each target once: in the chain, or as left out", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const chain = plan(input);
        const named = [...chain.targets.map(({ id }) => id), ...chain.leftOut.map(({ target }) => target)];
        expect(named.toSorted()).toEqual(input.targets.map(({ id }) => id).toSorted());
      }),
    );
  });

  it("is empty only when every target is left out for good", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const chain = plan(input);
        const hopeless = chain.leftOut.filter(({ reason }) => permanent.has(reason));
        expect(chain.targets.length === 0).toBe(hopeless.length === input.targets.length);
      }),
    );
  });

  it("has a target that is out only as the last resort, and then only that", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { targets: chain, lastResort } = plan(input);
        const out = chain.filter((target) => input.stateOf(target).out !== undefined);
        expect(out).toEqual(lastResort ? [chain[0]] : []);
        expect(lastResort && chain.length > 1).toBe(false);
      }),
    );
  });
});
