import { APIUserAbortError } from "openai";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ModelRouter, type AttemptRecord, type RouterOptions, type TargetOptions } from "../../src/index.ts";
import { faults, startProvider, type Provider, type Step } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, Events, hear, replyOf, startPair, textOf, type PairOptions } from "./setup.ts";

/** Second attempts beside every call. */
const hedge = { afterMs: 30, maxExtraLoad: 1 } as const;

function startHedged(options: PairOptions = {}) {
  return startPair({ ...options, router: { hedge, ...options.router } });
}

/** A target that gives nothing until its caller goes. */
const hanging = { a: { models: { a: { script: Array<Step>(9).fill(faults.hang) } } } };
/** One that is slow, and faster than a target that hangs. */
const slow = { delayMs: 300 };

describe("a target that is slow", () => {
  it("is left behind by the next one", async () => {
    await using pair = await startHedged(hanging);
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("b"));
  });

  it("is left behind by the next one's stream", async () => {
    await using pair = await startHedged(hanging);
    const heard = await hear(pair.router);
    expect([heard.text, heard.error]).toEqual([replyOf("b"), undefined]);
  });

  it("is left behind when its stream has begun and has no content", async () => {
    await using pair = await startHedged({ a: { script: [{ ttftMs: 5_000, delayMs: 0 }] } });
    expect((await hear(pair.router)).text).toBe(replyOf("b"));
  });

  it("is let go at once", async () => {
    await using pair = await startHedged(hanging);
    await pair.router.chat.completions.create(call);
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
    await vi.waitUntil(() => pair.a.openSockets() === 0);
  });

  it("is let go at once when a stream has won", async () => {
    await using pair = await startHedged(hanging);
    const stream = await pair.router.chat.completions.create({ ...call, stream: true });
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
    for await (const _ of stream);
  });

  it("wins when it answers first after all", async () => {
    await using pair = await startHedged({ a: [slow], b: [faults.hang] });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("a"));
    await pair.b.idle();
    expect(pair.b.requests[0]?.aborted).toBe(true);
  });

  it("wins when its stream has content first after all", async () => {
    await using pair = await startHedged({ a: [slow], b: [faults.hang] });
    expect((await hear(pair.router)).text).toBe(replyOf("a"));
    await pair.b.idle();
    expect(pair.b.requests[0]?.aborted).toBe(true);
  });

  it("is asked once, and so is the next one", async () => {
    await using pair = await startHedged(hanging);
    await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 1]);
  });

  it("says nothing about itself to its breaker", async () => {
    await using pair = await startHedged({ ...hanging, router: { breaker: { failureThreshold: 1, errorRate: 0 } } });
    await pair.router.chat.completions.create(call);
    expect(pair.router.health().targets["a"]).toMatchObject({ healthy: true, breaker: "closed", inFlight: 0 });
  });

  it("counts as slow", async () => {
    const a = { slow: { latencyMs: 20, minCalls: 1 } };
    await using pair = await startHedged({ ...hanging, targets: { a } });
    await pair.router.chat.completions.create(call);
    expect(pair.router.health().tiers["main"]?.slow).toEqual(["a"]);
  });

  it("counts as slow when a stream has won", async () => {
    const a = { slow: { latencyMs: 20, minCalls: 1 } };
    await using pair = await startHedged({ ...hanging, targets: { a } });
    await hear(pair.router);
    expect(pair.router.health().tiers["main"]?.slow).toEqual(["a"]);
  });

  it("does not look fast for that it was cut off", async () => {
    await using pair = await startHedged(hanging);
    await pair.router.chat.completions.create(call);
    await hear(pair.router);
    const { latency, ttft } = pair.router.stats().targets["a"] ?? {};
    expect([latency?.count, ttft?.count]).toEqual([1, 1]);
    expect(latency?.p50Ms).toBeGreaterThanOrEqual(29);
  });
});

it("leaves a target that is fast enough alone", async () => {
  await using pair = await startHedged({ router: { hedge: { afterMs: 10_000, maxExtraLoad: 1 } } });
  const completion = await pair.router.chat.completions.create(call);
  expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 0]);
  expect(pair.router.recordOf(completion).hedged).toBeUndefined();
  expect(pair.router.stats().hedges).toMatchObject({ started: 0 });
});

