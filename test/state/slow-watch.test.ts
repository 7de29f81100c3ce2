import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SlowWatch, type SlowState } from "../../src/state/slow-watch.ts";

const start = Date.UTC(2026, 0, 1);
const limits = {
  latencyMs: 500,
  driftFactor: Infinity,
  pastMs: 3_600_000,
  slowRate: 0.5,
  minCalls: 4,
  windowMs: 60_000,
  cooldownMs: 30_000,
};

beforeEach(() => void vi.useFakeTimers({ now: start }));
afterEach(() => void vi.useRealTimers());

interface Watched {
  readonly watch: SlowWatch;
  readonly told: (SlowState | undefined)[];
}

function watched(options: Partial<typeof limits> = {}): Watched {
  const told: (SlowState | undefined)[] = [];
  return { watch: new SlowWatch({ ...limits, ...options }, (state) => told.push(state)), told };
}

function call(watch: SlowWatch, ...latencies: readonly (number | undefined)[]): void {
  for (const latencyMs of latencies) {
    watch.began();
    watch.ended(latencyMs, false);
  }
}

function slowAfterCooldown(): Watched {
  const target = watched();
  call(target.watch, 900, 900, 900, 900);
  vi.advanceTimersByTime(30_000);
  return target;
}

const isSlow = (watch: SlowWatch): boolean => watch.stateAt(Date.now()) !== undefined;

describe("a target", () => {
  it("is fast at first", () => {
    expect(isSlow(watched().watch)).toBe(false);
  });

  it("is slow when half of its calls are", () => {
    const { watch, told } = watched();
    call(watch, 100, 900, 100, 900);
    expect(watch.stateAt(start)).toEqual({ latencyMs: 500, slowRate: 0.5, dueAt: start + 30_000 });
    expect(told).toEqual([watch.stateAt(start)]);
  });

  it("is not slow by fewer", () => {
    const { watch } = watched();
    call(watch, 100, 100, 900, 100, 900);
    expect(isSlow(watch)).toBe(false);
  });

  it("is not slow by too few calls", () => {
    const { watch } = watched();
    call(watch, 900, 900, 900);
    expect(isSlow(watch)).toBe(false);
  });

  it("is not slow by calls that take just as long as they may", () => {
    const { watch } = watched();
    call(watch, 500, 500, 500, 500);
    expect(isSlow(watch)).toBe(false);
  });

  it("is not slow by calls that say nothing of its speed", () => {
    const { watch } = watched();
    call(watch, 900, 900, 900, undefined, undefined);
    expect(isSlow(watch)).toBe(false);
  });

  it("is slow by calls that were cut off when they had taken too long already", () => {
    const { watch } = watched();
    for (const durationMs of [501, 501, 501, 501]) watch.cut(durationMs, false);
    expect(isSlow(watch)).toBe(true);
  });

  it("is neither slow nor fast by calls that were cut off before", () => {
    const { watch } = watched();
    for (const durationMs of [400, 400, 400, 400]) watch.cut(durationMs, false);
    call(watch, 900, 900, 900);
    expect(isSlow(watch)).toBe(false);
    call(watch, 900);
    expect(watch.stateAt(start)).toMatchObject({ slowRate: 1 });
  });

  it("is not slow by calls that are out of the window", () => {
    const { watch } = watched();
    call(watch, 900, 900, 900);
    vi.advanceTimersByTime(61_000);
    call(watch, 900);
    expect(isSlow(watch)).toBe(false);
  });
});

describe("a slow target", () => {
  it("stays slow for the cooldown, whatever calls bring meanwhile", () => {
    const { watch } = watched();
    call(watch, 900, 900, 900, 900);
    vi.advanceTimersByTime(29_999);
    call(watch, 1, 1, 1, 1);
    expect(isSlow(watch)).toBe(true);
  });

  it("is let be probed after it, by one call at a time", () => {
    const { watch } = slowAfterCooldown();
    const before = isSlow(watch);
    watch.began();
    const during = isSlow(watch);
    watch.ended(100, false);
    expect([before, during, isSlow(watch)]).toEqual([false, true, false]);
  });

  it("is fast again after three fast probes", () => {
    const { watch, told } = slowAfterCooldown();
    call(watch, 100, 100);
    const before = told.length;
    call(watch, 100);
    expect([before, told.length, told.at(-1)]).toEqual([1, 2, undefined]);
  });

  it("is judged afresh when it is fast again", () => {
    const { watch } = slowAfterCooldown();
    call(watch, 100, 100, 100);
    call(watch, 900, 900, 900);
    expect(isSlow(watch)).toBe(false);
    call(watch, 900);
    expect(isSlow(watch)).toBe(true);
  });

  it("is slow for another cooldown after a slow probe", () => {
    const { watch, told } = slowAfterCooldown();
    call(watch, 100, 100, 900);
    expect(told.at(-1)).toMatchObject({ dueAt: start + 60_000 });
    vi.advanceTimersByTime(30_000);
    call(watch, 100, 100);
    expect(told.at(-1)).toBeDefined();
  });

  it("is probed again when the probe says nothing", () => {
    const { watch } = slowAfterCooldown();
    call(watch, undefined);
    expect(isSlow(watch)).toBe(false);
  });

  it("is not held back for ever by a probe that never ends", () => {
    const { watch } = slowAfterCooldown();
    watch.began();
    vi.advanceTimersByTime(600_000);
    expect(isSlow(watch)).toBe(false);
  });

  it("learns nothing from a call that is no probe", () => {
    const { watch, told } = slowAfterCooldown();
    watch.ended(900, false);
    expect(told).toHaveLength(1);
  });
});

