import { describe, expect, it } from "vitest";
import type { RouteRecord } from "../../src/glossary.ts";
import { Results } from "../../src/state/results.ts";

let calls = 0;

function record(changes: Partial<RouteRecord> = {}): RouteRecord & { target: string } {
  calls += 1;
  const attempt = { target: "a", durationMs: 100, costUsd: 0.01 } as RouteRecord["attempts"][number];
  const given = { requestId: `call-${calls}`, target: "a", tier: "main", tags: {}, outcome: "answered" as const };
  return { ...given, attempts: [attempt], ...changes } as RouteRecord & { target: string };
}

function rated(results: Results, task?: string, target = "a"): readonly [good: number, of: number] | undefined {
  const counts = results.tasks.get(task)?.get(target)?.rated;
  return counts && [counts.successes, counts.trials];
}

describe("Results", () => {
  it("count by task and target", () => {
    const results = new Results("task");
    results.add(record({ task: "titles" }));
    results.add(record({ task: "titles", target: "b" }));
    results.add(record());
    const seen = [...results.tasks].map(([task, targets]) => [task, [...targets].map(([id, one]) => [id, one.calls])]);
    expect(seen).toEqual([
      [
        "titles",
        [
          ["a", 1],
          ["b", 1],
        ],
      ],
      [undefined, [["a", 1]]],
    ]);
  });

  it.each([
    ["tier", "premium"],
    ["tag:feature", "search"],
  ] as const)("count by %s when they are told so", (by, name) => {
    const results = new Results(by);
    results.add(record({ task: "titles", tier: "premium", tags: { feature: "search" } }));
    expect([...results.tasks.keys()]).toEqual([name]);
  });

  it("take duration and cost of the attempt that answered, not those before it", () => {
    const results = new Results("task");
    const attempts = [
      { target: "b", durationMs: 5000, costUsd: 1, failure: "timeout" },
      { target: "a", durationMs: 80, costUsd: 0.02 },
    ] as RouteRecord["attempts"];
    results.add(record({ attempts, costUsd: 1.02, durationMs: 5080 }));
    const counts = results.tasks.get(undefined)?.get("a");
    expect([counts?.durations.at(1), counts?.costs.mean]).toEqual([80, 0.02]);
  });

  it("leave out calls that nobody answered", () => {
    const results = new Results("task");
    results.add(record({ target: undefined, outcome: "failed" }));
    results.add(record({ outcome: "aborted" }));
    expect(results.tasks.size).toBe(0);
  });

  it("replace what was said of an answer before", () => {
    const results = new Results("task");
    const answer = record();
    results.judge(answer, 0);
    results.judge(answer, 1);
    results.judge({ ...answer }, 0.5);
    expect(rated(results)).toEqual([0.5, 1]);
  });

  it("count an answer where it belongs when another target has gone on with it", () => {
    const results = new Results("task");
    const stream = record({ outcome: "pending" });
    results.judge(stream, 1);
    results.add({ ...stream, target: "b", outcome: "answered", feedback: 1 });
    expect([rated(results), rated(results, undefined, "b")]).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it("remember so many answers, the oldest go first: of these a second word counts as another answer", () => {
    const results = new Results("task", { maxRated: 2 });
    const [one, two, three] = [record(), record(), record()];
    for (const answer of [one, two, three, one]) results.judge(answer, 1);
    expect(rated(results)).toEqual([4, 4]);
  });

  it("tell so many pairs apart, and say how many answers are beyond", () => {
    const results = new Results("task", { maxPairs: 2 });
    for (const task of ["x", "y", "z", "x", "z"]) results.add(record({ task }));
    expect([results.tasks.size, results.untold]).toEqual([2, 2]);
    expect(results.tasks.get("x")?.get("a")?.calls).toBe(2);
  });

  it("add up costs without losing digits", () => {
    const results = new Results("task");
    for (let at = 0; at < 1000; at += 1) {
      const attempts = [{ target: "a", durationMs: 1, costUsd: 1 + (at % 2) * 1e-9 }] as RouteRecord["attempts"];
      results.add(record({ attempts }));
    }
    const { squares, count } = results.tasks.get(undefined)?.get("a")?.costs ?? { squares: 0, count: 1 };
    expect(Math.sqrt(squares / count)).toBeCloseTo(0.5e-9, 12);
  });
});
