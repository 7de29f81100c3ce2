import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LatencyWindow } from "../../src/state/latency.ts";

const start = Date.UTC(2026, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});

afterEach(() => {
  vi.useRealTimers();
});

function windowOf(durations: readonly number[]): LatencyWindow {
  const window = new LatencyWindow({ windowMs: 60_000, slices: 6 });
  for (const duration of durations) window.add(duration);
  return window;
}

describe("LatencyWindow", () => {
  it("knows nothing before the first duration", () => {
    expect(windowOf([]).stats()).toEqual({
      count: 0,
      p50Ms: undefined,
      p95Ms: undefined,
      p99Ms: undefined,
      maxMs: undefined,
    });
  });

  it("tells the percentiles of what was added", () => {
    const durations = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(windowOf(durations).stats()).toEqual({ count: 100, p50Ms: 50, p95Ms: 95, p99Ms: 99, maxMs: 100 });
  });

  it("is exact to 1 %", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_600_000 }), (duration) => {
        const { p50Ms = 0 } = windowOf([duration]).stats();
        expect(Math.abs(p50Ms - duration) / duration).toBeLessThan(0.01);
      }),
    );
  });

  it("joins what its slices hold", () => {
    const window = windowOf([10, 10]);
    vi.advanceTimersByTime(30_000);
    window.add(90);
    expect(window.stats()).toMatchObject({ count: 3, p50Ms: 10, maxMs: 90 });
  });

  it("lets a slice go when it is older than the window", () => {
    const window = windowOf([10]);
    vi.advanceTimersByTime(50_000);
    window.add(90);
    vi.advanceTimersByTime(10_000);
    expect(window.stats()).toMatchObject({ count: 1, p50Ms: 90 });
  });

  it("keeps a slice until the window has passed over it", () => {
    const window = windowOf([10]);
    vi.advanceTimersByTime(59_999);
    expect(window.stats().count).toBe(1);
  });

  it("forgets everything after a long pause", () => {
    const window = windowOf([10, 20, 30]);
    vi.advanceTimersByTime(3_600_000);
    expect(window.stats().count).toBe(0);
  });

  it("starts a slice afresh when its turn comes again", () => {
    const window = windowOf([10, 10, 10]);
    vi.advanceTimersByTime(60_000);
    window.add(70);
    expect(window.stats()).toMatchObject({ count: 1, p50Ms: 70 });
  });

  it("spans five minutes when nothing else is said", () => {
    const window = new LatencyWindow();
    window.add(10);
    vi.advanceTimersByTime(299_999);
    expect(window.stats().count).toBe(1);
    vi.advanceTimersByTime(1);
    expect(window.stats().count).toBe(0);
  });

  it.each([
    ["less than a millisecond", 0.2, 1],
    ["a negative duration", -5, 1],
  ])("counts %s as one millisecond", (_, duration, counted) => {
    expect(windowOf([duration]).stats().p50Ms).toBe(counted);
  });

  it("counts more than an hour as an hour", () => {
    const { maxMs = 0 } = windowOf([Infinity]).stats();
    expect(Math.round(maxMs / 36_000)).toBe(100);
  });

  it("passes over what is no number", () => {
    expect(windowOf([Number.NaN]).stats().count).toBe(0);
  });

  it("keeps two windows apart", () => {
    const one = windowOf([10]);
    const other = windowOf([20]);
    vi.advanceTimersByTime(20_000);
    one.add(10);
    other.add(20);
    expect([one.stats().maxMs, other.stats().maxMs]).toEqual([10, 20]);
  });
});

describe("the median of a LatencyWindow", () => {
  it("is there as soon as there is a duration", () => {
    const window = windowOf([]);
    expect(window.p50Ms()).toBeUndefined();
    window.add(40);
    expect(window.p50Ms()).toBe(40);
  });

  it("is worked out again after half a second, not before", () => {
    const window = windowOf([40]);
    window.p50Ms();
    window.add(90);
    window.add(90);
    vi.advanceTimersByTime(499);
    expect(window.p50Ms()).toBe(40);
    vi.advanceTimersByTime(1);
    expect(window.p50Ms()).toBe(90);
  });

  it("is forgotten with the durations", () => {
    const window = windowOf([40]);
    window.p50Ms();
    vi.advanceTimersByTime(60_000);
    expect(window.p50Ms()).toBeUndefined();
  });
});
