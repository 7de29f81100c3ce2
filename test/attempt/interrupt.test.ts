import { expect, it, vi } from "vitest";
import { Interrupt } from "../../src/attempt/interrupt.ts";

it("has not happened at first", () => {
  const { happened, by, reason, signal } = new Interrupt();
  expect([happened, by, reason, signal.aborted]).toEqual([false, undefined, undefined, false]);
});

it("keeps who came first, and why", () => {
  const interrupt = new Interrupt();
  interrupt.interrupt("clock", "late");
  interrupt.interrupt("caller", "enough");
  expect([interrupt.by, interrupt.reason]).toEqual(["clock", "late"]);
});

it("aborts its signal with the reason", () => {
  const interrupt = new Interrupt();
  const reason = new Error("late");
  interrupt.interrupt("clock", reason);
  expect(interrupt.signal.reason).toBe(reason);
});

it("calls back once", () => {
  const interrupt = new Interrupt();
  let calls = 0;
  interrupt.onInterrupt(() => (calls += 1));
  interrupt.interrupt("clock", "late");
  interrupt.interrupt("caller", "enough");
  expect(calls).toBe(1);
});

it("ends a wait with the reason", async () => {
  const interrupt = new Interrupt();
  const wait = interrupt.guard(new Promise(() => undefined));
  interrupt.interrupt("close", new Error("closed"));
  await expect(wait).rejects.toThrow("closed");
});

it("leaves a wait that ends in time alone", async () => {
  const interrupt = new Interrupt();
  expect(await interrupt.guard(Promise.resolve(5))).toBe(5);
});

it("passes on what a wait fails with", async () => {
  const interrupt = new Interrupt();
  await expect(interrupt.guard(Promise.reject(new Error("no network")))).rejects.toThrow("no network");
});

it("leaves what has come at the moment of the caller's abort to whoever waits", async () => {
  const interrupt = new Interrupt();
  const wait = interrupt.guard(Promise.resolve().then(() => "an answer"));
  interrupt.interrupt("caller", "enough");
  expect(await wait).toBe("an answer");
});

it("ends what has not come when the caller aborts", async () => {
  const interrupt = new Interrupt();
  const cuts: boolean[] = [];
  interrupt.onCut(() => cuts.push(interrupt.isCut));
  const wait = interrupt.guard(new Promise(() => undefined));
  interrupt.interrupt("caller", new Error("enough"));
  expect([interrupt.happened, interrupt.isCut, interrupt.signal.aborted]).toEqual([true, false, true]);
  await expect(wait).rejects.toThrow("enough");
  expect(cuts).toEqual([true]);
});

it("ends a wait for a caller who fakes timers", async () => {
  vi.useFakeTimers();
  try {
    const interrupt = new Interrupt();
    const wait = interrupt.guard(new Promise(() => undefined));
    interrupt.interrupt("caller", new Error("enough"));
    await expect(wait).rejects.toThrow("enough");
  } finally {
    vi.useRealTimers();
  }
});
