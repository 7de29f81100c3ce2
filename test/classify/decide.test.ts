import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decide, type DecideContext } from "../../src/classify/decide.ts";
import type { Classifier, Decision } from "../../src/glossary.ts";
import { requestOf } from "../../src/testing/request-of.ts";

const request = requestOf({ messages: [] });
const onFailure = vi.fn<DecideContext["onFailure"]>();
const context: DecideContext = {
  tierNames: new Set(["cheap", "premium"]),
  defaultTier: "cheap",
  timeoutMs: 50,
  minConfidence: 0.5,
  signal: undefined,
  onFailure,
};
const toPremium: Decision = { tier: "premium", confidence: 1, reason: "as told" };
const byDefault = { tier: "cheap", confidence: 0, reason: "no classifier decided", by: "default" };

function answering(answer: unknown, name = "answering"): Classifier {
  return { name, classify: () => answer as Decision };
}

const throwing: Classifier = {
  name: "throwing",
  classify() {
    throw new Error("out of order");
  },
};

beforeEach(() => onFailure.mockClear());

describe("at once", () => {
  it("returns the decision and who made it, without waiting", () => {
    expect(decide(request, [answering(toPremium)], context)).toEqual({ ...toPremium, by: "answering" });
    expect(onFailure).not.toHaveBeenCalled();
  });

  it("makes no signal for a classifier that says it is immediate", () => {
    const signals: AbortSignal[] = [];
    const immediate: Classifier = {
      name: "immediate",
      immediate: true,
      classify: (_, signal) => void signals.push(signal),
    };
    void decide(request, [immediate, { ...immediate, immediate: false }], context);
    void decide(request, [immediate], context);
    expect(signals[2]).toBe(signals[0]);
    expect(signals[1]).not.toBe(signals[0]);
  });

  it("takes the default tier when there is no classifier", () => {
    expect(decide(request, [], context)).toEqual(byDefault);
  });

  it.each([undefined, null])("asks the next classifier after %j", (nothing) => {
    expect(decide(request, [answering(nothing), answering(toPremium, "second")], context)).toMatchObject({
      by: "second",
    });
    expect(onFailure).not.toHaveBeenCalled();
  });

  it("stops at the first classifier that is sure", () => {
    const classify = vi.fn<Classifier["classify"]>();
    expect(decide(request, [answering(toPremium), { name: "later", classify }], context)).toMatchObject({
      by: "answering",
    });
    expect(classify).not.toHaveBeenCalled();
  });

  it("asks the next classifier when one is not sure", () => {
    const unsure = answering({ ...toPremium, confidence: 0.49 });
    const sure = answering({ ...toPremium, confidence: 0.5 }, "sure");
    expect(decide(request, [unsure, sure], context)).toMatchObject({ by: "sure", confidence: 0.5 });
  });

  it("takes the default tier when none is sure, and says what they said", () => {
    const unsure = [
      answering({ ...toPremium, confidence: 0.4 }, "a"),
      answering({ tier: "cheap", confidence: 0.2 }, "b"),
    ];
    const reason = 'no classifier was sure: a said "premium" at 0.40, b said "cheap" at 0.20';
    expect(decide(request, unsure, context)).toEqual({ ...byDefault, reason });
  });

  it("passes over a classifier that throws, and reports it", () => {
    expect(decide(request, [throwing, answering(toPremium)], context)).toMatchObject({ by: "answering" });
    expect(onFailure.mock.calls).toEqual([["threw", "throwing", "out of order"]]);
  });

  it.each([
    ["a text", "out of order", "out of order"],
    ["something without a text", Object.create(null), "It threw something that is no Error."],
  ])("reports a classifier that throws %s", (_what, thrown, detail) => {
    const classify = () => {
      throw thrown;
    };
    expect(decide(request, [{ name: "odd", classify }], context)).toEqual(byDefault);
    expect(onFailure.mock.calls).toEqual([["threw", "odd", detail]]);
  });

  it.each([
    ["a tier nobody knows", { tier: "premum" }, 'There is no tier "premum".'],
    ["a tier that is a property of every object", { tier: "constructor" }, 'There is no tier "constructor".'],
    ["a text in place of a decision", "cheap", "What it returned is no decision: it has no tier."],
    ["a number in place of a tier", { tier: 5 }, "What it returned is no decision: it has no tier."],
    ["an object without a tier", {}, "What it returned is no decision: it has no tier."],
  ])("passes over %s, and reports it", (_what, answer, detail) => {
    expect(decide(request, [answering(answer, "odd"), answering(toPremium)], context)).toMatchObject({
      by: "answering",
    });
    expect(onFailure.mock.calls).toEqual([["unknown_tier", "odd", detail]]);
  });

  it.each([
    [undefined, 1],
    [7, 1],
    [-1, 0],
    [Number.NaN, 0],
    ["high", 0],
  ])("takes the confidence %j for %d", (confidence, taken) => {
    const decision = decide(request, [answering({ tier: "premium", confidence })], { ...context, minConfidence: 0 });
    expect(decision).toEqual({ tier: "premium", confidence: taken, reason: "", by: "answering" });
  });
});

/** Answers after so long, and notes when its signal is aborted. */
function slow(afterMs: number, answer: unknown = toPremium, timeoutMs?: number) {
  const seen: { signal?: AbortSignal } = {};
  const classifier: Classifier = {
    name: "slow",
    timeoutMs,
    classify(_request, signal) {
      seen.signal = signal;
      return new Promise((resolve) => {
        setTimeout(() => resolve(answer as Decision), afterMs);
      });
    },
  };
  return { classifier, seen };
}