it("makes no second attempt unless it is told to", async () => {
  await using pair = await startPair({ a: [slow] });
  expect(textOf(await pair.router.chat.completions.create(call))).toBe(replyOf("a"));
  expect(pair.b.hits()).toBe(0);
});

describe("what is told of a second attempt", () => {
  it("is which attempt lost and which won", async () => {
    await using pair = await startHedged(hanging);
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.router.recordOf(completion)).toMatchObject({
      hedged: true,
      target: "b",
      fellBack: true,
      outcome: "answered",
      attempts: [
        { target: "a", failure: "outrun", detail: "another attempt of the call was faster", status: undefined },
        { target: "b", hedge: true, failure: undefined, status: 200 },
      ],
    });
  });

  it("is the same of a stream", async () => {
    await using pair = await startHedged(hanging);
    const { stream } = await hear(pair.router);
    expect(pair.router.recordOf(stream as object)).toMatchObject({
      hedged: true,
      target: "b",
      ttftMs: expect.any(Number),
      attempts: [
        { target: "a", failure: "outrun" },
        { target: "b", hedge: true, failure: undefined },
      ],
    });
  });

  it("is that it lost, when it did", async () => {
    await using pair = await startHedged({ a: [slow], b: [faults.hang] });
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.router.recordOf(completion)).toMatchObject({
      hedged: true,
      target: "a",
      fellBack: false,
      attempts: [
        { target: "b", hedge: true, failure: "outrun" },
        { target: "a", failure: undefined },
      ],
    });
  });

  it("is told as it happens", async () => {
    await using pair = await startHedged(hanging);
    await pair.router.chat.completions.create(call);
    expect(pair.events.names).toEqual([
      "request:start",
      "decision:made",
      "attempt:start",
      "hedge:start",
      "attempt:start",
      "attempt:end",
      "hedge:end",
      "attempt:end",
      "request:end",
    ]);
    expect(pair.events.of("hedge:start")).toMatchObject([{ from: "a", to: "b", afterMs: 30 }]);
    expect(pair.events.of("hedge:end")).toMatchObject([{ from: "a", to: "b", outcome: "won" }]);
  });

  it("is counted", async () => {
    await using pair = await startHedged({ a: [faults.hang, slow], b: [200, faults.hang] });
    await pair.router.chat.completions.create(call);
    await pair.router.chat.completions.create(call);
    const { hedges, targets, inFlight } = pair.router.stats();
    expect(hedges).toMatchObject({ started: 2, won: 1, outrun: 1, failed: 0, gaveUp: 0 });
    expect([targets["a"]?.failures, targets["b"]?.failures]).toEqual([{ outrun: 1 }, { outrun: 1 }]);
    expect([inFlight, targets["a"]?.inFlight, targets["b"]?.inFlight]).toEqual([0, 0, 0]);
  });

  it("is what the slow one may have cost, as an estimate", async () => {
    const price = { promptUsd: 1, completionUsd: 2 };
    await using pair = await startHedged({ ...hanging, targets: { a: { price }, b: { price } } });
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    const [lost, won] = record.attempts as [AttemptRecord, AttemptRecord];
    expect(lost.usage).toMatchObject({ promptTokens: expect.any(Number), completionTokens: 0, estimated: true });
    expect(lost.costUsd).toBeGreaterThan(0);
    expect(won.usage).toEqual(record.usage);
    expect(won.usage?.estimated).toBeUndefined();
    expect(record.costUsd).toBeCloseTo(Number(lost.costUsd) + Number(won.costUsd), 12);
  });

  it("is an unknown cost, when the price of the slow one is", async () => {
    await using pair = await startHedged({ ...hanging, targets: { b: { price: 1 } } });
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    expect(record.costUsd).toBeUndefined();
  });

  it("is foreseen", async () => {
    await using pair = await startHedged(hanging);
    await pair.router.chat.completions.create(call);
    const explanation = await pair.router.explain({ model: "main", messages: [] });
    expect(explanation.hedge).toMatchObject({ from: "a", to: "b", afterMs: 30 });
  });
});

