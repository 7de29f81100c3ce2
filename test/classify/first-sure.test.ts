import { expect, it, vi } from "vitest";
import { firstSure } from "../../src/classify/first-sure.ts";
import { OutsideRegion, stayInside } from "../../src/classify/stay-inside.ts";
import type { Classifier, Decision, RoutingRequest } from "../../src/glossary.ts";
import { requestOf } from "../../src/testing/request-of.ts";

const request = requestOf({ messages: [] });
const signal = new AbortController().signal;
const saying = (name: string, decision: Decision | undefined): Classifier => ({ name, classify: () => decision });
const unsure = saying("unsure", { tier: "cheap", confidence: 0.4, reason: "a guess" });
const sure = saying("sure", { tier: "premium", confidence: 0.6, reason: "it says so" });
const silent = saying("silent", undefined);
const throwing: Classifier = {
  name: "throwing",
  classify() {
    throw new Error("out of order");
  },
};
const stuck: Classifier = { name: "stuck", timeoutMs: 5, classify: () => new Promise(() => {}) };

it("lets the first member that is sure decide, and names it", () => {
  const decision = firstSure([silent, unsure, sure]).classify(request, signal);
  expect(decision).toEqual({ tier: "premium", confidence: 0.6, reason: "sure: it says so" });
});

it("takes a bar of its own", () => {
  expect(firstSure([unsure, sure], { minConfidence: 0.3 }).classify(request, signal)).toMatchObject({ tier: "cheap" });
  expect(firstSure([unsure, sure], { minConfidence: 0.7 }).classify(request, signal)).toBeUndefined();
});

it("says nothing when no member is sure", () => {
  expect(firstSure([silent, unsure]).classify(request, signal)).toBeUndefined();
});

it("says nothing without members", () => {
  expect(firstSure([]).classify(request, signal)).toBeUndefined();
});

it("passes over a member that throws, and says so in the reason", () => {
  const decision = firstSure([throwing, sure]).classify(request, signal);
  expect(decision).toMatchObject({ reason: "sure: it says so; throwing failed: out of order" });
});

it("passes over a member that takes too long, and says so in the reason", async () => {
  const decision = await firstSure([stuck, sure]).classify(request, signal);
  expect(decision).toMatchObject({ reason: "sure: it says so; stuck failed: It gave no answer within 5 ms." });
});

it("fails when members failed and no other decided, so that the router reports it", () => {
  expect(() => firstSure([throwing, unsure]).classify(request, signal)).toThrow("throwing failed: out of order");
});

it("says that it was for the region when that was why all of them were skipped", () => {
  const far = { name: "far", classify: (given: RoutingRequest) => stayInside(given, "us-east-1") as never };
  const held = requestOf({}, { allowedRegions: ["eu-*"] });
  expect(() => firstSure([far, silent]).classify(held, signal)).toThrow(OutsideRegion);
  expect(() => firstSure([far, throwing]).classify(held, signal)).not.toThrow(OutsideRegion);
});

it("ends when the signal is aborted", async () => {
  const controller = new AbortController();
  const decision = firstSure([{ ...stuck, timeoutMs: Infinity }]).classify(request, controller.signal);
  controller.abort(new Error("the user left"));
  await expect(decision).rejects.toThrow("the user left");
});

it("may take as long as its members together", () => {
  expect(firstSure([sure, { ...sure, timeoutMs: 2_000 }]).timeoutMs).toBe(2_050);
  expect(firstSure([sure, { ...sure, timeoutMs: 2_000 }], { timeoutMs: 10 }).timeoutMs).toBe(2_010);
});

it("closes its members", async () => {
  const close = vi.fn<() => void>();
  await firstSure([{ ...sure, close }, silent, { ...unsure, close }]).close?.();
  expect(close).toHaveBeenCalledTimes(2);
});
