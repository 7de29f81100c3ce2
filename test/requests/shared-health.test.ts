import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { memoryStore, resilientStore, type Store } from "../../src/index.ts";
import { faults } from "../../src/testing/index.ts";
import { clientOf, errorOf, call } from "./setup.ts";
import { FaultyStore } from "../stores/faulty-store.ts";
import { late, slow, soon, startTwins, type Twin, type Twins } from "./twins.ts";

/** Until a twin has heard that the target `a` is out, or back. */
async function hears(twin: Twin, out: string | undefined): Promise<void> {
  await expect.poll(() => twin.stateOfA()?.out, { timeout: 10_000 }).toBe(out);
}

/** Until a twin has been told by the other of something that is left alone, however soon that is due. */
async function learns(twin: Twin): Promise<void> {
  const isToldOf = (): boolean => {
    twin.router.health();
    return twin.events.told.some(({ payload }) => "learnt" in payload && payload.learnt);
  };
  await expect.poll(isToldOf, { timeout: 10_000 }).toBe(true);
}

/** What is known of the keys of the wrapped client. */
function keysOf(twin: Twin): unknown {
  return twin.router.health().keys["default"]?.map(({ key, out, learnt }) => [key, out, learnt]);
}

/** The one has found out that the target `a` is down, and the other has heard of it. */
async function startKnown(
  options: Parameters<typeof startTwins>[0] = {},
  fault: Parameters<Twins["a"]["fail"]>[1] = 500,
) {
  const twins = await startTwins(options);
  twins.a.fail("a", fault);
  await twins.one.ask();
  await learns(twins.other);
  return twins;
}

describe("a breaker that opened in one process", () => {
  it("leaves the target alone in the other, which never called it", async () => {
    await using twins = await startKnown();
    expect(await twins.other.ask()).toContain("This is b");
    expect(twins.a.hits()).toBe(1);
  });

  it("is told of there as something learnt, and here as something found", async () => {
    await using twins = await startKnown();
    const [found, learnt] = [twins.one, twins.other].map(({ events }) => events.of("breaker:open")[0]);
    expect([found, learnt]).toMatchObject([
      { target: "a", learnt: false },
      { target: "a", learnt: true },
    ]);
    expect(Math.abs((found?.dueAt ?? 0) - (learnt?.dueAt ?? 0))).toBeLessThan(100);
  });

  it("shows in the health of both", async () => {
    await using twins = await startKnown();
    expect([twins.one, twins.other].map((twin) => twin.stateOfA())).toMatchObject([
      { healthy: false, breaker: "open", out: "breaker_open", learnt: false },
      { healthy: false, breaker: "open", out: "breaker_open", learnt: true },
    ]);
  });

  it("is known to a process that starts later", async () => {
    await using twins = await startKnown();
    const third = twins.twin();
    await third.ask();
    expect(twins.a.hits()).toBe(1);
  });

  it("says nothing of a target of that name that is somewhere else", async () => {
    await using twins = await startKnown();
    const elsewhere = twins.twin({ client: clientOf(twins.b, "sk-secret-key-of-a") });
    await elsewhere.ask();
    await hears(elsewhere, undefined);
    const sameName = twins.twin({ targets: { a: { model: "another-model" }, b: { client: "other" } } });
    twins.a.heal();
    await sameName.ask();
    expect([elsewhere, sameName].map(({ events }) => events.of("breaker:open"))).toEqual([[], []]);
  });

  it("says nothing to a router that does not share", async () => {
    await using twins = await startTwins({ shareHealth: false });
    twins.a.fail("a", 500);
    await twins.one.ask();
    await twins.other.ask();
    expect([twins.a.hits(), twins.other.events.of("breaker:open")]).toMatchObject([2, [{ learnt: false }]]);
  });

  it("stays known when the configuration changes", async () => {
    await using twins = await startKnown();
    twins.other.router.update({ breaker: { ...late, failureThreshold: 9 } });
    await hears(twins.other, "breaker_open");
    expect(twins.other.stateOfA()?.learnt).toBe(true);
  });
});