describe("when the first attempt fails while the second runs", () => {
  const failing = { a: [{ ...slow, status: 500 }], b: [{ delayMs: 600 }] };

  it("the second goes on as the fallback", async () => {
    await using pair = await startHedged(failing);
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("b"));
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 1]);
    expect(pair.events.of("fallback:start")).toMatchObject([{ from: "a", to: "b", failure: "server_error" }]);
    expect(pair.router.stats().hedges.won).toBe(1);
  });

  it("a stream of the second goes on as the fallback", async () => {
    await using pair = await startHedged(failing);
    expect((await hear(pair.router)).text).toBe(replyOf("b"));
  });

  it("and no target could do better, the second is given up", async () => {
    await using pair = await startHedged({ a: [{ ...slow, status: 400 }], b: [faults.hang] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.status).toBe(400);
    await pair.b.idle();
    expect(pair.b.requests[0]?.aborted).toBe(true);
    expect(pair.events.of("hedge:end")).toMatchObject([{ outcome: "gave_up" }]);
    expect(pair.events.of("request:end")).toMatchObject([
      { record: { attempts: [{ target: "b", failure: "outrun" }, { failure: "bad_request" }] } },
    ]);
  });
});

describe("when the second attempt fails while the first runs", () => {
  it("the first goes on", async () => {
    await using pair = await startHedged({ a: [slow], b: [500] });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("a"));
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 1]);
    expect(pair.events.of("hedge:end")).toMatchObject([{ outcome: "failed" }]);
    expect(pair.router.health().targets["b"]?.inFlight).toBe(0);
  });

  it("its verdict on the request does not count before its turn comes", async () => {
    await using pair = await startHedged({ a: [{ ...slow, status: 500 }, 200], b: [400] });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("a"));
  });

  it("its verdict on the request counts when its turn has come", async () => {
    await using pair = await startHedged({ a: [{ ...slow, status: 500 }, 500], b: [400] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.status).toBe(400);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 1]);
  });

  it("what it says of its limits is heard", async () => {
    await using pair = await startHedged({ a: [slow], b: [faults.rateLimited({ retryAfterS: 30 })] });
    await pair.router.chat.completions.create(call);
    expect(pair.router.health().targets["b"]?.out).toBe("rate_limited");
  });
});

describe("when both attempts fail", () => {
  it("each target is tried as often as its retries allow, and no more", async () => {
    await using set = await startThree({
      a: [{ ...slow, status: 500 }, 500, 500],
      b: [500, 500, 500],
      c: [500, 500, 500],
    });
    await errorOf(set.router.chat.completions.create(call));
    expect([set.a.hits(), set.b.hits(), set.c.hits()]).toEqual([2, 2, 2]);
  });

  it("the chain goes on behind both", async () => {
    await using set = await startThree({ a: [{ ...slow, status: 500 }, 500], b: [500, 500] });
    const completion = await set.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("c"));
    expect(set.router.recordOf(completion).attempts.map(({ target, hedge: isHedge }) => [target, isHedge])).toEqual([
      ["b", true],
      ["a", undefined],
      ["a", undefined],
      ["b", undefined],
      ["c", undefined],
    ]);
  });

  it("the error has all that was tried", async () => {
    await using pair = await startHedged({
      a: [{ ...slow, status: 500 }],
      b: [500],
      router: { retry: { maxRetries: 0 } },
    });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toMatchObject({ code: "all_targets_failed" });
    expect(error.attempts?.map(({ target }) => target).toSorted()).toEqual(["a", "b"]);
  });

  it("one second attempt is made in a call", async () => {
    await using set = await startThree(
      { a: [faults.hang], b: [{ ...slow, status: 500 }, slow] },
      { timeouts: { headersMs: 100 } },
    );
    await set.router.chat.completions.create(call).catch(() => undefined);
    expect(set.router.stats().hedges.started).toBe(1);
  });
});

