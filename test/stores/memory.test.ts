import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { memoryStore } from "../../src/stores/memory.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const minuteMs = 60_000;

it("answers at once, without a promise and without a timer", () => {
  const store = memoryStore();
  const slots = { kind: "slots", key: "calls", limit: 1, amount: 1 } as const;
  expect(store.take({ hold: "one", accounts: [slots] }).granted).toBe(true);
  expect(store.settle("one", [])).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
});

it("remembers a lapsed hold for ten minutes, then it is unknown", () => {
  const store = memoryStore();
  const account = { kind: "rolling", key: "usd", limit: 10, amount: 4, windowMs: 60 * minuteMs } as const;
  for (const hold of ["one", "two"]) store.take({ hold, leaseMs: minuteMs, accounts: [account] });
  vi.advanceTimersByTime(11 * minuteMs - 1);
  expect(store.settle("one", [1])).toEqual([5]);
  vi.advanceTimersByTime(1);
  expect(store.settle("two", [1])).toBeUndefined();
});

it("keeps no more than what can still matter", () => {
  const store = memoryStore();
  const before = heapAfter(() => {
    for (let round = 0; round < 3; round += 1) takeOften(store, `before-${round}`);
  });
  const after = heapAfter(() => {
    for (let round = 0; round < 12; round += 1) takeOften(store, `after-${round}`);
  });
  // Kept for good, they would come to some 40 MB.
  expect(after - before).toBeLessThan(8_000_000);
});

/** 15,000 accounts, with holds and facts, that nobody ever comes back to. */
function takeOften(store: ReturnType<typeof memoryStore>, name: string): void {
  for (let call = 0; call < 5_000; call += 1) {
    const key = `${name}${call}`;
    const endsAt = Date.now() + 1_000;
    store.take({
      hold: key,
      leaseMs: 1_000,
      accounts: [
        { kind: "window", key, limit: 10, amount: 1, endsAt },
        { kind: "bucket", key, limit: 10, amount: 1, windowMs: 1_000 },
        { kind: "slots", key, limit: 10, amount: 1 },
      ],
    });
    store.note(key, "holds", 1_000);
  }
  vi.advanceTimersByTime(20 * minuteMs);
  // What is over is forgotten when something else happens.
  store.take({ accounts: [] });
}

function heapAfter(work: () => void): number {
  work();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