describe("a target that is back", () => {
  it("serves again in the process that only heard that it was down", async () => {
    await using twins = await startKnown({ breaker: soon });
    twins.a.heal();
    await expect.poll(() => twins.one.ask(), { timeout: 10_000 }).toContain("This is a");
    await expect.poll(() => twins.other.stateOfA()?.breaker, { timeout: 10_000 }).toBe("closed");
    expect(await twins.other.ask()).toContain("This is a");
    const closings = [twins.one, twins.other].map(({ events }) => events.of("breaker:close"));
    expect(closings).toEqual([[{ target: "a", learnt: false }], [{ target: "a", learnt: true }]]);
  });

  it("serves again in the process that found it down, when another has probed it", async () => {
    await using twins = await startKnown({ breaker: soon });
    twins.a.heal();
    await expect.poll(() => twins.other.ask(), { timeout: 10_000 }).toContain("This is a");
    const closings = () => twins.one.stateOfA() && twins.one.events.of("breaker:close");
    await expect.poll(closings, { timeout: 10_000 }).toEqual([{ target: "a", learnt: true }]);
    expect(await twins.one.ask()).toContain("This is a");
  });
});

describe("a probe", () => {
  it("is made by one process at a time", async () => {
    await using twins = await startKnown({ breaker: slow });
    twins.a.fail("a", faults.hang);
    await expect.poll(() => twins.one.stateOfA()?.breaker, { timeout: 10_000 }).toBe("half-open");
    const probe = twins.one.router.chat.completions.create(call);
    probe.catch(() => undefined);
    await twins.a.received(2);
    expect(await twins.other.ask()).toContain("This is b");
    expect(twins.a.hits()).toBe(2);
  });

  it("that never ends holds the others up for one cooldown, not for ever", async () => {
    await using twins = await startKnown({ breaker: soon });
    twins.a.fail("a", faults.hang);
    await expect.poll(() => twins.one.stateOfA()?.breaker, { timeout: 10_000 }).toBe("half-open");
    twins.one.router.chat.completions.create(call).catch(() => undefined);
    await twins.a.received(2);
    twins.a.heal();
    await expect.poll(() => twins.other.ask(), { timeout: 10_000 }).toContain("This is a");
  });

  it("that fails leaves the target alone in all for another cooldown", async () => {
    await using twins = await startKnown({ breaker: slow });
    const before = twins.other.events.of("breaker:open")[0]?.dueAt ?? Infinity;
    await expect.poll(() => twins.one.stateOfA()?.breaker, { timeout: 10_000 }).toBe("half-open");
    await twins.one.ask();
    await expect.poll(() => twins.other.stateOfA()?.dueAt ?? 0, { timeout: 10_000 }).toBeGreaterThan(before);
  });

  it("that its caller aborts leaves the turn to another", async () => {
    await using twins = await startKnown({ breaker: soon });
    twins.a.fail("a", faults.hang);
    await expect.poll(() => twins.one.stateOfA()?.breaker, { timeout: 10_000 }).toBe("half-open");
    const leaving = new AbortController();
    const probe = errorOf(twins.one.router.chat.completions.create(call, { signal: leaving.signal }));
    await twins.a.received(2);
    leaving.abort();
    await probe;
    twins.a.heal();
    expect(await twins.one.ask()).toContain("This is a");
  });

  it("waits for no turn where nothing else is left to try", async () => {
    await using twins = await startTwins({ breaker: soon, tiers: { main: ["a"], spare: ["b"] } });
    twins.a.fail("a", 500);
    await errorOf(twins.one.ask());
    await learns(twins.other);
    await expect.poll(() => twins.one.stateOfA()?.breaker, { timeout: 10_000 }).toBe("half-open");
    twins.a.fail("a", faults.hang);
    twins.one.ask().catch(() => undefined);
    await twins.a.received(2);
    twins.a.heal();
    expect(await twins.other.ask()).toContain("This is a");
  });
});

const rests = [
  { what: "a 429", fault: faults.rateLimited({ retryAfterS: 60 }), reason: "rate_limited", event: "target:rest" },
  { what: "a 404", fault: 404, reason: "model_not_found", event: "target:rest" },
  { what: "a 401", fault: faults.unauthorized, reason: "credentials_refused", event: "key:rest" },
  { what: "a 402", fault: faults.paymentRequired, reason: "quota_exhausted", event: "key:rest" },
] as const;

describe.each(rests)("$what in one process", ({ fault, reason, event }) => {
  it("lets what it is about rest in the other", async () => {
    await using twins = await startKnown({}, fault);
    expect(twins.other.stateOfA()).toMatchObject({ healthy: false, out: reason, learnt: true });
    expect(await twins.other.ask()).toContain("This is b");
    expect(twins.a.hits()).toBe(1);
  });

  it("is told of there as something learnt, by no request of its own", async () => {
    await using twins = await startKnown({}, fault);
    expect(twins.one.events.of(event)).toMatchObject([
      { reason, learnt: false, requestId: expect.any(String) as string },
    ]);
    expect(twins.other.events.of(event)).toMatchObject([{ reason, learnt: true, requestId: undefined }]);
  });
});

