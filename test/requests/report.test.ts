import { describe, expect, it } from "vitest";
import { ModelRouter, type RouterOptions } from "../../src/index.ts";
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

describe("router.report()", () => {
  it("is empty before the first call, and says so", async () => {
    await using fleet = await startTwo();
    expect(fleet.router.report().tasks).toEqual([]);
    expect(String(fleet.router.report())).toContain("No answer was counted yet.");
  });

  it("has accuracy, cost, latency and saving for each target of a task, each with its interval", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [9, 10]);
    const [task] = fleet.router.report().tasks;
    const [result] = task?.targets ?? [];
    expect(task?.name).toBe("titles");
    expect(result).toMatchObject({ name: "a", calls: 10, good: 9, bad: 1, accuracy: { count: 10, value: 0.9 } });
    // Wilson's interval of 9 of 10.
    expect(result?.accuracy.low).toBeCloseTo(0.5958, 3);
    expect(result?.accuracy.high).toBeCloseTo(0.9821, 3);
    const { low, value, high } = result?.costUsd ?? {};
    expect(low).toBeLessThanOrEqual(value ?? 0);
    expect(high).toBeGreaterThanOrEqual(value ?? 1);
    expect(result?.savedUsd).toBeCloseTo(99 * 10 * (value ?? 0), 9);
    expect(result?.p50Ms.count).toBe(10);
    expect(result?.p95Ms.high).toBeUndefined();
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
    const [usual] = fleet.router.report().tasks[0]?.targets ?? [];
    const [sure] = fleet.router.report({ confidence: 0.99 }).tasks[0]?.targets ?? [];
    expect(sure?.accuracy.low).toBeLessThan(usual?.accuracy.low ?? 0);
  });

  it("prints a table for people", async () => {
    await using fleet = await startTwo();
    await judge(fleet, "one", [10, 40]);
    await judge(fleet, "two", [38, 40]);
    const text = String(fleet.router.report());
    expect(text).toMatch(/^# What works\n\nSince 20\d\d-/);
    expect(text).toContain("## task titles\n\n| target | calls | feedback |");
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
