import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InFlight } from "../../src/lib/in-flight.ts";
import { Bulletin, type Outage } from "../../src/state/bulletin.ts";
import { memoryStore } from "../../src/stores/memory.ts";
import type { Store } from "../../src/stores/store.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

interface Reader {
  readonly bulletin: Bulletin;
  readonly heard: (readonly [string, Outage | undefined])[];
  readonly telling: InFlight<object>;
}

function readerOf(store: Store, facts = ["one", "two"]): Reader {
  const heard: [string, Outage | undefined][] = [];
  const telling = new InFlight<object>();
  const bulletin = new Bulletin({ store, telling, failed: () => undefined });
  const subjects = facts.map((fact) => {
    return [fact, { keptMs: 0, hear: (outage: Outage | undefined) => heard.push([fact, outage]) }] as const;
  });
  bulletin.adopt(new Map(subjects));
  return { bulletin, heard, telling };
}

/** Long enough for a look, and for the next one to be allowed. */
async function look({ bulletin }: Reader): Promise<void> {
  await vi.advanceTimersByTimeAsync(250);
  bulletin.glance();
  await vi.advanceTimersByTimeAsync(0);
}

const down: Outage = { reason: "rate_limited", dueAt: 1_060_000 };

describe("a bulletin", () => {
  it("tells others what was found, and its finder nothing", async () => {
    const store = memoryStore();
    const [finder, reader] = [readerOf(store), readerOf(store)];
    finder.bulletin.found("one", down);
    for (const each of [reader, finder]) await look(each);
    expect([reader.heard, finder.heard]).toEqual([[["one", down]], []]);
  });

  it("tells what is known to one that comes later", async () => {
    const store = memoryStore();
    readerOf(store).bulletin.found("one", down);
    await vi.advanceTimersByTimeAsync(1_000);
    const reader = readerOf(store);
    await look(reader);
    expect(reader.heard).toEqual([["one", down]]);
  });

  it("tells everything once", async () => {
    const store = memoryStore();
    const [finder, reader] = [readerOf(store), readerOf(store)];
    finder.bulletin.found("one", down);
    await look(reader);
    finder.bulletin.found("two", down);
    for (let times = 0; times < 3; times += 1) await look(reader);
    expect(reader.heard.map(([fact]) => fact)).toEqual(["one", "two"]);
  });

  it("tells what comes close together once, and again what is a second longer", async () => {
    const store = memoryStore();
    const note = vi.fn<typeof store.note>(store.note);
    const finder = readerOf({ ...store, note });
    for (const laterMs of [0, 10, 990, 1_000]) {
      finder.bulletin.found("one", { ...down, dueAt: down.dueAt + laterMs });
      await vi.advanceTimersByTimeAsync(10);
    }
    const told = note.mock.calls.filter(([key]) => key === "one").map(([, value]) => JSON.parse(value ?? "") as object);
    expect(told).toMatchObject([{ dueAt: down.dueAt }, { dueAt: down.dueAt + 1_000 }]);
  });

  it("tells that something is back", async () => {
    const store = memoryStore();
    const [finder, reader] = [readerOf(store), readerOf(store)];
    finder.bulletin.found("one", down);
    await look(reader);
    finder.bulletin.found("one", undefined);
    await look(reader);
    expect(reader.heard.at(-1)).toEqual(["one", undefined]);
  });

  it("takes a fact that is gone for one that says nothing", async () => {
    const store = memoryStore();
    const [finder, reader] = [readerOf(store), readerOf(store)];
    finder.bulletin.found("one", down);
    await look(reader);
    store.note("one", undefined, 0);
    store.note("health:news", "other", 60_000);
    await look(reader);
    expect(reader.heard).toHaveLength(1);
  });

  it("hears nothing that is older than what it is telling", async () => {
    const store = memoryStore();
    const [finder, other] = [readerOf(store), readerOf(store)];
    finder.bulletin.found("one", undefined);
    await vi.advanceTimersByTimeAsync(0);
    const held = Promise.withResolvers<void>();
    const slow = {
      ...store,
      note: (...note: Parameters<typeof store.note>) => held.promise.then(() => store.note(...note)),
    };
    const late = readerOf(slow);
    late.bulletin.found("one", down);
    await look(late);
    held.resolve();
    for (const each of [late, other]) await look(each);
    expect([late.heard, other.heard]).toEqual([[], [["one", down]]]);
  });

  it("looks at most every 250 ms", async () => {
    const store = memoryStore();
    const take = vi.fn<Store["take"]>((request) => store.take(request));
    const reader = readerOf({ ...store, take });
    await look(reader);
    take.mockClear();
    for (let ms = 0; ms < 1_000; ms += 10) {
      reader.bulletin.glance();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(take).toHaveBeenCalledTimes(3);
  });

  it("looks at one fact only, while there is no news", async () => {
    const store = memoryStore();
    const take = vi.fn<Store["take"]>((request) => store.take(request));
    const reader = readerOf({ ...store, take });
    await look(reader);
    await look(reader);
    expect(take.mock.lastCall?.[0].facts).toEqual(["health:news"]);
  });

  it("needs no look of its own while takes bring the news", async () => {
    const store = memoryStore();
    const take = vi.fn<Store["take"]>((request) => store.take(request));
    const reader = readerOf({ ...store, take });
    await look(reader);
    take.mockClear();
    for (let ms = 0; ms < 1_000; ms += 100) {
      reader.bulletin.heard([undefined], Date.now());
      reader.bulletin.glance();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(take).not.toHaveBeenCalled();
  });

  it("goes by the store's clock", async () => {
    const store = memoryStore();
    const ahead = {
      ...store,
      take: (request: Parameters<typeof store.take>[0]) => ({ ...store.take(request), now: Date.now() + 5_000 }),
    };
    const [finder, reader] = [readerOf(store), readerOf(ahead)];
    finder.bulletin.found("one", down);
    await look(reader);
    expect(reader.heard).toEqual([["one", { ...down, dueAt: down.dueAt - 5_000 }]]);
  });

  it("passes over what it can not read", async () => {
    const store = memoryStore();
    const reader = readerOf(store, ["text", "json", "reason"]);
    store.note("text", "down", 60_000);
    store.note("json", "{}", 60_000);
    store.note("reason", JSON.stringify({ out: "tired", dueAt: 2_000_000, by: "me" }), 60_000);
    await look(reader);
    expect(reader.heard).toEqual([]);
  });

  it("goes on telling after a store failed", async () => {
    const store = memoryStore();
    let isDown = true;
    const flaky: Store = {
      ...store,
      note: (...note) => (isDown ? Promise.reject(new Error("down")) : store.note(...note)),
    };
    const [finder, reader] = [readerOf(flaky), readerOf(store)];
    finder.bulletin.found("one", down);
    await vi.advanceTimersByTimeAsync(0);
    isDown = false;
    finder.bulletin.found("one", down);
    await look(reader);
    expect([reader.heard, finder.telling.size]).toEqual([[["one", down]], 0]);
  });
});