const obedient: Classifier["classify"] = (_request, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("Request was aborted.")));
  });

describe("after a wait", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("returns the decision and leaves no timer", async () => {
    const { classifier, seen } = slow(49);
    const decision = decide(request, [classifier], context);
    await vi.advanceTimersByTimeAsync(49);
    expect(await decision).toEqual({ ...toPremium, by: "slow" });
    expect(seen.signal?.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("asks the next classifier after one that has nothing to say", async () => {
    const decision = decide(request, [slow(1, null).classifier, answering(toPremium)], context);
    await vi.advanceTimersByTimeAsync(1);
    expect(await decision).toMatchObject({ by: "answering" });
  });

  it("gives up a classifier at its time limit, aborts its signal and reports it", async () => {
    const { classifier, seen } = slow(1_000);
    const decision = decide(request, [classifier], context);
    await vi.advanceTimersByTimeAsync(50);
    expect(await decision).toEqual(byDefault);
    expect(seen.signal?.reason).toMatchObject({ name: "TimeoutError" });
    expect(onFailure.mock.calls).toEqual([["timeout", "slow", "It gave no answer within 50 ms."]]);
  });

  it("asks the next classifier at the time limit", async () => {
    const decision = decide(request, [slow(1_000).classifier, slow(10).classifier], context);
    await vi.advanceTimersByTimeAsync(60);
    expect(await decision).toMatchObject({ tier: "premium", by: "slow" });
  });

  it.each([
    ["a longer", 200],
    ["no", Infinity],
  ])("gives a classifier with %s limit of its own that time", async (_what, timeoutMs) => {
    const decision = decide(request, [slow(100, toPremium, timeoutMs).classifier], context);
    await vi.advanceTimersByTimeAsync(100);
    expect(await decision).toMatchObject({ by: "slow" });
  });

  it("passes over a classifier that rejects, and reports it", async () => {
    const rejecting: Classifier = { name: "rejecting", classify: () => Promise.reject(new Error("no route")) };
    expect(await decide(request, [rejecting, answering(toPremium)], context)).toMatchObject({ by: "answering" });
    expect(onFailure.mock.calls).toEqual([["threw", "rejecting", "no route"]]);
  });

  it("reports the time limit, not what an aborted classifier rejects with", async () => {
    const decision = decide(request, [{ name: "obedient", classify: obedient }], context);
    await vi.advanceTimersByTimeAsync(50);
    expect(await decision).toEqual(byDefault);
    expect(onFailure.mock.calls).toEqual([["timeout", "obedient", "It gave no answer within 50 ms."]]);
  });

  it("passes over an unknown tier", async () => {
    const decision = decide(request, [slow(1, { tier: "premum" }).classifier], context);
    await vi.advanceTimersByTimeAsync(1);
    expect(await decision).toEqual(byDefault);
    expect(onFailure.mock.calls).toEqual([["unknown_tier", "slow", 'There is no tier "premum".']]);
  });

  it("waits for a promise of another library", async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- what is tested
    const thenable = { then: (resolve: (decision: Decision) => void) => resolve(toPremium) };
    expect(await decide(request, [answering(thenable)], context)).toMatchObject({ tier: "premium" });
  });
});

describe("when the caller aborts", () => {
  const reason = new Error("the user left");

  it("rejects with the caller's reason before asking anyone", async () => {
    const classify = vi.fn<Classifier["classify"]>();
    const decision = decide(request, [{ name: "never", classify }], { ...context, signal: AbortSignal.abort(reason) });
    await expect(decision).rejects.toBe(reason);
    expect(classify).not.toHaveBeenCalled();
  });

  it("rejects at once, aborts the classifier with the same reason and asks no other", async () => {
    const controller = new AbortController();
    const later = vi.fn<Classifier["classify"]>();
    let aborted: unknown;
    const classify: Classifier["classify"] = (_request, signal) => {
      signal.addEventListener("abort", () => (aborted = signal.reason));
      return new Promise(() => {});
    };
    const classifiers = [
      { name: "stuck", classify },
      { name: "later", classify: later },
    ];
    const decision = decide(request, classifiers, { ...context, signal: controller.signal });
    controller.abort(reason);
    await expect(decision).rejects.toBe(reason);
    expect(aborted).toBe(reason);
    expect(later).not.toHaveBeenCalled();
    expect(onFailure).not.toHaveBeenCalled();
  });

  it("rejects with the caller's reason when the classifier rejects with another because of it", async () => {
    const controller = new AbortController();
    const classify: Classifier["classify"] = () => {
      controller.abort(reason);
      return Promise.reject(new Error("Request was aborted."));
    };
    const decision = decide(request, [{ name: "quick", classify }], { ...context, signal: controller.signal });
    await expect(decision).rejects.toBe(reason);
    expect(onFailure).not.toHaveBeenCalled();
  });
});

describe("a classifier that says it is immediate, and is not", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is cut off like any other, and aborts nobody else's signal", async () => {
    let given: AbortSignal | undefined;
    const stalling: Classifier = {
      name: "stalling",
      immediate: true,
      classify(_, signal) {
        given = signal;
        return new Promise(() => undefined);
      },
    };
    const decision = decide(request, [stalling], context);
    await vi.advanceTimersByTimeAsync(60);
    expect(await decision).toMatchObject({ by: "default" });
    expect(given?.aborted).toBe(false);
  });
});
