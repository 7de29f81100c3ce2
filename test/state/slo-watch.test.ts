import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Slo } from "../../src/config/resolved.ts";
import { sloOf } from "../../src/config/slo.ts";
import type { AttemptRecord, FailureKind, RouteRecord } from "../../src/glossary.ts";
import type { SloOptions } from "../../src/options.ts";
import { SloWatch } from "../../src/state/slo-watch.ts";

const start = Date.UTC(2026, 0, 1);
const hourMs = 3_600_000;

beforeEach(() => void vi.useFakeTimers({ now: start }));
afterEach(() => void vi.useRealTimers());

interface Watched {
  readonly watch: SloWatch;
  readonly told: [string, boolean][];
}

function watched(options: SloOptions): Watched {
  const told: [string, boolean][] = [];
  const slo = sloOf({ minCalls: 10, ...options }) as Slo;
  return { watch: new SloWatch(slo, ({ name }, { burning }) => told.push([name, burning])), told };
}

function record(parts: Partial<RouteRecord> = {}): RouteRecord {
  return {
    outcome: "answered",
    durationMs: 100,
    ttftMs: undefined,
    stream: false,
    attempts: [],
    ...parts,
  } as RouteRecord;
}

function failed(failure: FailureKind, durationMs = 100): RouteRecord {
  return record({ outcome: "failed", durationMs, attempts: [{ failure } as AttemptRecord] });
}

function add(watch: SloWatch, count: number, one: RouteRecord): void {
  for (let index = 0; index < count; index += 1) watch.add(one);
}

describe("the availability of a tier", () => {
  it("is burnt by calls that failed", () => {
    const { watch } = watched({ availability: 0.99 });
    add(watch, 96, record());
    add(watch, 4, failed("server_error"));
    const { availability } = watch.stats().objectives;
    expect(availability).toMatchObject({ goal: 0.99, calls: 100, broken: 4, burning: false });
    expect(availability?.burnRate).toBeCloseTo(4, 6);
    expect(availability?.recentBurnRate).toBeCloseTo(4, 6);
  });

  it.each(["bad_request", "content_filter", "context_length"] as const)("is not burnt by %s", (failure) => {
    const { watch } = watched({ availability: 0.99 });
    add(watch, 10, failed(failure));
    expect(watch.stats().objectives.availability).toMatchObject({ calls: 0, broken: 0, burnRate: undefined });
  });

  it("is not burnt by calls that were aborted", () => {
    const { watch } = watched({ availability: 0.99 });
    add(watch, 10, record({ outcome: "aborted" }));
    expect(watch.stats().objectives.availability?.calls).toBe(0);
  });

  it("has no rate without calls", () => {
    expect(watched({ availability: 0.99 }).watch.stats()).toEqual({
      burning: false,
      windowMs: hourMs,
      objectives: {
        availability: {
          goal: 0.99,
          calls: 0,
          broken: 0,
          burnRate: undefined,
          recentBurnRate: undefined,
          burning: false,
        },
      },
    });
  });
});

describe("the latency of a tier", () => {
  it("is burnt by answers that took longer than promised", () => {
    const { watch } = watched({ p99Ms: 500 });
    add(watch, 9, record({ durationMs: 500 }));
    add(watch, 1, record({ durationMs: 501 }));
    expect(watch.stats().objectives.p99Ms).toMatchObject({ calls: 10, broken: 1, burnRate: 10 });
  });

  it("is that of a stream's first token", () => {
    const { watch } = watched({ p99Ms: 500 });
    watch.add(record({ stream: true, ttftMs: 90, durationMs: 9_000 }));
    watch.add(record({ stream: true, ttftMs: 900, durationMs: 9_000 }));
    watch.add(record({ stream: true, ttftMs: undefined, durationMs: 9_000 }));
    expect(watch.stats().objectives.p99Ms).toMatchObject({ calls: 2, broken: 1 });
  });

  it("is burnt by calls that ran out of time, and not by those that failed at once", () => {
    const { watch } = watched({ p99Ms: 500 });
    watch.add(failed("timeout", 2_000));
    watch.add(failed("server_error", 20));
    expect(watch.stats().objectives.p99Ms).toMatchObject({ calls: 1, broken: 1 });
  });

  it("may be promised for 95 % of the calls", () => {
    const { watch } = watched({ p95Ms: 500 });
    add(watch, 9, record());
    watch.add(record({ durationMs: 900 }));
    expect(watch.stats().objectives.p95Ms?.burnRate).toBeCloseTo(2, 6);
  });
});

describe("a promise that is broken too fast", () => {
  it("is told once", () => {
    const { watch, told } = watched({ p99Ms: 500, availability: 0.999 });
    add(watch, 20, record({ durationMs: 900 }));
    expect(told).toEqual([["p99Ms", true]]);
    expect(watch.stats().burning).toBe(true);
  });

  it("is not told before the window holds enough calls", () => {
    const { watch, told } = watched({ p99Ms: 500 });
    add(watch, 9, record({ durationMs: 900 }));
    expect(told).toEqual([]);
  });

  it("is not told for a flare in a long good time", () => {
    const { watch, told } = watched({ p99Ms: 500 });
    add(watch, 1_000, record());
    vi.advanceTimersByTime(hourMs / 2);
    add(watch, 20, record({ durationMs: 900 }));
    expect(watch.stats().objectives.p99Ms?.recentBurnRate).toBeCloseTo(100, 6);
    expect(told).toEqual([]);
  });

  it("is told to be over when good calls come", () => {
    const { watch, told } = watched({ p99Ms: 500 });
    add(watch, 10, record({ durationMs: 900 }));
    add(watch, 100, record());
    expect(told).toEqual([
      ["p99Ms", true],
      ["p99Ms", false],
    ]);
  });

  it("is told to be over soon when no calls come", () => {
    const { watch, told } = watched({ p99Ms: 500 });
    add(watch, 10, record({ durationMs: 900 }));
    vi.advanceTimersByTime(hourMs / 12 + hourMs / 36);
    expect(told).toEqual([
      ["p99Ms", true],
      ["p99Ms", false],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is told again when it begins again", () => {
    const { watch, told } = watched({ p99Ms: 500 });
    add(watch, 10, record({ durationMs: 900 }));
    vi.advanceTimersByTime(hourMs);
    add(watch, 20, record({ durationMs: 900 }));
    expect(told.map(([, burning]) => burning)).toEqual([true, false, true]);
  });

  it("is judged by the burn rate that was asked for", () => {
    const { watch, told } = watched({ p99Ms: 500, burnRate: 6 });
    add(watch, 93, record());
    add(watch, 7, record({ durationMs: 900 }));
    expect(told).toEqual([["p99Ms", true]]);
  });

  it("leaves no timer when it is closed", () => {
    const { watch } = watched({ p99Ms: 500 });
    add(watch, 10, record({ durationMs: 900 }));
    watch.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
