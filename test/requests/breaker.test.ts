import { describe, expect, it } from "vitest";
import { AllTargetsOutError, type BreakerOptions } from "../../src/index.ts";
import { faults } from "../../src/testing/index.ts";
import {
  call,
  errorOf,
  hear,
  next,
  replyOf,
  startPair,
  startSingle,
  streamingCall,
  textOf,
  type Pair,
  type Single,
} from "./setup.ts";

/** Opens at the second failure, and lets a probe through soon. */
const soon = { failureThreshold: 2, errorRate: 0.5, cooldownMs: 30 } satisfies BreakerOptions;

/** Opens at the first failure, and stays open for the whole test. */
const late = { failureThreshold: 1, errorRate: 0, cooldownMs: 600_000 } satisfies BreakerOptions;

const once = { maxRetries: 0, minDelayMs: 0 };

function ask({ router }: Pick<Pair, "router">): Promise<string> {
  return router.chat.completions.create(call).then(textOf);
}

function stateOf({ router }: Pick<Pair, "router">): string | undefined {
  return router.health().targets["a"]?.breaker;
}

/** A pair whose target `a` has failed until its breaker opened. */
async function startOpen(breaker: BreakerOptions): Promise<Pair> {
  const pair = await startPair({ router: { breaker, retry: once } });
  pair.a.fail("a", 500);
  while (stateOf(pair) === "closed") await ask(pair);
  return pair;
}

/** A pair whose target `a` may be probed. */
async function startHalfOpen(breaker: BreakerOptions = soon): Promise<Pair> {
  const pair = await startPair({ router: { breaker, retry: once } });
  pair.a.fail("a", 500);
  const halfOpen = next(pair.router, "breaker:half-open");
  while (stateOf(pair) === "closed") await ask(pair);
  await halfOpen;
  return pair;
}

describe("a breaker opens", () => {
  it("at its threshold of failures, not before", async () => {
    await using pair = await startPair({ router: { breaker: { ...late, failureThreshold: 2 }, retry: once } });
    pair.a.fail("a", 500);
    const states: unknown[] = [];
    for (let count = 0; count < 2; count += 1) {
      await ask(pair);
      states.push(stateOf(pair));
    }
    expect(states).toEqual(["closed", "open"]);
  });

  it("only when failures are a large enough share of the calls", async () => {
    await using pair = await startPair({
      a: [200, 200, 200, 500, 500, 500],
      router: { breaker: { ...soon, cooldownMs: 600_000 }, retry: once },
    });
    const states: unknown[] = [];
    for (let count = 0; count < 6; count += 1) {
      await ask(pair);
      states.push(stateOf(pair));
    }
    expect(states).toEqual(["closed", "closed", "closed", "closed", "closed", "open"]);
  });

  it("and says so, with the time at which it lets a probe through", async () => {
    await using pair = await startPair({ router: { breaker: late, retry: once } });
    pair.a.fail("a", 500);
    const before = Date.now();
    await ask(pair);
    const [open] = pair.events.of("breaker:open");
    expect(open?.target).toBe("a");
    // A cooldown is up to a tenth shorter, by chance.
    expect(open?.dueAt).toBeGreaterThanOrEqual(before + 540_000);
    expect(open?.dueAt).toBeLessThanOrEqual(Date.now() + 600_000);
    expect(pair.router.health().targets["a"]).toMatchObject({
      healthy: false,
      out: "breaker_open",
      dueAt: open?.dueAt,
    });
  });

  it("for its own target only", async () => {
    await using pair = await startOpen(late);
    expect(pair.router.health().targets["b"]?.breaker).toBe("closed");
  });

  it("never where it is off", async () => {
    await using pair = await startPair({ router: { breaker: false, retry: once } });
    pair.a.fail("a", 500);
    for (let count = 0; count < 10; count += 1) await ask(pair);
    expect(pair.a.hits()).toBe(10);
    expect(stateOf(pair)).toBeUndefined();
  });

  it("for streams too, when they break after their first content", async () => {
    await using pair = await startPair({ router: { breaker: late } });
    pair.a.fail("a", faults.cutStream({ afterChunks: 1 }));
    await hear(pair.router);
    const { text } = await hear(pair.router);
    expect(text).toBe(replyOf("b"));
  });
});

