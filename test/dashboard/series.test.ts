import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DurationSample } from "../../src/dashboard/duration-sample.ts";
import { Series, stepCount } from "../../src/dashboard/series.ts";
import type { AttemptRecord } from "../../src/index.ts";

const stepMs = 5_000;
const start = Date.UTC(2026, 0, 1);

function attempt(durationMs = 10): AttemptRecord {
  return {
    target: "a",
    status: 200,
    durationMs,
    failure: undefined,
    detail: undefined,
    usage: undefined,
    costUsd: undefined,
  };
}

describe("series", () => {
  beforeEach(() => void vi.useFakeTimers({ now: start }));
  afterEach(() => void vi.useRealTimers());

  it("count within steps, and leave out those in which nothing happened", () => {
    const series = new Series(stepMs * stepCount);
    series.attempt(attempt());
    series.attempt(attempt());
    vi.advanceTimersByTime(3 * stepMs);
    series.attempt(attempt());
    expect(series.since(0).map(({ at, series: points }) => [at - start, points["target:a"]?.calls])).toEqual([
      [0, 2],
      [3 * stepMs, 1],
    ]);
  });

  it("reach as far back as the window, whatever the traffic", () => {
    const series = new Series(stepMs * stepCount);
    for (let at = 0; at < 3 * stepCount; at += 1) {
      series.attempt(attempt());
      vi.advanceTimersByTime(stepMs);
    }
    expect(series.since(0).length).toBeLessThanOrEqual(stepCount);
    vi.advanceTimersByTime(stepMs * stepCount);
    expect(series.since(0)).toEqual([]);
  });

  it("tell a step that goes on again", () => {
    const series = new Series(stepMs * stepCount);
    series.attempt(attempt());
    const before = series.since(0);
    series.attempt(attempt());
    expect(series.since(before[0]?.at ?? 0).map(({ series: points }) => points["target:a"]?.calls)).toEqual([2]);
  });

  it("go on when the clock is set back", () => {
    const series = new Series(stepMs * stepCount);
    series.attempt(attempt());
    vi.setSystemTime(start - 60_000);
    series.attempt(attempt());
    vi.setSystemTime(start);
    expect(series.since(0).map(({ series: points }) => points["target:a"]?.calls)).toEqual([2]);
  });
});

describe("a sample of durations", () => {
  it("has exact percentiles while there are few", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 400 }),
        (durations) => {
          const sample = new DurationSample();
          for (const duration of durations) sample.add(duration);
          const sorted = durations.toSorted((one, other) => one - other);
          expect(sample.percentile(1)).toBe(sorted.at(-1));
          expect(sample.percentile(0.5)).toBe(sorted[Math.ceil(durations.length / 2) - 1]);
        },
      ),
    );
  });

  it("has percentiles near the true ones when there are many", () => {
    const sample = new DurationSample();
    for (let at = 1; at <= 100_000; at += 1) sample.add(at);
    // Six standard deviations of the median of 400 uniform samples.
    expect(Math.abs((sample.percentile(0.5) ?? 0) - 50_000)).toBeLessThan(15_000);
  });

  it("has none where nothing was measured", () => {
    expect(new DurationSample().percentile(0.5)).toBeUndefined();
  });
});