describe("a caller who aborts", () => {
  it("ends both attempts", async () => {
    await using pair = await startHedged({ ...hanging, b: [faults.hang] });
    const controller = new AbortController();
    const failure = errorOf(pair.router.chat.completions.create(call, { signal: controller.signal }));
    await pair.b.received(1);
    controller.abort();
    expect(await failure).toBeInstanceOf(APIUserAbortError);
    await Promise.all([pair.a.idle(), pair.b.idle()]);
    expect([pair.a.requests[0]?.aborted, pair.b.requests[0]?.aborted]).toEqual([true, true]);
    expect(pair.events.of("request:end")).toMatchObject([
      { record: { outcome: "aborted", attempts: [{ failure: "aborted" }, { failure: "aborted" }] } },
    ]);
    expect(pair.events.of("hedge:end")).toMatchObject([{ outcome: "gave_up" }]);
    expect(pair.router.stats()).toMatchObject({ inFlight: 0, hedges: { gaveUp: 1 } });
  });

  it("ends the stream that has won", async () => {
    await using pair = await startHedged({ ...hanging, b: [faults.stallStream()] });
    const stream = await pair.router.chat.completions.create({ ...call, stream: true });
    const failure = errorOf(
      (async () => {
        for await (const _ of stream) stream.controller.abort();
        throw new Error("ended");
      })(),
    );
    await failure;
    await pair.b.idle();
    expect(pair.b.requests[0]?.aborted).toBe(true);
    expect(pair.router.recordOf(stream)).toMatchObject({ outcome: "aborted", hedged: true });
  });
});

describe("a deadline", () => {
  it("ends both attempts", async () => {
    await using pair = await startHedged({ ...hanging, b: [faults.hang], router: { deadlineMs: 200 } });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.code).toBe("deadline_exceeded");
    await Promise.all([pair.a.idle(), pair.b.idle()]);
    expect(error.attempts?.map(({ failure }) => failure)).toEqual(["timeout", "timeout"]);
  });
});

it("is ended by the router's closing", async () => {
  await using pair = await startHedged({ ...hanging, b: [faults.hang] });
  const failure = errorOf(pair.router.chat.completions.create(call));
  await pair.b.received(1);
  await pair.router.close();
  expect((await failure).code).toBe("router_closed");
  await Promise.all([pair.a.idle(), pair.b.idle()]);
});

interface Three extends AsyncDisposable {
  readonly a: Provider;
  readonly b: Provider;
  readonly c: Provider;
  readonly router: ModelRouter;
  readonly events: Events;
}

type Scripts = { readonly [Name in "a" | "b" | "c"]?: readonly Step[] };

/** The tier `main` has three targets, each on a server of its own. */
async function startThree(
  { a = [], b = [], c = [] }: Scripts = {},
  options: Partial<RouterOptions> = {},
  targets: { readonly [Name in "a" | "b" | "c"]?: TargetOptions } = {},
): Promise<Three> {
  const [first, second, third] = await Promise.all([startProvider(...a), startProvider(...b), startProvider(...c)]);
  const router = new ModelRouter({
    client: clientOf(first),
    clients: { b: clientOf(second), c: clientOf(third) },
    targets: { a: { ...targets.a }, b: { client: "b", ...targets.b }, c: { client: "c", ...targets.c } },
    tiers: { main: ["a", "b", "c"] },
    retry: { minDelayMs: 0 },
    hedge,
    ...options,
  });
  return {
    a: first,
    b: second,
    c: third,
    router,
    events: new Events(router),
    async [Symbol.asyncDispose]() {
      await router.close();
      await Promise.all([first, second, third].map((provider) => provider.close()));
    },
  };
}