describe("an open breaker", () => {
  it("keeps calls away from its target", async () => {
    await using pair = await startOpen(late);
    const before = pair.a.hits();
    expect(await ask(pair)).toBe(replyOf("b"));
    expect(pair.a.hits()).toBe(before);
  });

  it("is no fallback: the chain begins with the target that serves", async () => {
    await using pair = await startOpen(late);
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.router.recordOf(completion)).toMatchObject({ target: "b", fellBack: false });
  });

  it("is named by explain()", async () => {
    await using pair = await startOpen(late);
    expect(await pair.router.explain(call)).toMatchObject({
      targets: [{ target: "b" }],
      leftOut: [{ target: "a", reason: "breaker_open" }],
      lastResort: false,
    });
  });

  it("is passed by a call that names the target, when nothing else is left", async () => {
    await using pair = await startOpen(late);
    pair.a.heal();
    const completion = await pair.router.chat.completions.create({ ...call, model: "a" });
    expect(textOf(completion)).toBe(replyOf("a"));
  });
});

describe("a half-open breaker", () => {
  it("lets one call through, and closes when it succeeds", async () => {
    await using pair = await startHalfOpen();
    pair.a.heal();
    expect(await ask(pair)).toBe(replyOf("a"));
    expect(pair.events.names.filter((name) => name.startsWith("breaker:"))).toEqual([
      "breaker:open",
      "breaker:half-open",
      "breaker:close",
    ]);
  });

  it("lets exactly one call through at a time", async () => {
    await using pair = await startHalfOpen();
    const before = pair.a.hits();
    pair.a.fail("a", faults.hang);
    const controller = new AbortController();
    const probe = errorOf(pair.router.chat.completions.create(call, { signal: controller.signal }));
    await pair.a.received(before + 1);
    const others = await Promise.all(Array.from({ length: 10 }, () => ask(pair)));
    expect(new Set(others)).toEqual(new Set([replyOf("b")]));
    expect(pair.a.hits()).toBe(before + 1);
    controller.abort();
    await probe;
  });

  it("lets exactly one of many calls through that come at once", async () => {
    await using pair = await startHalfOpen();
    const before = pair.a.hits();
    await Promise.all(Array.from({ length: 10 }, () => ask(pair)));
    expect(pair.a.hits()).toBe(before + 1);
  });

  it("opens again when the probe fails", async () => {
    await using pair = await startHalfOpen();
    const reopened = next(pair.router, "breaker:open");
    expect(await ask(pair)).toBe(replyOf("b"));
    expect((await reopened).target).toBe("a");
  });

  it("opens again when the probe's stream breaks", async () => {
    await using pair = await startHalfOpen();
    pair.a.fail("a", faults.cutStream({ afterChunks: 1 }));
    const reopened = next(pair.router, "breaker:open");
    await hear(pair.router);
    expect((await reopened).target).toBe("a");
  });

  it("closes when the probe's stream has ended, not when it begins", async () => {
    await using pair = await startHalfOpen();
    pair.a.heal();
    const stream = await pair.router.chat.completions.create(streamingCall);
    expect(stateOf(pair)).toBe("half-open");
    const closed = next(pair.router, "breaker:close");
    for await (const _ of stream) continue;
    expect((await closed).target).toBe("a");
  });

  it.each([
    ["an abort", faults.hang],
    ["a 400", faults.badRequest],
    ["a 429 that does not say when", faults.rateLimited()],
  ])("neither closes nor stays taken after %s as the probe", async (_, step) => {
    await using pair = await startHalfOpen();
    const before = pair.a.hits();
    pair.a.fail("a", step);
    const controller = new AbortController();
    const probe = pair.router.chat.completions.create(call, { signal: controller.signal }).catch(() => undefined);
    await pair.a.received(before + 1);
    if (step === faults.hang) controller.abort();
    await probe;
    expect(stateOf(pair)).toBe("half-open");
    pair.a.heal();
    expect(await ask(pair)).toBe(replyOf("a"));
  });

  it("is not closed by a call that began before it opened", async () => {
    await using pair = await startPair({
      a: [faults.stallStream({ afterChunks: 1 })],
      router: { breaker: soon, retry: once },
    });
    const slow = await pair.router.chat.completions.create(streamingCall);
    pair.a.fail("a", 500);
    const halfOpen = next(pair.router, "breaker:half-open");
    await ask(pair);
    await ask(pair);
    await halfOpen;
    const ended = next(pair.router, "request:end");
    slow.controller.abort();
    await ended;
    expect(stateOf(pair)).toBe("half-open");
  });
});