describe("a key that is refused in one process", () => {
  it("rests in the other alone, where the client has several", async () => {
    const keys = { default: ["sk-secret-one", "sk-secret-two"] };
    await using twins = await startTwins({ keys });
    twins.a.enqueue(401);
    await twins.one.ask();
    await expect
      .poll(() => keysOf(twins.other), { timeout: 10_000 })
      .toEqual([
        ["1", "credentials_refused", true],
        ["2", undefined, false],
      ]);
    await twins.other.ask();
    expect(twins.a.requests.at(-1)?.headers["authorization"]).toBe("Bearer sk-secret-two");
  });

  it("says nothing of another key in its place", async () => {
    await using twins = await startTwins();
    const rotated = twins.twin({ client: clientOf(twins.a, "sk-secret-key-of-a-that-is-new") });
    twins.a.enqueue(401);
    await twins.one.ask();
    await hears(twins.other, "credentials_refused");
    expect(await rotated.ask()).toContain("This is a");
    expect(rotated.events.of("key:rest")).toEqual([]);
  });
});

describe("what is told to the store", () => {
  it("holds no key, and nothing a key could be found by but the key itself", async () => {
    const written: string[] = [];
    const store = watched((key, value) => written.push(key, value ?? ""));
    await using twins = await startTwins({ keys: { other: ["sk-secret-one", "sk-secret-two"] } }, store);
    twins.a.fail("a", 401);
    twins.b.fail("b", faults.paymentRequired);
    await errorOf(twins.one.ask());
    await twins.one.router.drain();
    expect(written.filter((text) => text.startsWith("health:key:"))).toHaveLength(3);
    expect(written.join(" ")).not.toMatch(/secret|sk-|bearer/i);
  });

  it("has been told when the router is drained", async () => {
    const notes: string[] = [];
    const store = watched((key) => notes.push(key), 50);
    await using twins = await startTwins({}, store);
    twins.a.fail("a", 500);
    await twins.one.ask();
    await twins.one.router.drain();
    expect(notes.map((key) => key.split(":").slice(0, 2).join(":"))).toEqual(["health:breaker", "health:news"]);
  });
});

describe("a store that fails", () => {
  it("leaves each process with what it found out itself, and is told of once", async () => {
    const store = { ...memoryStore(), note: () => Promise.reject(new Error("out of reach")) };
    await using twins = await startTwins({}, store);
    twins.a.fail("a", 500);
    await twins.one.ask();
    await expect.poll(() => twins.one.events.of("store:failed")).toHaveLength(1);
    expect(await twins.one.ask()).toContain("This is b");
    expect([twins.one, twins.other].map((twin) => twin.stateOfA()?.out)).toEqual(["breaker_open", undefined]);
    expect(twins.one.events.of("store:failed")).toEqual([{ store: "memory", verb: "note", detail: "out of reach" }]);
  });

  it("fails no call when it can not be asked for news", async () => {
    const store: Store = { ...memoryStore(), take: () => Promise.reject(new Error("out of reach")) };
    await using twins = await startTwins({}, store);
    expect(await twins.one.ask()).toContain("This is a");
    await delay(1);
    expect(twins.one.events.of("store:failed")).toMatchObject([{ verb: "take" }]);
  });

  it("keeps nobody waiting for news", async () => {
    const store: Store = { ...memoryStore(), take: () => new Promise(() => undefined) };
    await using twins = await startTwins({}, store);
    expect(await twins.one.ask()).toContain("This is a");
  });
});

describe("a store that is down for a while", () => {
  it("is told afterwards what was found out without it", async () => {
    const faulty = new FaultyStore(memoryStore());
    const onUp = vi.fn<() => void>();
    await using twins = await startTwins({}, resilientStore(faulty, { probeMs: 20, onUp }));
    const far = twins.twin({ store: faulty });
    faulty.fault = "down";
    twins.a.fail("a", 500);
    await twins.one.ask();
    faulty.fault = "up";
    await expect.poll(() => onUp.mock.calls.length, { timeout: 10_000 }).toBe(1);
    await hears(far, "breaker_open");
    expect(far.stateOfA()?.learnt).toBe(true);
  });
});

/** A store that says what is noted; as late as told. */
function watched(onNote: (key: string, value: string | undefined) => void, lateMs = 0): Store {
  const store = memoryStore();
  return {
    ...store,
    async note(key, value, ttlMs) {
      if (lateMs > 0) await delay(lateMs);
      onNote(key, value);
      store.note(key, value, ttlMs);
    },
  };
}
