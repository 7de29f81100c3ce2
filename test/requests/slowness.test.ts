import { afterEach, describe, expect, it, vi } from "vitest";
import { faults, type Step } from "../../src/testing/index.ts";
import { call, errorOf, hear, next, startPair, startSingle, type Pair } from "./setup.ts";

// Far beyond the limit: what a busy machine stands still meanwhile does not count.
const slow: Step = { delayMs: 600 };
const limits = { latencyMs: 150, minCalls: 2, cooldownMs: 60_000 };

async function ask(pair: Pick<Pair, "router">, times = 1): Promise<(string | undefined)[]> {
  const targets: (string | undefined)[] = [];
  for (let count = 0; count < times; count += 1) {
    const completion = await pair.router.chat.completions.create(call);
    targets.push(pair.router.recordOf(completion).target);
  }
  return targets;
}

afterEach(() => void vi.useRealTimers());

describe("a target that is slow for a while", () => {
  it("is left to the end of the chain", async () => {
    await using pair = await startPair({ a: [slow, slow], router: { slow: limits } });
    expect(await ask(pair, 3)).toEqual(["a", "a", "b"]);
  });

  it("is told, and shown with the reason", async () => {
    await using pair = await startPair({ a: [slow, slow], router: { slow: limits } });
    await ask(pair, 2);
    const [told] = pair.events.of("target:slow");
    expect(told).toMatchObject({ tier: "main", target: "a", latencyMs: 150, slowRate: 1 });
    const { targets, deferred, summary } = await pair.router.explain(call);
    expect(targets.map(({ target }) => target)).toEqual(["b", "a"]);
    expect(deferred).toEqual([
      { target: "a", reason: "slow", detail: "100 % of its calls took over 150 ms, due again in 60 s" },
    ]);
    expect(summary).toContain("Left to the end: a (100 % of its calls took over 150 ms");
    expect(pair.router.health().tiers["main"]).toEqual({ healthy: true, burning: undefined, slow: ["a"] });
  });

  it("is left to the end by its own past, where that counts", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    await using pair = await startPair({ router: { slow: { driftFactor: 3 } } });
    await ask(pair, 110);
    vi.setSystemTime(Date.now() + 61_000);
    pair.a.setModel("a", { latencyMs: 600 });
    await Promise.all(Array.from({ length: 10 }, () => ask(pair)));
    const [told] = pair.events.of("target:slow");
    expect(told).toMatchObject({ tier: "main", target: "a", usualMs: (told?.latencyMs ?? 0) / 3 });
    const { deferred } = await pair.router.explain(call);
    expect(deferred[0]?.detail).toContain(` ms where 95 % used to take at most ${told?.usualMs} ms, due again in 30 s`);
  });

  it("still takes over when the others fail", async () => {
    await using pair = await startPair({ a: [slow, slow], b: [429], router: { slow: limits } });
    expect(await ask(pair, 3)).toEqual(["a", "a", "a"]);
  });

  it("is slow by its streams' first token, not by their length", async () => {
    await using pair = await startPair({
      a: { models: { a: { reply: "a b c d", chunkDelayMs: [60, 60] } } },
      router: { slow: { ...limits, latencyMs: 200 } },
    });
    for (let count = 0; count < 3; count += 1) await hear(pair.router);
    expect(pair.events.of("target:slow")).toEqual([]);
    pair.a.setModel("a", { latencyMs: 400 });
    for (let count = 0; count < 3; count += 1) await hear(pair.router);
    expect(pair.events.of("target:slow")).toMatchObject([{ target: "a" }]);
  });

  it("is slow by calls that ran out of time", async () => {
    await using pair = await startPair({
      a: [faults.hang, faults.hang],
      router: { slow: limits },
      targets: { a: { timeouts: { headersMs: 200 } } },
    });
    expect(await ask(pair, 3)).toEqual(["b", "b", "b"]);
    expect(pair.a.hits()).toBe(2);
  });

  it("is not slow, nor fast, by calls that had no time to be slow", async () => {
    await using pair = await startPair({
      a: [slow, faults.hang, slow],
      router: { slow: limits },
      targets: { a: { timeouts: { headersMs: 100 } } },
    });
    await ask(pair, 3);
    expect(pair.events.of("target:slow")).toEqual([]);
  });

  it("is not slow by calls that failed", async () => {
    await using pair = await startPair({ a: [500, 500, 500, 500], router: { slow: limits } });
    await ask(pair, 2);
    expect(pair.events.of("target:slow")).toEqual([]);
  });

  it("has its place again when three probes were fast", async () => {
    await using pair = await startPair({ a: [slow, slow], router: { slow: { ...limits, cooldownMs: 1 } } });
    const recovered = next(pair.router, "target:recover");
    const targets = await ask(pair, 10);
    expect(await recovered).toEqual({ tier: "main", target: "a" });
    expect([targets.at(-1), pair.router.health().tiers["main"]?.slow]).toEqual(["a", []]);
  });

  it("goes on serving where it is alone", async () => {
    await using single = await startSingle({ a: [slow, slow], router: { slow: limits } });
    expect(await ask(single, 3)).toEqual(["a", "a", "a"]);
  });

  it("is called first all the same by who names it", async () => {
    await using pair = await startPair({ a: [slow, slow], router: { slow: limits } });
    await ask(pair, 2);
    const { record } = await pair.router.ask("Hi?", { tier: "main", target: "a" });
    expect(record.target).toBe("a");
  });

  it("is slow in the tier that says so", async () => {
    await using pair = await startPair({
      a: [slow, slow, slow, slow],
      router: { tiers: { main: { targets: ["a", "b"], slow: limits }, patient: ["a", "b"] } },
    });
    await ask(pair, 2);
    const first = async (model: string): Promise<string | undefined> =>
      (await pair.router.explain({ ...call, model })).targets[0]?.target;
    expect([await first("main"), await first("patient")]).toEqual(["b", "a"]);
    expect(pair.router.health().tiers["patient"]?.slow).toBeUndefined();
  });

  it("is slow by the promise of its tier", async () => {
    await using pair = await startPair({
      a: Array.from({ length: 10 }, () => slow),
      router: { tiers: { main: { targets: ["a", "b"], slo: { p99Ms: 150 } } } },
    });
    const targets = await ask(pair, 11);
    expect(targets.slice(-2)).toEqual(["a", "b"]);
  });

  it("stays slow over an update that leaves it alone, and is fast after one that changes its limit", async () => {
    await using pair = await startPair({ a: [slow, slow], router: { slow: limits } });
    await ask(pair, 2);
    pair.router.update({ slowMs: 5_000 });
    const before = pair.router.health().tiers["main"]?.slow;
    pair.router.update({ slow: { ...limits, latencyMs: 5_000 } });
    expect([before, pair.router.health().tiers["main"]?.slow]).toEqual([["a"], []]);
  });
});