describe("a target with a past", () => {
  const drifts = { latencyMs: Infinity, driftFactor: 3 };

  function withPast(calls = 200, options: Partial<typeof limits> = {}): Watched {
    const target = watched({ ...drifts, ...options });
    for (let made = 0; made < calls; made += 1) call(target.watch, made % 10 === 0 ? 200 : 100);
    vi.advanceTimersByTime(61_000);
    return target;
  }

  it("is slow when its p95 is more than so many times what it was", () => {
    const { watch } = withPast();
    for (let made = 0; made < 8; made += 1) call(watch, 100, 700);
    const { usualMs = 0, ...state } = watch.stateAt(Date.now()) ?? {};
    expect(usualMs / 200).toBeCloseTo(1, 1);
    expect(state).toEqual({ latencyMs: 3 * usualMs, slowRate: 0.5, dueAt: Date.now() + 30_000 });
  });

  it("is not slow by what was usual, and less than the factor more", () => {
    const { watch } = withPast();
    for (let made = 0; made < 100; made += 1) call(watch, 100, 590);
    expect(isSlow(watch)).toBe(false);
  });

  it("is not slow by less than five calls", () => {
    const { watch } = withPast();
    call(watch, 700, 700, 700, 700);
    const before = isSlow(watch);
    call(watch, 700);
    expect([before, isSlow(watch)]).toEqual([false, true]);
  });

  it("is not slow by less than one call in twenty", () => {
    const { watch } = withPast();
    for (let made = 0; made < 300; made += 1) call(watch, made % 25 === 24 ? 700 : 100);
    expect(isSlow(watch)).toBe(false);
  });

  it("is not judged by a past of less than 100 calls", () => {
    const { watch } = withPast(99);
    for (let made = 0; made < 20; made += 1) call(watch, 9_000);
    expect(isSlow(watch)).toBe(false);
  });

  it("is not judged by a past that is over", () => {
    const { watch } = withPast();
    vi.advanceTimersByTime(3_600_000);
    for (let made = 0; made < 20; made += 1) call(watch, 9_000);
    expect(isSlow(watch)).toBe(false);
  });

  it("keeps a past for streams of their own", () => {
    const { watch } = withPast();
    for (let made = 0; made < 20; made += 1) watch.ended(9_000, true);
    const streams = isSlow(watch);
    call(watch, 700, 700, 700, 700, 700);
    expect([streams, isSlow(watch)]).toEqual([false, true]);
  });

  it("is no faster by the calls it was found slow by", () => {
    const { watch } = withPast();
    call(watch, ...Array.from({ length: 50 }, () => 700));
    vi.advanceTimersByTime(61_000);
    call(watch, 100, 100, 100);
    call(watch, 700, 700, 700, 700, 700);
    expect(isSlow(watch)).toBe(true);
  });

  it("comes back by probes that are as usual", () => {
    const { watch, told } = withPast();
    call(watch, 700, 700, 700, 700, 700);
    vi.advanceTimersByTime(30_000);
    call(watch, 590, 590, 700);
    vi.advanceTimersByTime(30_000);
    call(watch, 590, 590, 590);
    expect(told.map((state) => state?.dueAt !== undefined)).toEqual([true, true, false]);
  });

  it("comes back slower for good when its past is over", () => {
    const { watch, told } = withPast();
    call(watch, 700, 700, 700, 700, 700);
    vi.advanceTimersByTime(3_600_000);
    call(watch, 700, 700, 700);
    expect(told.at(-1)).toBeUndefined();
  });

  it("is slow by its limit all the same", () => {
    const { watch } = withPast(200, { latencyMs: 500 });
    call(watch, 550, 550, 550, 550);
    expect(watch.stateAt(Date.now())).toMatchObject({ latencyMs: 500, slowRate: 1 });
  });
});
