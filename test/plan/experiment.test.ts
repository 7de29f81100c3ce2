import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResolvedExperiment } from "../../src/config/resolved.ts";
import { assignedIn } from "../../src/plan/experiment.ts";
import { plan } from "../../src/plan/plan.ts";
import { planningWith, requestWith, targetNamed } from "./planning.ts";

function experiment(weights: Readonly<Record<string, number>>, name = "titles"): ResolvedExperiment {
  const variants = Object.entries(weights).map(([variant, weight]) => ({ name: variant, weight, targets: [variant] }));
  return {
    name,
    variants: variants as unknown as ResolvedExperiment["variants"],
    by: "user",
    keyOf: ({ hints }) => hints.user,
  };
}

function sideOf(given: ResolvedExperiment, user: string | undefined, random: () => number = fail): string {
  return assignedIn(given, requestWith({ hints: { user } }), random).variant.name;
}

function fail(): never {
  throw new Error("A call with a key draws no lot.");
}

const users = Array.from({ length: 20_000 }, (_, at) => `user-${at}`);

describe("assignedIn()", () => {
  it.each([
    ["numbered users", (at: number) => `user-${at}`],
    ["bare numbers", (at: number) => String(at)],
    ["users that differ at the beginning", (at: number) => `${at}@example.com`],
    ["long names that differ in one character", (at: number) => "a".repeat(200) + String.fromCodePoint(0x4e00 + at)],
  ])("shares out as weighted over 20,000 %s", (_what, keyOf) => {
    const given = experiment({ a: 80, b: 15, c: 5 });
    const sides = users.map((_, at) => sideOf(given, keyOf(at)));
    const shares = ["a", "b", "c"].map((side) => (100 * sides.filter((one) => one === side).length) / users.length);
    // Four standard deviations: 1.13, 1.01 and 0.62.
    expect(shares[0]).toBeCloseTo(80, -0.4);
    expect(shares[1]).toBeCloseTo(15, -0.4);
    expect(shares[2]).toBeCloseTo(5, -0.1);
  });

  it("puts a key on the same side always, whatever the order in which variants are written", () => {
    fc.assert(
      fc.property(fc.string(), (user) => {
        expect(sideOf(experiment({ a: 1, b: 2, c: 1 }), user)).toBe(sideOf(experiment({ c: 1, b: 2, a: 1 }), user));
      }),
    );
  });

  // So that a change of the hash, which would put everybody on another side, does not go unnoticed.
  it("puts these users on these sides, in every version", () => {
    const sides = users.slice(0, 12).map((user) => sideOf(experiment({ a: 1, b: 1 }), user));
    expect(sides.join("")).toBe("bbbbbabbabaa");
  });

  it("moves only those who must move when a variant gains weight", () => {
    const weights = fc.record({
      a: fc.integer({ min: 1, max: 99 }),
      b: fc.integer({ min: 1, max: 99 }),
      c: fc.nat(99),
    });
    const more = fc.integer({ min: 1, max: 99 });
    fc.assert(
      fc.property(weights, more, (before, gain) => {
        const [now, then] = [experiment({ ...before, b: before.b + gain }), experiment(before)];
        const moved = users.slice(0, 50).filter((user) => sideOf(now, user) !== sideOf(then, user));
        expect(moved.filter((user) => sideOf(now, user) !== "b")).toEqual([]);
      }),
    );
  });

  it("moves no more than the share that a variant gains", () => {
    const [before, after] = [experiment({ a: 90, b: 10 }), experiment({ a: 80, b: 20 })];
    const moved = users.filter((user) => sideOf(before, user) !== sideOf(after, user)).length / users.length;
    expect(moved).toBeCloseTo(0.1, 1.8);
  });

  it("draws anew under another name: one experiment says nothing of the other", () => {
    const [one, other] = [experiment({ a: 1, b: 1 }), experiment({ a: 1, b: 1 }, "mails")];
    const ofOne = users.filter((user) => sideOf(one, user) === "a");
    const both = ofOne.filter((user) => sideOf(other, user) === "a").length / ofOne.length;
    expect(both).toBeCloseTo(0.5, 1.5);
  });

  it("gives nothing to a variant with weight 0", () => {
    const given = experiment({ a: 0, b: 1, c: 0 });
    expect(new Set(users.slice(0, 1000).map((user) => sideOf(given, user)))).toEqual(new Set(["b"]));
    expect(sideOf(given, undefined, () => 0)).toBe("b");
    expect(sideOf(given, undefined, () => 0.999)).toBe("b");
  });

  it("draws lots for calls without a key, by weight", () => {
    const given = experiment({ a: 3, b: 1 });
    const drawn = [0, 0.7499, 0.75, 0.999].map((random) => sideOf(given, undefined, () => random));
    expect(drawn).toEqual(["a", "a", "b", "b"]);
  });
});

describe("plan() with leads", () => {
  const targets = ["a", "b", "c"].map((id) => targetNamed(id));
  const ids = (parts: Parameters<typeof planningWith>[0]) =>
    plan(planningWith({ targets, ...parts })).targets.map(({ id }) => id);

  it("tries the targets of the variant first, in their order, and the others behind them", () => {
    expect(ids({ leads: ["c", "b"] })).toEqual(["c", "b", "a"]);
  });

  it("keeps the order of the tier where there are none", () => {
    expect(ids({ leads: [] })).toEqual(["a", "b", "c"]);
  });

  it("leaves a target out that can not be called, variant or not", () => {
    expect(ids({ leads: ["c"], states: { c: { out: "breaker_open", dueAt: 1 } } })).toEqual(["a", "b"]);
  });

  it("goes before the preferred regions, as these are no rule", () => {
    const placed = [targetNamed("a", { region: "eu" }), targetNamed("b", { region: "us" })];
    const preferredRegions = [(region: string | undefined) => region === "eu"];
    expect(ids({ targets: placed, leads: ["b"], preferredRegions })).toEqual(["b", "a"]);
  });

  it("does not go before a target that is slow: callers are protected first", () => {
    const slow = { slowRate: 1, latencyMs: 10, dueAt: 0 };
    expect(ids({ leads: ["c"], slowOf: ({ id }) => (id === "c" ? (slow as never) : undefined) })).toEqual([
      "a",
      "b",
      "c",
    ]);
  });
});