describe("the promise of a tier", () => {
  const slo = { p99Ms: 150, availability: 0.999, minCalls: 3 };

  it("is told when it is broken too fast", async () => {
    await using single = await startSingle({
      a: [slow, slow, slow],
      router: { tiers: { main: { targets: ["a"], slo } } },
    });
    await ask(single, 3);
    const burn = { tier: "main", objective: "p99Ms", goal: 150, burnRate: 100, recentBurnRate: 100 };
    expect(single.events.of("slo:burn")).toEqual([burn]);
    expect(single.router.health().tiers["main"]?.burning).toBe(true);
  });

  it("is broken by calls that nobody answers", async () => {
    await using single = await startSingle({
      a: [503, 503, 503, 503, 503, 503],
      router: { breaker: false, tiers: { main: { targets: ["a"], slo } } },
    });
    for (let count = 0; count < 3; count += 1) await errorOf(single.router.chat.completions.create(call));
    expect(single.events.of("slo:burn")).toMatchObject([{ objective: "availability", goal: 0.999 }]);
  });

  it("is not broken by a fallback", async () => {
    await using pair = await startPair({
      a: [429, 429, 429],
      router: { tiers: { main: { targets: ["a", "b"], slo: { availability: 0.999, minCalls: 3 } } } },
    });
    await ask(pair, 3);
    expect(pair.events.of("slo:burn")).toEqual([]);
    expect(pair.router.health().tiers["main"]?.burning).toBe(false);
  });

  it("is told to be kept again", async () => {
    await using single = await startSingle({
      a: [slow, slow, slow],
      router: { tiers: { main: { targets: ["a"], slo: { ...slo, burnRate: 60 } } } },
    });
    await ask(single, 3);
    const recovered = next(single.router, "slo:recover");
    await ask(single, 3);
    expect(await recovered).toMatchObject({ tier: "main", objective: "p99Ms", burnRate: 50 });
  });

  it("is in the counters, of tiers that have one", async () => {
    await using pair = await startPair({
      router: { tiers: { main: { targets: ["a"], slo }, other: ["b"] } },
    });
    await ask(pair, 1);
    const { slos } = pair.router.stats();
    expect(Object.keys(slos)).toEqual(["main"]);
    expect(slos["main"]).toMatchObject({
      burning: false,
      windowMs: 3_600_000,
      objectives: { availability: { calls: 1, broken: 0, burnRate: 0 }, p99Ms: { calls: 1 } },
    });
  });

  it("is measured on over an update that leaves it alone", async () => {
    await using single = await startSingle({ router: { tiers: { main: { targets: ["a"], slo } } } });
    await ask(single, 1);
    single.router.update({ slowMs: 5_000 });
    const kept = single.router.stats().slos["main"]?.objectives.availability?.calls;
    single.router.update({ tiers: { main: { targets: ["a"], slo: { availability: 0.9 } } } });
    expect([kept, single.router.stats().slos["main"]?.objectives.availability?.calls]).toEqual([1, 0]);
  });

  it("counts a call that was late by within()", async () => {
    await using single = await startSingle({
      a: [faults.hang],
      router: { tiers: { main: { targets: ["a"], slo } } },
    });
    const ended = next(single.router, "request:end");
    await single.router.within(300, (view) => view.chat.completions.create(call));
    await ended;
    expect(single.router.stats().slos["main"]?.objectives).toMatchObject({
      availability: { calls: 1, broken: 1 },
      p99Ms: { calls: 1, broken: 1 },
    });
  });
});
