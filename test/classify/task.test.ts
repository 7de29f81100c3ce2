import { expect, it } from "vitest";
import { taskClassifier } from "../../src/classify/task.ts";
import type { Hints } from "../../src/glossary.ts";
import { requestOf } from "../../src/testing/request-of.ts";

const signal = new AbortController().signal;
const named = (task?: string): [ReturnType<typeof requestOf>, AbortSignal] => {
  const hints: Hints = task === undefined ? {} : { task };
  return [requestOf({ messages: [] }, hints), signal];
};

it.each([
  ["critical_analysis", "premium"],
  ["standard_processing", "cheap"],
  ["batch_operations", "cheap"],
])("sends %s to %s", (task, tier) => {
  expect(taskClassifier().classify(...named(task))).toEqual({ tier, confidence: 1, reason: `task is "${task}"` });
});

it.each(["translation", undefined, "constructor", "__proto__"])("says nothing of the task %s", (task) => {
  expect(taskClassifier().classify(...named(task))).toBeUndefined();
});

it("takes a table of the user's own in place of the default one", () => {
  const classifier = taskClassifier({ tiers: { legal: "large" } });
  expect(classifier.classify(...named("legal"))).toMatchObject({ tier: "large" });
  expect(classifier.classify(...named("critical_analysis"))).toBeUndefined();
});

it("sends any other task to the tier for the rest", () => {
  const reason = 'task "translation" has no tier of its own';
  const decision = taskClassifier({ otherwise: "balanced" }).classify(...named("translation"));
  expect(decision).toEqual({ tier: "balanced", confidence: 1, reason });
});

it("sends a call without a task to the tier for the rest", () => {
  const decision = taskClassifier({ otherwise: "balanced" }).classify(...named());
  expect(decision).toEqual({ tier: "balanced", confidence: 1, reason: "no task is named" });
});
