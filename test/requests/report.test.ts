import { describe, expect, it } from "vitest";
import { ModelRouter, type RouterOptions, type TargetResult } from "../../src/index.ts";
import { call, clientOf, startFleet, startPair, type Fleet } from "./setup.ts";

async function startTwo(options: Partial<RouterOptions> = {}): Promise<Fleet> {
  return startFleet({
    targets: { a: { price: 1 }, b: { price: 10 } },
    tiers: { one: ["a"], two: ["b"] },
    prices: { "gpt-4o": 100 },
    baseline: "gpt-4o",
    ...options,
  });
}

/** So many calls to a tier, and so many of them good. */
async function judge(
  { router }: Fleet,
  model: "one" | "two",
  [good, of]: readonly [good: number, of: number],
): Promise<void> {
  for (let calls = 0; calls < of; calls += 1) {
    const answer = await router.with({ task: "titles" }).chat.completions.create({ ...call, model });
    router.feedback(answer, { good: calls < good });
  }
}

function resultIn({ router }: Fleet): TargetResult {
  const [result] = router.report().tasks[0]?.targets ?? [];
  if (result === undefined) throw new Error("The report has no target.");
  return result;
}

describe("router.report()", () => {
  it("is empty before the first call, and says so", async () => {
    await using fleet = await startTwo();
    expect(fleet.router.report().tasks).toEqual([]);
    expect(String(fleet.router.report())).toContain("No answer was counted yet.");
  });

  it("has the accuracy of each target of a task, with Wilson's interval", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [9, 10]);
    const result = resultIn(fleet);
    expect(fleet.router.report().tasks[0]?.name).toBe("titles");
    expect(result).toMatchObject({ name: "a", calls: 10, good: 9, bad: 1, accuracy: { count: 10, value: 0.9 } });
    // As published for 9 of 10.
    expect(result.accuracy.low).toBeCloseTo(0.5958, 3);
    expect(result.accuracy.high).toBeCloseTo(0.9821, 3);
  });

  it("has what an answer cost, and what it saved", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [9, 10]);
    const { costUsd, savedUsd } = resultIn(fleet);
    const { calls, costUsd: total } = fleet.router.costs().total;
    expect(costUsd.value).toBeCloseTo(total / calls, 12);
    // All answers cost the same: there is nothing to be unsure of.
    expect([costUsd.count, costUsd.low, costUsd.high]).toEqual([10, costUsd.value, costUsd.value]);
    expect(savedUsd).toBeCloseTo(99 * total, 9);
  });

  it("has the median and the p95 of how long answers took, and no upper end of a p95 of few", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [9, 10]);
    const { p50Ms, p95Ms } = resultIn(fleet);
    expect([p50Ms.low, p50Ms.value, p50Ms.high]).toEqual(
      [p50Ms.low, p50Ms.value, p50Ms.high].toSorted((one = 0, other = 0) => one - other),
    );
    expect(p95Ms).toMatchObject({ count: 10, high: undefined });
  });

  it("gives a verdict", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [10, 40]);
    await judge(fleet, "two", [38, 40]);
    const [task] = fleet.router.report().tasks;
    expect(task?.verdict).toMatchObject({ kind: "better", best: "b", moreFeedback: 0 });
  });

  it("says how much feedback is missing", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [10, 12]);
    await judge(fleet, "two", [25, 25]);
    expect(fleet.router.report().tasks[0]?.verdict.text).toBe(
      "not enough data: 8 more answers with feedback needed (8 of a)",
    );
    expect(fleet.router.report({ minFeedback: 30 }).tasks[0]?.verdict.moreFeedback).toBe(18 + 5);
  });

  it("is surer, and wider, when it is told to be", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [9, 10]);
    const [sure] = fleet.router.report({ confidence: 0.99 }).tasks[0]?.targets ?? [];
    expect(sure?.accuracy.low).toBeLessThan(resultIn(fleet).accuracy.low ?? 0);
  });

  it("prints a table for people", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [10, 40]);
    await judge(fleet, "two", [38, 40]);
    const text = String(fleet.router.report());
    expect(text).toMatch(/^# What works\n\nSince 20\d\d-/);
    expect(text).toContain("## task titles\n\n| target | calls | judged |");
    expect(text).toMatch(/\n\| a +\| +40 \| +40 \| 25 % \(14 % to 40 %\) \|/);
    expect(text).toContain("**Verdict:** b is better than a (95 % of its answers were good, against 25 %: ");
  });

  it("is plain data", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [9, 10]);
    const data = JSON.parse(JSON.stringify(fleet.router.report())) as object;
    expect(data).toMatchObject({ by: "task", confidence: 0.95, tasks: [{ name: "titles" }], untold: 0 });
  });

  it("counts a fallback's answer for the fallback", async () => {
    await using pair = await startPair({ a: [500, 500] });
    await pair.router.chat.completions.create(call);
    expect(pair.router.report().tasks[0]?.targets.map(({ name, calls }) => [name, calls])).toEqual([["b", 1]]);
  });

  it("tells calls apart by a tag when it is told so, from then on", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [1, 1]);
    fleet.router.update({ reportBy: "tag:feature" });
    await fleet.router.with({ tags: { feature: "search" } }).chat.completions.create({ ...call, model: "one" });
    const report = fleet.router.report();
    expect([report.by, report.tasks.map(({ name }) => name)]).toEqual(["tag:feature", ["search"]]);
    expect(String(report)).toContain("## feature search");
  });

  it("keeps what it knows when something else is changed", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [1, 1]);
    fleet.router.update({ slowMs: 1000 });
    expect(fleet.router.report().tasks[0]?.targets[0]?.calls).toBe(1);
  });

  it.each([{ confidence: 1 }, { confidence: 95 }, { minDifference: 0 }, { minFeedback: 0 }, { confidnece: 0.9 }])(
    "says what is wrong with %j",
    async (options) => {
      await using fleet = await startTwo();
      const [name = ""] = Object.keys(options);
      expect(() => fleet.router.report(options)).toThrow(new RegExp(name));
    },
  );

  it("says what is wrong with reportBy, in code and in data", () => {
    const client = clientOf({ url: "http://127.0.0.1:1/v1" });
    const options = { client, tiers: { one: ["a"] }, reportBy: "feature" as never };
    expect(() => new ModelRouter(options)).toThrow('reportBy: must be "task", "tier", or "tag:" and the name of a tag');
    expect(() => ModelRouter.fromConfig({ ...options, client: "main" }, { clients: { main: client } })).toThrow(
      "reportBy",
    );
  });
});
