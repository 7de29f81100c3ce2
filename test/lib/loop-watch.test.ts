import { setTimeout as delay } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { LoopWatch } from "../../src/lib/loop-watch.ts";

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until) continue;
}

it("counts how long the loop stood still", async () => {
  const watch = new LoopWatch();
  watch.begin();
  block(200);
  await delay(50);
  expect(watch.stoodStillMs).toBeGreaterThan(150);
});

it("counts a stall that is not over yet", () => {
  const watch = new LoopWatch();
  watch.begin();
  block(200);
  expect(watch.stoodStillMs).toBeGreaterThan(150);
});

it("has a clock that stands still with the loop", () => {
  const watch = new LoopWatch();
  watch.begin();
  const [before, loopBefore] = [performance.now(), watch.now()];
  block(200);
  expect(performance.now() - before - (watch.now() - loopBefore)).toBeGreaterThan(150);
});

it("counts nothing that nobody watches", () => {
  const watch = new LoopWatch();
  block(100);
  watch.begin();
  expect(watch.stoodStillMs).toBe(0);
});

it("counts nothing from a time in which nobody watched", async () => {
  const watch = new LoopWatch();
  watch.begin();
  await delay(30);
  watch.end();
  block(200);
  watch.begin();
  expect(watch.stoodStillMs).toBe(0);
});

it("stops by itself when nobody watches any more", async () => {
  const watch = new LoopWatch();
  const cleared = vi.spyOn(globalThis, "clearInterval");
  watch.begin();
  watch.end();
  await vi.waitFor(() => expect(cleared).toHaveBeenCalledOnce(), 5_000);
  cleared.mockRestore();
});

it("takes time that is faked as it is", () => {
  const watch = new LoopWatch();
  watch.begin();
  vi.useFakeTimers();
  block(0);
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(60_000);
  expect(watch.stoodStillMs).toBe(0);
  vi.useRealTimers();
});
