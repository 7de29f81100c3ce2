import { describe, expect, it } from "vitest";
import type { ResolvedBudget } from "../../src/config/resolved.ts";
import type { RouterEvents } from "../../src/events.ts";
import { Emitter } from "../../src/lib/emitter.ts";
import { BudgetAccount } from "../../src/state/budget-account.ts";

const noon = Date.UTC(2026, 9, 30, 12);
const midnight = Date.UTC(2026, 9, 31);
const dayMs = 86_400_000;

function accountWith(parts: Partial<ResolvedBudget> = {}): { account: BudgetAccount; told: string[] } {
  const events = new Emitter<RouterEvents>();
  const told: string[] = [];
  events.on("budget:low", ({ share }) => told.push(`low ${share}`));
  events.on("budget:spent", ({ spentUsd }) => told.push(`spent ${spentUsd}`));
  const budget: ResolvedBudget = {
    name: "premium a day",
    limitUsd: 10,
    per: "day",
    timeZone: "UTC",
    tier: undefined,
    target: undefined,
    tags: [],
    downgradeTo: undefined,
    lenient: false,
    warnAt: [0.5, 0.8],
    maxOutputTokens: 1,
    assumedPrice: undefined,
    ...parts,
  };
  return { account: new BudgetAccount(budget, { team: "a:b" }, events), told };
}

describe("the account of a calendar's window", () => {
  it("has a key of its own for each window, the values of its tags in it", () => {
    const { account } = accountWith();
    expect(account.take(account.windowAt(noon), 2)).toEqual({
      kind: "window",
      key: "budget:premium%20a%20day:a%3Ab:day:2026-10-31T00:00:00.000Z",
      limit: 10,
      amount: 2,
      endsAt: midnight,
    });
    expect(account.windowAt(midnight).key).toContain("2026-11-01T00");
  });

  it("tells each threshold once in a window, and again in the next", () => {
    const { account, told } = accountWith();
    for (const now of [noon, noon + 1, midnight]) account.heard(account.windowAt(now), 4, now);
    expect(told).toEqual(["low 0.6", "low 0.6"]);
  });

  it("tells nothing of a window that is over, where the store has nothing left", () => {
    const { account, told } = accountWith();
    account.heard(account.windowAt(noon), 0, midnight);
    expect(told).toEqual([]);
  });

  it("does not take what is held for spent", () => {
    const { account, told } = accountWith();
    const window = account.windowAt(noon);
    window.heldUsd = 9;
    account.heard(window, 0, noon);
    expect([window.spentUsd, told]).toEqual([1, []]);
  });

  it("tells all thresholds at once when they are passed at once", () => {
    const { account, told } = accountWith();
    account.heard(account.windowAt(noon), -1, noon);
    expect(told).toEqual(["low 1.1", "low 1.1", "spent 11"]);
  });
});

describe("the account of a rolling window", () => {
  it("is the same at any time", () => {
    const { account } = accountWith({ timeZone: undefined });
    const taken = [noon, noon + 3 * dayMs].map((now) => account.take(account.windowAt(now), 2));
    expect(taken[0]).toEqual({ kind: "rolling", key: expect.any(String), limit: 10, amount: 2, windowMs: dayMs });
    expect(taken[1]).toEqual(taken[0]);
  });

  it("resets when all that was spent until now has left it", () => {
    const { account } = accountWith({ timeZone: undefined });
    account.windowAt(noon);
    const later = noon + 3_600_000;
    expect(account.resetsAt(account.windowAt(later), later)).toBe(later + dayMs);
  });

  it("tells each threshold once within its length, however it goes up and down", () => {
    const { account, told } = accountWith({ timeZone: undefined });
    for (const left of [4, 9, 4]) account.heard(account.windowAt(noon), left, noon);
    account.heard(account.windowAt(noon + dayMs), 4, noon + dayMs);
    expect(told).toEqual(["low 0.6", "low 0.6"]);
  });

  it("goes on holding what calls hold when its length is over", () => {
    const { account } = accountWith({ timeZone: undefined });
    account.windowAt(noon).heldUsd = 2;
    expect(account.windowAt(noon + dayMs).heldUsd).toBe(2);
  });
});