it("is not closed while half-open by a slow success from before the opening", async () => {
  await using pair = await startPair({ router: { breaker: soon, retry: once } });
  pair.a.setModel("a", { script: [{ delayMs: 150 }] });
  const slow = ask(pair);
  await pair.a.received(1);
  pair.a.fail("a", 500);
  const halfOpen = next(pair.router, "breaker:half-open");
  await ask(pair);
  await ask(pair);
  await halfOpen;
  expect(await slow).toBe(replyOf("a"));
  expect(stateOf(pair)).toBe("half-open");
});

/** Both breakers are open, that of `a` is due first. */
async function startOut(): Promise<Pair> {
  const pair = await startPair({
    router: { retry: once },
    targets: { a: { breaker: late }, b: { breaker: { ...late, cooldownMs: 700_000 } } },
  });
  pair.a.fail("a", 500);
  pair.b.fail("b", 500);
  await errorOf(ask(pair));
  return pair;
}

describe("when all targets are out", () => {
  it("the one that is due first is tried rather than none", async () => {
    await using pair = await startOut();
    const [a, b] = [pair.a.hits(), pair.b.hits()];
    pair.a.heal();
    pair.b.heal();
    expect(await ask(pair)).toBe(replyOf("a"));
    expect([pair.a.hits(), pair.b.hits()]).toEqual([a + 1, b]);
  });

  it("that one closes its breaker by succeeding", async () => {
    await using pair = await startOut();
    pair.a.heal();
    await ask(pair);
    expect(stateOf(pair)).toBe("closed");
  });

  it("that one stays out by failing", async () => {
    await using pair = await startOut();
    await errorOf(ask(pair));
    expect(stateOf(pair)).toBe("open");
  });

  it("that one is tried by one call at a time, and the others are told when to come back", async () => {
    await using pair = await startOut();
    const before = pair.a.hits();
    pair.a.fail("a", faults.hang);
    const controller = new AbortController();
    const trying = errorOf(pair.router.chat.completions.create(call, { signal: controller.signal }));
    await pair.a.received(before + 1);
    const error = await errorOf(ask(pair));
    expect(error).toBeInstanceOf(AllTargetsOutError);
    expect(error).toMatchObject({ code: "all_targets_out", attempts: [] });
    expect(error.retryAfterMs).toBeGreaterThan(530_000);
    expect(pair.a.hits()).toBe(before + 1);
    controller.abort();
    await trying;
  });

  it("the way is free again after a call that was aborted", async () => {
    await using pair = await startOut();
    const before = pair.a.hits();
    pair.a.fail("a", faults.hang);
    const controller = new AbortController();
    const trying = errorOf(pair.router.chat.completions.create(call, { signal: controller.signal }));
    await pair.a.received(before + 1);
    controller.abort();
    await trying;
    pair.a.heal();
    expect(await ask(pair)).toBe(replyOf("a"));
  });

  it("health() says so", async () => {
    await using pair = await startOut();
    expect(pair.router.health()).toMatchObject({ healthy: false, tiers: { main: { healthy: false } } });
  });

  it("a call at fetch level is told in Retry-After", async () => {
    await using pair = await startOut();
    pair.a.fail("a", faults.hang);
    const before = pair.a.hits();
    const controller = new AbortController();
    const trying = errorOf(pair.router.chat.completions.create(call, { signal: controller.signal }));
    await pair.a.received(before + 1);
    const response = await pair.router.fetch(`${pair.a.url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify(call),
    });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(530);
    controller.abort();
    await trying;
  });
});

function startBare(): Promise<Single> {
  return startSingle({ router: { retry: false, breaker: late } });
}

describe("one target with retries off", () => {
  it("is called whatever its breaker says", async () => {
    await using single = await startBare();
    single.a.fail("a", 500);
    await errorOf(single.router.chat.completions.create(call, { maxRetries: 0 }));
    await errorOf(single.router.chat.completions.create(call, { maxRetries: 0 }));
    expect(single.a.hits()).toBe(2);
  });
});

describe("a probe that hangs", () => {
  const probing = { ...soon, probeMs: 100 };

  it("ends by its own clock, and leaves its call to the next target", async () => {
    await using pair = await startHalfOpen(probing);
    pair.a.fail("a", faults.hang);
    const reopened = next(pair.router, "breaker:open");
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.router.recordOf(completion)).toMatchObject({
      target: "b",
      attempts: [{ target: "a", failure: "timeout" }, { target: "b" }],
    });
    expect((await reopened).target).toBe("a");
  });

  it("ends by its own clock where its stream has no content", async () => {
    await using pair = await startHalfOpen(probing);
    pair.a.fail("a", faults.stallStream({ afterChunks: 0 }));
    expect((await hear(pair.router)).text).toBe(replyOf("b"));
  });

  it("does not end a stream that has begun", async () => {
    await using pair = await startHalfOpen(probing);
    pair.a.heal();
    pair.a.setModel("a", { chunkDelayMs: 60 });
    expect((await hear(pair.router)).text).toBe(replyOf("a"));
  });
});

describe("a target whose server error says when to come back", () => {
  it("is left alone until then, however short its cooldown", async () => {
    await using pair = await startPair({ router: { breaker: soon, retry: once } });
    pair.a.fail("a", { status: 503, headers: { "retry-after": "300" } });
    await ask(pair);
    await ask(pair);
    const { dueAt = 0 } = pair.router.health().targets["a"] ?? {};
    expect(dueAt - Date.now()).toBeGreaterThan(290_000);
  });
});

/** Closes soon, and has a tenth of its calls for the whole test. */
const ramping = { ...soon, rampUpMs: 600_000 };

async function startBack(breaker: BreakerOptions): Promise<Pair> {
  const pair = await startHalfOpen(breaker);
  pair.a.heal();
  await ask(pair);
  return pair;
}

describe("a target that is back", () => {
  it("gets a share of its calls at first, and the next target the others", async () => {
    await using pair = await startBack(ramping);
    const before = pair.a.hits();
    for (let count = 0; count < 100; count += 1) await ask(pair);
    const share = pair.a.hits() - before;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(35);
  });

  it("gets all of them when its time is over", async () => {
    await using pair = await startBack({ ...soon, rampUpMs: 0 });
    const before = pair.a.hits();
    for (let count = 0; count < 20; count += 1) await ask(pair);
    expect(pair.a.hits() - before).toBe(20);
  });

  it("refuses no call that has no other target", async () => {
    await using single = await startSingle({ router: { breaker: ramping, retry: once } });
    single.a.fail("a", 500);
    const halfOpen = next(single.router, "breaker:half-open");
    await errorOf(ask(single));
    await errorOf(ask(single));
    await halfOpen;
    single.a.heal();
    const texts: string[] = [];
    for (let count = 0; count < 20; count += 1) texts.push(await ask(single));
    expect(new Set(texts)).toEqual(new Set([replyOf("a")]));
  });

  it("serves a call that its next target fails", async () => {
    await using pair = await startBack(ramping);
    pair.b.fail("b", 500);
    const texts: string[] = [];
    for (let count = 0; count < 4; count += 1) texts.push(await ask(pair));
    expect(new Set(texts)).toEqual(new Set([replyOf("a")]));
  });

  it("serves a call that names it", async () => {
    await using pair = await startBack(ramping);
    const view = pair.router.with({ tier: "main", target: "a" });
    const before = pair.a.hits();
    for (let count = 0; count < 20; count += 1) await view.chat.completions.create({ ...call, model: "auto" });
    expect(pair.a.hits() - before).toBe(20);
  });

  it("is shown with its share", async () => {
    await using pair = await startBack(ramping);
    expect(pair.router.health().targets["a"]).toMatchObject({ healthy: true, share: expect.closeTo(0.1, 2) });
    const { returning, summary } = await pair.router.explain(call);
    expect(returning).toEqual([{ target: "a", share: expect.closeTo(0.1, 2) }]);
    expect(summary).toContain("Coming back: a, which gets 10 % of its calls for now.");
  });
});

it("lets exactly one of 100 calls through when half-open, and the others do not wait for it", async () => {
  await using pair = await startHalfOpen();
  const before = pair.a.hits();
  pair.a.fail("a", faults.hang);
  const calls = Array.from({ length: 100 }, () => pair.router.chat.completions.create(call).then(textOf));
  let answered = 0;
  // The probe hangs for longer than the test: the others are all answered before it ends.
  await new Promise<void>((resolve) => {
    for (const one of calls) {
      one.then(
        () => (++answered === 99 ? resolve() : undefined),
        () => undefined,
      );
    }
  });
  expect([pair.a.hits() - before, pair.b.hits() >= 99]).toEqual([1, true]);
});
