import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttemptRecord, RouteRecord, Usage } from "../../src/glossary.ts";
import { type CostDimension, type CostReport, Costs } from "../../src/state/costs.ts";
import type { CostSums } from "../../src/state/cost-sums.ts";

const start = Date.UTC(2026, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});

afterEach(() => {
  vi.useRealTimers();
});

const usage: Usage = {
  promptTokens: 100,
  completionTokens: 50,
  totalTokens: 150,
  cachedTokens: 40,
  cacheWriteTokens: 10,
  reasoningTokens: 20,
};

function attemptWith(parts: Partial<AttemptRecord> = {}): AttemptRecord {
  const base = { target: "a", status: 200, durationMs: 1, failure: undefined, detail: undefined };
  return { ...base, usage, costUsd: 1, ...parts };
}

function recordWith(parts: Partial<RouteRecord> = {}): RouteRecord {
  const attempts = parts.attempts ?? [attemptWith()];
  return {
    requestId: "req_1",
    endpoint: "chat",
    target: "a",
    model: "a",
    tier: "cheap",
    reason: "",
    decidedBy: "default",
    confidence: 1,
    task: undefined,
    tags: {},
    stream: false,
    attempts,
    fellBack: false,
    usage: attempts.at(-1)?.usage,
    costUsd: 1,
    savedUsd: 3,
    durationMs: 1,
    ttftMs: undefined,
    startedAt: start,
    outcome: "answered",
    ...parts,
  };
}

function costsOf(...records: readonly RouteRecord[]): Costs {
  const costs = new Costs();
  for (const record of records) costs.add(record);
  return costs;
}

const { estimated: _, ...tokens } = { ...usage, estimated: undefined };

describe("the total", () => {
  it("adds up calls, tokens by kind, cost and saving", () => {
    expect(costsOf(recordWith(), recordWith()).report().total).toEqual({
      calls: 2,
      unpricedCalls: 0,
      estimatedCalls: 0,
      tokens: Object.fromEntries(Object.entries(tokens).map(([kind, count]) => [kind, 2 * count])),
      costUsd: 2,
      baselineUsd: 8,
      savedUsd: 6,
    });
  });

  it("says since when", () => {
    expect(costsOf().report().since).toBe(start);
  });

  it("counts what failed attempts cost", () => {
    const attempts = [attemptWith({ failure: "invalid_response", costUsd: 2 }), attemptWith()];
    expect(costsOf(recordWith({ attempts, costUsd: 3 })).report().total.costUsd).toBe(3);
  });

  it("counts calls whose cost is unknown", () => {
    const attempts = [attemptWith({ costUsd: undefined })];
    const { total } = costsOf(recordWith({ attempts, costUsd: undefined, savedUsd: undefined })).report();
    expect(total).toMatchObject({ calls: 1, unpricedCalls: 1, costUsd: 0, savedUsd: 0, baselineUsd: 0 });
  });

  it("does not count a call that nobody answered as one whose cost is unknown", () => {
    const record = recordWith({ target: undefined, attempts: [], costUsd: undefined, savedUsd: undefined });
    expect(costsOf(record).report().total).toMatchObject({ calls: 1, unpricedCalls: 0 });
  });

  it("counts calls whose usage was estimated", () => {
    const attempts = [attemptWith({ usage: { ...usage, estimated: true } })];
    expect(costsOf(recordWith({ attempts }), recordWith()).report().total.estimatedCalls).toBe(1);
  });

  it("is a copy", () => {
    const costs = costsOf(recordWith());
    const { total } = costs.report();
    costs.add(recordWith());
    expect([total.calls, total.tokens.promptTokens]).toEqual([1, 100]);
  });
});

