import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Ticker, type Ticking } from "../../src/lib/ticker.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
afterEach(() => void vi.useRealTimers());

interface Counting extends Ticking {
  ticks: number;
}

function counting(): Counting {
  return {
    ticks: 0,
    tick() {
      this.ticks += 1;
    },
  };
}

it("looks after what was added, again and again", () => {
  const ticker = new Ticker(100);
  const item = counting();
  ticker.add(item);
  vi.advanceTimersByTime(350);
  expect(item.ticks).toBe(3);
});

it("looks no more after what was deleted", () => {
  const ticker = new Ticker(100);
  const item = counting();
  ticker.add(item);
  vi.advanceTimersByTime(100);
  ticker.delete(item);
  vi.advanceTimersByTime(500);
  expect(item.ticks).toBe(1);
});

it("says what time it is, on the scale of performance.now()", () => {
  const ticker = new Ticker(100);
  const times: number[] = [];
  const start = performance.now();
  ticker.add({ tick: (now) => void times.push(now - start) });
  vi.advanceTimersByTime(200);
  expect(times).toEqual([100, 200]);
});

it("has one timer for all", () => {
  const ticker = new Ticker(100);
  for (let added = 0; added < 50; added += 1) ticker.add(counting());
  expect(vi.getTimerCount()).toBe(1);
});

it("stops by itself when nothing is left for a while", () => {
  const ticker = new Ticker(100);
  const item = counting();
  ticker.add(item);
  ticker.delete(item);
  vi.advanceTimersByTime(10_000);
  expect(vi.getTimerCount()).toBe(0);
});

it("starts again when something is added after it stopped", () => {
  const ticker = new Ticker(100);
  const [first, second] = [counting(), counting()];
  ticker.add(first);
  ticker.delete(first);
  vi.advanceTimersByTime(10_000);
  ticker.add(second);
  vi.advanceTimersByTime(100);
  expect(second.ticks).toBe(1);
});

it("takes what deletes itself while it is looked after", () => {
  const ticker = new Ticker(100);
  const other = counting();
  const item: Ticking = { tick: () => ticker.delete(item) };
  ticker.add(item);
  ticker.add(other);
  vi.advanceTimersByTime(200);
  expect(other.ticks).toBe(2);
});
