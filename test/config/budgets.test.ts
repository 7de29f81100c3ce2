import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.ts";
import { faultsOf, optionsOf } from "./options-of.ts";

const tiers = { cheap: ["small-1"], balanced: ["mid-1"], premium: ["big-1"] };
const prices = { "small-1": 1, "mid-1": 2, "big-1": 3 };
const day = { limitUsd: 10, per: "day" };

function faultsOfBudgets(budgets: object): readonly string[] {
  return faultsOf(() => resolveConfig(optionsOf({ tiers, prices, budgets })));
}

const faulty: readonly (readonly [string, object, string])[] = [
  ["a negative limit", { ...day, limitUsd: -1 }, "budgets.b.limitUsd: must be USD, 0 or more, at most 900000, got -1"],
  ["no limit", { per: "day" }, "budgets.b.limitUsd: must be USD, 0 or more, at most 900000, got nothing"],
  ["an unknown period", { ...day, per: "dya" }, 'budgets.b.per: no period "dya" (did you mean "day"?)'],
  [
    "an unknown time zone",
    { ...day, timeZone: "Mars/Olympus" },
    'budgets.b.timeZone: must be the IANA name of a time zone, such as "Europe/Berlin", got "Mars/Olympus"',
  ],
  [
    "a time zone of a rolling window",
    { ...day, timeZone: "UTC", rolling: true },
    "budgets.b.timeZone: has no meaning for a rolling window, which has no calendar",
  ],
  ["an unknown tier", { ...day, tier: "premum" }, 'budgets.b.tier: no tier "premum" (did you mean "premium"?)'],
  ["an unknown target", { ...day, target: "big-2" }, 'budgets.b.target: no target "big-2" (did you mean "big-1"?)'],
  [
    "a downgrade to nowhere",
    { ...day, onSpent: { downgradeTo: "chaep" } },
    'budgets.b.onSpent.downgradeTo: no tier "chaep" (did you mean "cheap"?)',
  ],
  [
    "a downgrade to itself",
    { ...day, tier: "premium", onSpent: { downgradeTo: "premium" } },
    'budgets.b.onSpent.downgradeTo: leads to the tier the budget is for, "premium"; choose another one',
  ],
  [
    "an unknown reaction",
    { ...day, onSpent: "downgrade" },
    'budgets.b.onSpent: must be "refuse", "warn" or { downgradeTo: tier }, got "downgrade"',
  ],
  ["a share above 1", { ...day, warnAt: [80] }, "budgets.b.warnAt[0]: must be a share from 0 to 1, got 80"],
  ["an unknown option", { ...day, limit: 3 }, "budgets.b.limit: is not an option"],
];

describe("a budget", () => {
  it.each(faulty)("with %s is refused, with its path", (_, budget, fault) => {
    expect(faultsOfBudgets({ b: budget })).toEqual([expect.stringContaining(fault)]);
  });

  it("for targets without a price is refused, with their names", () => {
    const given = optionsOf({
      tiers,
      prices: { "big-1": 3 },
      budgets: { all: day, best: { ...day, tier: "premium" } },
    });
    expect(faultsOf(() => resolveConfig(given))).toEqual([
      'budgets.all: is for "small-1", "mid-1", whose price is not known; add it to prices, or set assumedPrice',
    ]);
  });

  it("with an assumed price takes any target", () => {
    const given = optionsOf({ tiers, budgets: { all: { ...day, assumedPrice: 10 } } });
    expect(faultsOf(() => resolveConfig(given))).toEqual([]);
  });
});

function downgrading(tier: string, to: string): object {
  return { ...day, tier, onSpent: { downgradeTo: to } };
}

describe("downgrades", () => {
  it("that lead down are fine", () => {
    const budgets = { one: downgrading("premium", "balanced"), two: downgrading("balanced", "cheap") };
    expect(faultsOfBudgets(budgets)).toEqual([]);
  });

  it("that go round in a circle are refused", () => {
    const budgets = { one: downgrading("premium", "balanced"), two: downgrading("balanced", "premium") };
    expect(faultsOfBudgets(budgets)).toEqual([
      'budgets.one.onSpent.downgradeTo: goes round in a circle: "premium" → "balanced" → "premium"',
      'budgets.two.onSpent.downgradeTo: goes round in a circle: "balanced" → "premium" → "balanced"',
    ]);
  });

  it("that lead into a circle of others are not blamed for it", () => {
    const budgets = {
      one: downgrading("premium", "balanced"),
      two: downgrading("balanced", "cheap"),
      three: downgrading("cheap", "balanced"),
    };
    expect(faultsOfBudgets(budgets).map((fault) => fault.slice(0, 13))).toEqual(["budgets.two.o", "budgets.three"]);
  });
});

it("a store that is none is refused", () => {
  expect(faultsOf(() => resolveConfig(optionsOf({ store: { name: "mine", take: () => 1 } })))).toEqual([
    'store: "mine" needs settle, a function',
  ]);
});
