import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryStore } from "../../src/stores/memory.ts";
import { resilientStore, type ResilientStoreOptions } from "../../src/stores/resilient.ts";
import type { Account, TakeResult } from "../../src/stores/store.ts";
import { FaultyStore } from "./faulty-store.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const endsAt = 4_102_444_800_000;
const usd = (amount: number): Account => ({ kind: "window", key: "usd", limit: 100, amount, endsAt });
const slots = (amount: number): Account => ({ kind: "slots", key: "calls", limit: 4, amount });
const bucket = (amount: number): Account => ({ kind: "bucket", key: "rpm", limit: 8, amount, windowMs: 60_000 });

function setup(options: ResilientStoreOptions = {}) {
  const shared = memoryStore();
  const faulty = new FaultyStore(shared);
  const onDown = vi.fn<NonNullable<ResilientStoreOptions["onDown"]>>();
  const onUp = vi.fn<NonNullable<ResilientStoreOptions["onUp"]>>();
  const store = resilientStore(faulty, { onDown, onUp, ...options });
  const leftOf = (account: Account): number | undefined => shared.take({ accounts: [account] }).left[0];
  return { shared, faulty, store, onDown, onUp, leftOf };
}

/** What comes of it when all clocks run. */
async function later<T>(promise: T | Promise<T>, ms = 50): Promise<T> {
  await vi.advanceTimersByTimeAsync(ms);
  return promise;
}

async function comeBack(faulty: FaultyStore): Promise<void> {
  faulty.fault = "up";
  await vi.advanceTimersByTimeAsync(1_000);
}

