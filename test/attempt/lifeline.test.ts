import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Interrupt } from "../../src/attempt/interrupt.ts";
import { Lifeline } from "../../src/attempt/lifeline.ts";

describe("a lifeline", () => {
  it("is cut by its caller's signal, with his reason", () => {
    const controller = new AbortController();
    const lifeline = new Lifeline(controller.signal);
    controller.abort("enough");
    expect(lifeline.cut).toEqual({ by: "caller", reason: "enough" });
  });

  it("is cut from the start where the signal was aborted before", () => {
    expect(new Lifeline(AbortSignal.abort("enough")).cut).toEqual({ by: "caller", reason: "enough" });
  });

  it("stays as it was first cut", () => {
    const controller = new AbortController();
    const lifeline = new Lifeline(controller.signal);
    lifeline.end("close", "closed");
    controller.abort("enough");
    expect(lifeline.cut?.by).toBe("close");
  });

  it("ends the attempt that it holds", () => {
    const lifeline = new Lifeline(undefined);
    const interrupt = new Interrupt();
    lifeline.hold(interrupt);
    lifeline.end("close", "closed");
    expect([interrupt.by, interrupt.reason]).toEqual(["close", "closed"]);
  });

  it("ends an attempt that begins after it was cut", () => {
    const lifeline = new Lifeline(AbortSignal.abort("enough"));
    const interrupt = new Interrupt();
    lifeline.hold(interrupt);
    expect(interrupt.by).toBe("caller");
  });

  it("ends the latest attempt only", () => {
    const lifeline = new Lifeline(undefined);
    const [earlier, later] = [new Interrupt(), new Interrupt()];
    lifeline.hold(earlier);
    lifeline.hold(later);
    lifeline.end("close", "closed");
    expect([earlier.happened, later.happened]).toEqual([false, true]);
  });

  it("lets go of the caller's signal", () => {
    const controller = new AbortController();
    const lifeline = new Lifeline(controller.signal);
    lifeline.release();
    controller.abort();
    expect(lifeline.cut).toBeUndefined();
  });
});

describe("a wait", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("lasts as long as it was told", async () => {
    const lifeline = new Lifeline(undefined);
    let over = false;
    const wait = lifeline.sleep(1_000).then(() => (over = true));
    await vi.advanceTimersByTimeAsync(999);
    const before = over;
    await vi.advanceTimersByTimeAsync(1);
    await wait;
    expect([before, over]).toEqual([false, true]);
  });

  it("is over at once when the call ends, and leaves no timer", async () => {
    const lifeline = new Lifeline(undefined);
    const wait = lifeline.sleep(1_000);
    lifeline.end("close", "closed");
    await wait;
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([0, -5])("of %i ms is none", async (ms) => {
    await new Lifeline(undefined).sleep(ms);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is none once the call was cut", async () => {
    await new Lifeline(AbortSignal.abort()).sleep(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("can be for something else than time, which is ended with it", async () => {
    const lifeline = new Lifeline(undefined);
    const ends: string[] = [];
    const wakes: (() => void)[] = [];
    const begin = (wake: () => void) => {
      wakes.push(wake);
      return () => void ends.push("ended");
    };
    const woken = lifeline.until(begin);
    wakes[0]?.();
    await woken;
    const cut = lifeline.until(begin);
    lifeline.end("close", "closed");
    await cut;
    await lifeline.until(begin);
    expect(ends).toEqual(["ended", "ended"]);
  });
});