describe("by a dimension", () => {
  it("tells tiers apart", () => {
    const { groups } = costsOf(recordWith(), recordWith({ tier: "premium", costUsd: 5 })).report("tier");
    expect(Object.entries(groups).map(([name, { calls }]) => [name, calls])).toEqual([
      ["cheap", 1],
      ["premium", 1],
    ]);
  });

  it("tells targets apart: a call counts for the one that answered, a cost for the one that charged it", () => {
    const attempts = [attemptWith({ failure: "invalid_response", costUsd: 2 }), attemptWith({ target: "b" })];
    const { groups } = costsOf(recordWith({ target: "b", attempts, costUsd: 3 })).report("target");
    expect(groups).toMatchObject({ a: { calls: 0, costUsd: 2 }, b: { calls: 1, costUsd: 1 } });
  });

  it("tells tasks apart, and those without one", () => {
    const { groups, none } = costsOf(recordWith({ task: "titles" }), recordWith(), recordWith()).report("task");
    expect([groups["titles"]?.calls, none.calls]).toEqual([1, 2]);
  });

  it("tells the values of a tag apart, and the calls without it", () => {
    const costs = costsOf(
      recordWith({ tags: { team: "search", feature: "titles" } }),
      recordWith({ tags: { team: "sales" } }),
      recordWith(),
    );
    const { groups, none } = costs.report("tag:team");
    expect(Object.keys(groups)).toEqual(["search", "sales"]);
    expect(none).toMatchObject({ calls: 1, costUsd: 1, tokens });
    expect(costs.report("tag:feature").none.calls).toBe(2);
  });

  it("has nothing but calls without it for a tag nobody used", () => {
    const { groups, other, none, total } = costsOf(recordWith()).report("tag:team");
    expect([groups, other.calls, none]).toEqual([{}, 0, total]);
  });

  it("has no groups when no dimension is asked for", () => {
    const { groups, none, total } = costsOf(recordWith()).report();
    expect([groups, none]).toEqual([{}, total]);
  });

  it("takes names that objects have of their own", () => {
    const { groups } = costsOf(recordWith({ tags: { team: "__proto__" } })).report("tag:team");
    expect(Object.entries(groups).map(([name, { calls }]) => [name, calls])).toEqual([["__proto__", 1]]);
  });

  it.each(["team", "tag", "", "tags:team", 5, null])("refuses %j", (by) => {
    expect(() => costsOf().report(by as never)).toThrow(TypeError);
  });
});

describe("the limits", () => {
  it("put names beyond them under other", () => {
    const costs = new Costs({ maxNames: 2 });
    for (const user of ["u1", "u2", "u3", "u4", "u1"]) costs.add(recordWith({ tags: { user } }));
    const { groups, other, none } = costs.report("tag:user");
    expect(Object.entries(groups).map(([name, { calls }]) => [name, calls])).toEqual([
      ["u1", 2],
      ["u2", 1],
    ]);
    expect([other.calls, none.calls]).toEqual([2, 0]);
  });

  it("put everything under other for a tag that came too late", () => {
    const costs = new Costs({ maxTags: 1 });
    costs.add(recordWith({ tags: { team: "search" } }));
    costs.add(recordWith({ tags: { feature: "titles" } }));
    const { groups, other, none } = costs.report("tag:feature");
    expect([groups, other.calls, none.calls]).toEqual([{}, 2, 0]);
  });
});

describe("any dimension", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "e");
  const usd = fc.double({ min: 0, max: 10, noNaN: true });
  const anyAttempt = fc
    .record({ target: name, costUsd: maybe(usd), usage: maybe(fc.constant(usage)) })
    .map((parts) => attemptWith(parts));
  const anyRecord = fc
    .record({
      tier: name,
      target: maybe(name),
      task: maybe(name),
      tags: fc.dictionary(fc.constantFrom("team", "feature", "user"), name),
      attempts: fc.array(anyAttempt, { maxLength: 3 }),
      costUsd: maybe(usd),
      savedUsd: maybe(usd),
    })
    .map((parts) => recordWith(parts));
  const dimension = fc.constantFrom<CostDimension>("tier", "target", "task", "tag:team", "tag:feature", "tag:user");

  it("adds up to the total", () => {
    fc.assert(
      fc.property(fc.array(anyRecord), dimension, (records, by) => {
        const costs = new Costs({ maxNames: 3, maxTags: 2 });
        for (const record of records) costs.add(record);
        const report = costs.report(by);
        for (const [kind, sum] of numbersOf(report.total)) expect(sumOf(report, kind)).toBeCloseTo(sum, 9);
      }),
    );
  });

  it("has no group below 0 in calls or cost", () => {
    fc.assert(
      fc.property(fc.array(anyRecord), dimension, (records, by) => {
        const { groups, other, none } = costsOf(...records).report(by);
        for (const { calls, costUsd } of [...Object.values(groups), other, none]) {
          expect(Math.min(calls, costUsd)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

function maybe<T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(some, { nil: undefined });
}

/** Every number of the sums, by name. */
function numbersOf({ tokens: byKind, ...sums }: CostSums): readonly (readonly [string, number])[] {
  return [...Object.entries(sums), ...Object.entries(byKind)];
}

function sumOf({ groups, other, none }: CostReport, kind: string): number {
  const parts = [...Object.values(groups), other, none];
  return parts.reduce((sum, part) => sum + (new Map(numbersOf(part)).get(kind) ?? Number.NaN), 0);
}
