import { describe, expect, it } from "vitest";
import type { RouterOptions } from "../../src/index.ts";
import { errorOf, messages, startFleet, textOf, type Fleet } from "./setup.ts";

const spent = { limitUsd: 0, per: "day" } as const;
const call = { model: "premium", messages };

/** Tiers with two targets each, all on one server; `cheap` shares one with `balanced`. */
function startTiers(options: Partial<RouterOptions>): Promise<Fleet> {
  return startFleet({
    tiers: { cheap: ["c1", "c2"], balanced: ["b1", "c2"], premium: ["p1", "p2"] },
    prices: { c1: 1, c2: 1, b1: 1, p1: 1, p2: 1 },
    retry: { maxRetries: 0 },
    ...options,
  });
}

describe("a spent budget that downgrades", () => {
  const premium = { ...spent, tier: "premium", onSpent: { downgradeTo: "balanced" } } as const;
  const balanced = { ...spent, tier: "balanced", onSpent: { downgradeTo: "cheap" } } as const;

  it("sends the call on to the other tier", async () => {
    await using tiers = await startTiers({ budgets: { premium } });
    const completion = await tiers.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b1");
    expect(tiers.router.recordOf(completion)).toMatchObject({
      tier: "balanced",
      downgradedFrom: "premium",
      target: "b1",
      fellBack: false,
      reason: expect.stringContaining('sent on from "premium", as the budget "premium" has $0 left of $0') as string,
    });
  });

  it("tells so", async () => {
    await using tiers = await startTiers({ budgets: { premium } });
    await tiers.router.chat.completions.create(call);
    expect(tiers.events.of("budget:downgrade")).toMatchObject([
      { budget: "premium", from: "premium", to: "balanced", resetsAt: expect.any(Number) as number },
    ]);
  });

  it("sends it on again when the budget there is spent, too", async () => {
    await using tiers = await startTiers({ budgets: { premium, balanced } });
    const completion = await tiers.router.chat.completions.create(call);
    expect(tiers.router.recordOf(completion)).toMatchObject({ tier: "cheap", downgradedFrom: "premium", target: "c1" });
  });

  it("refuses it, with the first budget's error, when nobody can pay", async () => {
    const cheap = { ...spent, tier: "cheap" } as const;
    await using tiers = await startTiers({ budgets: { premium, balanced, cheap } });
    const error = await errorOf(tiers.router.chat.completions.create(call));
    expect(error).toMatchObject({ code: "budget_spent", budget: "premium" });
    expect(tiers.router.recordOf(error)).toMatchObject({ tier: "cheap", downgradedFrom: "premium" });
    expect(tiers.provider.hits()).toBe(0);
  });

  it("stays on the way when it is for all tiers", async () => {
    const all = { ...spent, onSpent: { downgradeTo: "cheap" } } as const;
    await using tiers = await startTiers({ budgets: { all } });
    expect(await errorOf(tiers.router.chat.completions.create(call))).toMatchObject({ budget: "all" });
    expect(tiers.events.of("budget:downgrade")).toHaveLength(1);
  });

  it("does not send it to a tier that can not serve it", async () => {
    const targets = { b1: { region: "us" }, c2: { region: "us" }, p1: { region: "eu" }, p2: { region: "eu" } };
    await using tiers = await startTiers({ budgets: { premium }, targets });
    const view = tiers.router.with({ region: "eu" });
    expect(await errorOf(view.chat.completions.create(call))).toMatchObject({ code: "budget_spent" });
    expect(tiers.events.of("budget:downgrade")).toEqual([]);
  });

  it("is found by a fallback in the middle of a call, which goes on at the other tier", async () => {
    const p2 = { ...spent, target: "p2", onSpent: { downgradeTo: "balanced" } } as const;
    await using tiers = await startTiers({ budgets: { p2 } });
    tiers.provider.fail("p1", 500);
    const completion = await tiers.router.chat.completions.create(call);
    expect(tiers.router.recordOf(completion)).toMatchObject({
      target: "b1",
      tier: "balanced",
      downgradedFrom: "premium",
      fellBack: true,
    });
    expect(tiers.provider.hits("p2")).toBe(0);
  });

  it("goes along the whole chain of the other tier", async () => {
    const p2 = { ...spent, target: "p2", onSpent: { downgradeTo: "balanced" } } as const;
    await using tiers = await startTiers({ budgets: { p2 } });
    tiers.provider.fail("p1", 500);
    tiers.provider.fail("b1", 500);
    const completion = await tiers.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is c2");
    expect(tiers.router.recordOf(completion).attempts.map(({ target }) => target)).toEqual(["p1", "b1", "c2"]);
  });

  it("counts the call under the tier that served it", async () => {
    const cheap = { limitUsd: 1, per: "day", tier: "balanced" } as const;
    await using tiers = await startTiers({ budgets: { premium, cheap } });
    const completion = await tiers.router.chat.completions.create(call);
    const states = await tiers.router.budgets();
    expect(states.find(({ budget }) => budget === "cheap")?.spentUsd).toBeCloseTo(
      tiers.router.recordOf(completion).costUsd ?? NaN,
      9,
    );
  });
});
