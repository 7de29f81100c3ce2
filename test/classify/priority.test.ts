import { expect, it } from "vitest";
import { priorityClassifier } from "../../src/classify/priority.ts";
import type { Hints } from "../../src/glossary.ts";
import { requestOf } from "../../src/testing/request-of.ts";

const signal = new AbortController().signal;
const request = (hints: Hints) => requestOf({ messages: [] }, hints);

it.each([
  ["standard", "cheap"],
  ["premium", "premium"],
])("sends the priority %s to %s", (priority, tier) => {
  const decision = priorityClassifier().classify(request({ priority }), signal);
  expect(decision).toEqual({ tier, confidence: 1, reason: `priority is "${priority}"` });
});

it.each([{}, { priority: "urgent" }])("says nothing of the hints %j", (hints) => {
  expect(priorityClassifier().classify(request(hints), signal)).toBeUndefined();
});

it("takes words of the user's own", () => {
  const classifier = priorityClassifier({ tiers: { urgent: "premium" }, otherwise: "cheap" });
  expect(classifier.classify(request({ priority: "urgent" }), signal)).toMatchObject({ tier: "premium" });
  expect(classifier.classify(request({ priority: "standard" }), signal)).toMatchObject({ tier: "cheap" });
});