describe("the target of a second attempt", () => {
  it("is the next one that may be called", async () => {
    await using set = await startThree({ a: [faults.hang] }, { breaker: { failureThreshold: 1, errorRate: 0 } });
    set.b.fail(undefined, 500);
    await errorOf(set.router.chat.completions.create({ ...call, model: "b" }));
    const completion = await set.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("c"));
  });

  it("is none that was slow lately", async () => {
    const b = { slow: { latencyMs: 20, minCalls: 1 } };
    await using pair = await startHedged({ a: [200, slow], b: [faults.hang], targets: { b } });
    await pair.router.with({ target: "b", tier: "main" }).chat.completions.create(call);
    expect(pair.router.health().tiers["main"]?.slow).toEqual(["b"]);
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("a"));
    expect(pair.b.hits()).toBe(1);
    expect(pair.router.stats().hedges.refused).toMatchObject({ no_target: 1 });
  });

  it("is never outside the regions of the call", async () => {
    const regions = { a: { region: "eu-1" }, b: { region: "us-1" }, c: { region: "eu-2" } };
    await using set = await startThree({ a: [faults.hang] }, {}, regions);
    const completion = await set.router.with({ allowedRegions: ["eu-*"] }).chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("c"));
    expect(set.b.hits()).toBe(0);
  });

  it("is called with a key of its client, another one than the slow attempt's", async () => {
    await using a = await startProvider(faults.hang, 200);
    await using router = new ModelRouter({
      client: clientOf(a),
      keys: { default: ["sk-one-key", "sk-other-key"] },
      tiers: { main: ["a", "b"] },
      hedge,
    });
    const completion = await router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("b"));
    expect(a.requests.map(({ key }) => key).toSorted()).toEqual(["sk-one-key", "sk-other-key"]);
    expect(router.health().keys["default"]?.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
  });

  it("may rest by its key, while the slow one goes on", async () => {
    await using set = await startThree({ a: [slow], b: [401] });
    const completion = await set.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("a"));
    expect(set.router.health().targets["b"]?.out).toBe("credentials_refused");
  });

  it("does not exist where a call names its target", async () => {
    await using pair = await startHedged({ a: [slow] });
    await pair.router.chat.completions.create({ ...call, model: "a" });
    expect(pair.b.hits()).toBe(0);
  });
});

describe("hedge: afterMs p95", () => {
  afterEach(() => vi.useRealTimers());
  const p95 = { afterMs: "p95", maxExtraLoad: 1 } as const;

  it("makes none while too little was measured", async () => {
    await using pair = await startHedged({ a: [slow], router: { hedge: p95 } });
    await pair.router.chat.completions.create(call);
    expect(pair.b.hits()).toBe(0);
    const { hedge: foreseen } = await pair.router.explain(call);
    expect(foreseen?.obstacle).toContain("too few");
  });

  it.each(["an answer", "a stream"])("waits for %s as long as most of those before took", async (kind) => {
    await using pair = await startHedged({ router: { hedge: { ...p95, minCalls: 5 } } });
    const ask = () => (kind === "a stream" ? hear(pair.router) : pair.router.chat.completions.create(call));
    for (let time = 0; time < 5; time += 1) await ask();
    expect(pair.b.hits()).toBe(0);
    // Percentiles may be half a second old.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1_000 });
    pair.a.fail("a", faults.hang);
    await ask();
    expect(pair.b.hits()).toBe(1);
    const [start] = pair.events.of("hedge:start");
    expect(start?.afterMs).toBeLessThan(1_000);
  });
});

describe("an answer that must be accepted", () => {
  it("wins when it was, and not when it came", async () => {
    await using pair = await startHedged({
      router: {
        accept: async ({ text }) => {
          if (text === replyOf("a")) await new Promise(() => undefined);
          return true;
        },
      },
    });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("b"));
    const [lost] = pair.router.recordOf(completion).attempts;
    expect(lost).toMatchObject({ target: "a", failure: "outrun" });
    // It had come whole, and its provider has said what it took.
    expect(lost?.usage?.completionTokens).toBeGreaterThan(0);
    expect(lost?.usage?.estimated).toBeUndefined();
  });

  it("costs what had come of it when it was cut off", async () => {
    await using pair = await startHedged({
      a: [faults.stallStream({ afterChunks: 4 })],
      router: { accept: () => Promise.resolve(true) },
    });
    const { text, stream } = await hear(pair.router);
    expect(text).toBe(replyOf("b"));
    const [lost] = pair.router.recordOf(stream as object).attempts;
    expect(lost).toMatchObject({ target: "a", failure: "outrun", usage: { estimated: true } });
    expect(lost?.usage?.completionTokens).toBeGreaterThan(0);
  });
});