describe("while the store is up", () => {
  it("hands its answers on, at once if they come at once", () => {
    const store = resilientStore(memoryStore());
    expect(store.take({ hold: "one", accounts: [usd(1)] })).toMatchObject({ granted: true, left: [99] });
    expect(store.settle("one", [3])).toEqual([97]);
    expect(store.name).toBe("memory");
  });

  it("does not take a request that makes no sense for an outage", () => {
    const { store, onDown } = setup();
    expect(() => store.take({ accounts: [usd(-1)] })).toThrow(RangeError);
    expect(() => store.settle("one", [NaN])).toThrow(RangeError);
    expect(onDown).not.toHaveBeenCalled();
  });

  it("leaves no timer behind", async () => {
    const { store } = setup();
    await store.take({ accounts: [usd(1)] });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("when the store goes down", () => {
  it.each(["down", "deaf", "mute"] as const)(
    "grants from its share, and says so once, when the store is %s",
    async (fault) => {
      const { store, faulty, onDown } = setup();
      faulty.fault = fault;
      const results = await later(Promise.all([1, 2, 3].map(async () => store.take({ accounts: [usd(10)] }))));
      expect(results.map(({ granted }) => granted)).toEqual([true, true, false]);
      expect(onDown).toHaveBeenCalledOnce();
      expect(onDown).toHaveBeenCalledWith({ store: "faulty", error: expect.any(Error) });
    },
  );

  it("waits no longer than its timeout", async () => {
    const { store, faulty } = setup({ timeoutMs: 20 });
    faulty.fault = "deaf";
    const answered = vi.fn<(result: TakeResult) => void>();
    const taking = Promise.resolve(store.take({ accounts: [usd(1)] })).then(answered);
    await vi.advanceTimersByTimeAsync(19);
    expect(answered).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(answered).toHaveBeenCalledOnce();
    await taking;
  });

  it("does not ask a store that is known to be down", async () => {
    const { store, faulty } = setup();
    faulty.fault = "down";
    await store.take({ accounts: [usd(1)] });
    const { calls } = faulty;
    expect(store.take({ accounts: [usd(1)] })).toMatchObject({ granted: true });
    expect(faulty.calls).toBe(calls);
  });

  it("takes its share of what was left of a window when it was last seen", async () => {
    const { store, faulty } = setup({ share: 0.5 });
    await store.take({ hold: "before", accounts: [usd(90)] });
    faulty.fault = "down";
    expect(await store.take({ accounts: [usd(6)] })).toMatchObject({ granted: false, refusedBy: 0 });
    expect(await store.take({ accounts: [usd(5)] })).toMatchObject({ granted: true, left: [0] });
  });

  it("takes its share of the limit of buckets and slots", async () => {
    const { store, faulty } = setup();
    await store.take({ hold: "before", accounts: [bucket(8), slots(4)] });
    faulty.fault = "down";
    expect(await store.take({ hold: "one", accounts: [bucket(2), slots(1)] })).toMatchObject({ granted: true });
    expect(await store.take({ hold: "two", accounts: [bucket(1), slots(1)] })).toMatchObject({ granted: false });
  });

  it("does not say never to what is too much for its share only", async () => {
    const { store, faulty } = setup();
    faulty.fault = "down";
    expect(await store.take({ accounts: [usd(26)] })).toMatchObject({ granted: false, retryAt: undefined });
    expect(await store.take({ accounts: [usd(101)] })).toMatchObject({ granted: false, retryAt: Infinity });
  });

  it("refuses everything that asks for an account, if told to, and answers the rest", async () => {
    const { store, faulty } = setup({ whenDown: "refuse" });
    faulty.fault = "deaf";
    const refused: TakeResult = await later(store.take({ hold: "one", accounts: [usd(1)] }));
    expect(refused).toMatchObject({ granted: false, refusedBy: undefined, retryAt: undefined, left: [0] });
    await store.note("fact", "holds", 60_000);
    expect(await store.take({ accounts: [], facts: ["fact"] })).toMatchObject({ granted: true, facts: ["holds"] });
  });

  it("goes down by a settling or a note that fails, too", async () => {
    for (const call of ["settle", "note"] as const) {
      const { store, faulty, onDown } = setup();
      faulty.fault = "deaf";
      const calling = call === "settle" ? store.settle("one", [1]) : store.note("fact", "holds", 1_000);
      await expect(later<unknown>(calling)).resolves.toBeUndefined();
      expect(onDown).toHaveBeenCalledOnce();
    }
  });

  it("goes on when a listener throws", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
    const { store, faulty } = setup({
      onDown() {
        throw new Error("listener");
      },
    });
    faulty.fault = "down";
    expect(await store.take({ accounts: [usd(1)] })).toMatchObject({ granted: true });
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
  });
});

describe("when the store is back", () => {
  it("tells it what was used without it, and says so", async () => {
    const { store, faulty, onUp, leftOf } = setup();
    faulty.fault = "down";
    await store.take({ hold: "one", accounts: [usd(10), slots(1)] });
    await store.settle("one", [7]);
    await store.take({ accounts: [usd(5)] });
    await comeBack(faulty);
    expect(onUp.mock.calls).toEqual([[{ store: "faulty", downMs: 1_000, posted: 2, dropped: 0 }]]);
    expect(leftOf(usd(0))).toBe(88);
    expect(leftOf(slots(0))).toBe(4);
    expect(await store.take({ accounts: [usd(80)] })).toMatchObject({ granted: true, left: [8] });
  });

  it("tells it also what goes beyond the limit", async () => {
    const { store, shared, faulty, leftOf } = setup();
    await store.take({ accounts: [usd(1)] });
    faulty.fault = "down";
    await store.take({ hold: "one", accounts: [usd(20)] });
    shared.take({ accounts: [usd(90)] });
    await comeBack(faulty);
    expect(leftOf(usd(0))).toBe(-11);
  });

  it("hands it the holds of calls that are still on", async () => {
    const { store, faulty, leftOf } = setup();
    faulty.fault = "down";
    await store.take({ hold: "one", accounts: [usd(10), slots(1)] });
    await comeBack(faulty);
    expect([leftOf(usd(0)), leftOf(slots(0))]).toEqual([90, 3]);
    expect(await store.settle("one", [2])).toEqual([98, 4]);
  });

  it("ends the leases of those calls when they would have ended", async () => {
    const { store, faulty, leftOf } = setup();
    faulty.fault = "down";
    await store.take({ hold: "one", accounts: [slots(1)], leaseMs: 1_500 });
    await comeBack(faulty);
    expect(leftOf(slots(0))).toBe(3);
    await vi.advanceTimersByTimeAsync(500);
    expect(leftOf(slots(0))).toBe(4);
  });

  it("settles what it had granted before", async () => {
    const { store, faulty, leftOf } = setup();
    await store.take({ hold: "one", accounts: [usd(10)] });
    faulty.fault = "down";
    await store.settle("one", [1]);
    await store.settle("one", [8]);
    await comeBack(faulty);
    expect(leftOf(usd(0))).toBe(99);
  });

  it("counts once what it did although its answer was lost", async () => {
    const { store, faulty, leftOf } = setup();
    await store.take({ hold: "before", accounts: [usd(4)] });
    faulty.fault = "mute";
    const taking = store.take({ hold: "one", accounts: [usd(10)] });
    const settling = store.settle("before", [3]);
    await later(Promise.all([taking, settling]));
    await store.settle("one", [6]);
    await comeBack(faulty);
    expect(leftOf(usd(0))).toBe(91);
  });

  it("frees what it granted although the call was refused in the end", async () => {
    const { store, faulty, leftOf } = setup();
    faulty.fault = "mute";
    expect(await later(store.take({ hold: "one", accounts: [usd(60)] }))).toMatchObject({ granted: false });
    expect(leftOf(usd(0))).toBe(40);
    await comeBack(faulty);
    expect(leftOf(usd(0))).toBe(100);
  });

  it("tells it the facts that still hold, the last of each", async () => {
    const { store, shared, faulty } = setup();
    await store.note("gone", "holds", 60_000);
    faulty.fault = "down";
    await store.note("kept", "first", 60_000);
    await store.note("kept", "second", 60_000);
    await store.note("short", "holds", 500);
    await store.note("gone", undefined, 0);
    await comeBack(faulty);
    expect(shared.take({ accounts: [], facts: ["kept", "short", "gone"] }).facts).toEqual([
      "second",
      undefined,
      undefined,
    ]);
  });

  it("goes on where it stopped when the store goes down again meanwhile", async () => {
    const { store, faulty, leftOf, onUp } = setup({ share: 1 });
    faulty.fault = "down";
    for (let call = 0; call < 50; call += 1) {
      await store.take({ hold: `h${call}`, accounts: [usd(1)] });
      if (call % 2 === 0) await store.settle(`h${call}`, [0.5]);
    }
    for (const [calls, fault] of [
      [10, "mute"],
      [20, "deaf"],
      [30, "down"],
    ] as const) {
      faulty.failAfter(calls, fault);
      await vi.advanceTimersByTimeAsync(40_000);
      expect(faulty.fault).toBe(fault);
      expect(onUp).not.toHaveBeenCalled();
    }
    faulty.fault = "up";
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onUp).toHaveBeenCalledOnce();
    expect(leftOf(usd(0))).toBe(62.5);
  });

  it("begins the next outage with a fresh share", async () => {
    const { store, faulty } = setup();
    for (const left of [75, 56.25]) {
      faulty.fault = "down";
      await store.take({ accounts: [usd(100)] });
      expect(await store.take({ accounts: [usd(left / 3)] })).toMatchObject({ granted: true, left: [0] });
      await comeBack(faulty);
      expect(await store.take({ accounts: [usd(0)] })).toMatchObject({ left: [left] });
    }
  });
});

describe("probing", () => {
  it("tries once each second, and not again before there is an answer", async () => {
    const { store, faulty } = setup();
    faulty.fault = "down";
    await store.take({ accounts: [usd(1)] });
    await vi.advanceTimersByTimeAsync(3_500);
    expect(faulty.calls).toBe(4);
    faulty.fault = "deaf";
    await vi.advanceTimersByTimeAsync(20_000);
    expect(faulty.calls).toBe(5);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(faulty.calls).toBe(6);
  });

  it("stays down when the store answers, but too late", async () => {
    const { store, faulty, onUp } = setup();
    faulty.fault = "down";
    await store.take({ accounts: [usd(1)] });
    faulty.fault = "up";
    const { take } = faulty;
    faulty.take = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 51));
      return take(request);
    };
    await vi.advanceTimersByTimeAsync(5_000);
    expect(onUp).not.toHaveBeenCalled();
    faulty.take = take;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(onUp).toHaveBeenCalledOnce();
  });

  it("stops when it is closed, after a last try", async () => {
    const { store, faulty, leftOf } = setup();
    faulty.fault = "down";
    await store.take({ accounts: [usd(10)] });
    faulty.fault = "up";
    await store.close?.();
    expect(leftOf(usd(0))).toBe(90);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("closes a store that is down, and tries no more", async () => {
    const { store, faulty } = setup();
    faulty.fault = "down";
    await store.take({ accounts: [usd(10)] });
    await store.close?.();
    expect(vi.getTimerCount()).toBe(0);
  });
});

it.each([-0.1, 1.1, NaN])("wants a share from 0 to 1, which %d is not", (share) => {
  expect(() => resilientStore(memoryStore(), { share })).toThrow(RangeError);
});
