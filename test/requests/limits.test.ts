import { APIUserAbortError } from "openai";
import { describe, expect, it } from "vitest";
import type { Provider } from "../../src/testing/index.ts";
import {
  call,
  clientOf,
  errorOf,
  hear,
  next,
  startPair,
  startSingle,
  streamingCall,
  textOf,
  type Single,
} from "./setup.ts";
import { memoryStore, ModelRouter } from "../../src/index.ts";

/** A target that takes its time, one call at a time. */
function startNarrow(options: Parameters<typeof startSingle>[0] = {}): Promise<Single> {
  return startSingle({ a: { latencyMs: 30 }, targets: { a: { limits: { concurrency: 1 } } }, ...options });
}

/** What the last message of each request said, in the order in which the requests came in. */
function saidTo({ requests }: Provider): unknown[] {
  return requests.map(({ body }) => (body as unknown as { messages: { content: string }[] }).messages.at(-1)?.content);
}

const saying = (content: string) => ({ model: "main", messages: [{ role: "user" as const, content }] });

describe("requests a minute", () => {
  it("send the next call to the next target, before the provider says 429", async () => {
    await using pair = await startPair({
      a: { requestsPerMinute: 50 },
      targets: { a: { limits: { requestsPerMinute: 50 } } },
    });
    const completions = await Promise.all(Array.from({ length: 51 }, () => pair.router.chat.completions.create(call)));
    expect([pair.a.hits(), pair.b.hits()]).toEqual([50, 1]);
    expect(pair.events.of("attempt:end").filter(({ attempt }) => attempt.failure !== undefined)).toEqual([]);
    expect(textOf(completions[50]!)).toContain("This is b");
  });

  it("are those of a key for all its targets", async () => {
    await using pair = await startPair({
      router: { clientLimits: { default: { requestsPerMinute: 3 } }, tiers: { main: ["a", "a-too", "b"] } },
    });
    for (let calls = 0; calls < 5; calls += 1) await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([3, 2]);
  });

  it("count retries", async () => {
    await using pair = await startPair({ a: [503], targets: { a: { limits: { requestsPerMinute: 2 } } } });
    for (let calls = 0; calls < 2; calls += 1) await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 1]);
  });

  it("are told when they are reached", async () => {
    await using pair = await startPair({ targets: { a: { limits: { requestsPerMinute: 1 } } } });
    for (let calls = 0; calls < 2; calls += 1) await pair.router.chat.completions.create(call);
    const [reached, ...more] = pair.events.of("limit:reached");
    expect(more).toEqual([]);
    expect(reached).toMatchObject({ target: "a", limit: "limit:target:a:requests", of: "requests", most: 1 });
    expect(reached?.dueInMs).toBeGreaterThan(50_000);
  });

  it("end a call that can not wait so long, and say when to come back", async () => {
    await using single = await startSingle({ targets: { a: { limits: { requestsPerMinute: 1 } } } });
    await single.router.chat.completions.create(call);
    const error = await errorOf(single.router.with({ deadlineMs: 5_000 }).chat.completions.create(call));
    expect(error.code).toBe("all_targets_out");
    expect(error.message).toContain("its limit of 1 requests a minute is reached, due again in 6");
    expect(error.retryAfterMs).toBeGreaterThan(50_000);
    expect([single.a.hits(), single.router.stats().waits.refused]).toEqual([1, 1]);
  });

  it("end a call at once when calls do not wait", async () => {
    await using single = await startSingle({
      targets: { a: { limits: { requestsPerMinute: 1 } } },
      router: { waiting: false },
    });
    await single.router.chat.completions.create(call);
    const error = await errorOf(single.router.chat.completions.create(call));
    expect([error.code, single.router.recordOf(error)?.outcome]).toEqual(["all_targets_out", "failed"]);
  });
});

describe("tokens a minute", () => {
  it("are settled with what was used", async () => {
    await using pair = await startPair({ targets: { a: { limits: { tokensPerMinute: 1_500 } } } });
    for (let calls = 0; calls < 8; calls += 1) await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([8, 0]);
  });

  it("are settled with what a stream used, at its end", async () => {
    await using pair = await startPair({ targets: { a: { limits: { tokensPerMinute: 1_500 } } } });
    for (let calls = 0; calls < 4; calls += 1) await hear(pair.router);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([4, 0]);
  });

  it("are held while calls are under way: what they may need", async () => {
    await using pair = await startPair({
      a: { latencyMs: 20 },
      targets: { a: { limits: { tokensPerMinute: 1_500 } } },
    });
    const [small, large] = [
      { ...call, max_tokens: 100 },
      { ...call, max_tokens: 1_300 },
    ];
    await Promise.all([large, large, small].map((body) => pair.router.chat.completions.create(body)));
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 1]);
  });

  it("are waited for while calls hold more than they will use, however soon the deadline is", async () => {
    await using single = await startSingle({
      a: { latencyMs: 30 },
      targets: { a: { limits: { tokensPerMinute: 1_500 } } },
      router: { deadlineMs: 20_000 },
    });
    await Promise.all([1, 2, 3].map(() => single.router.chat.completions.create(call)));
    expect([single.a.hits(), single.router.stats().waits.letIn]).toEqual([3, 2]);
  });

  it("are all taken by a call that may need more", async () => {
    await using single = await startSingle({ targets: { a: { limits: { tokensPerMinute: 100 } } } });
    await single.router.chat.completions.create({ ...call, max_tokens: 5_000 });
    expect(single.a.hits()).toBe(1);
  });

  it("are given back when the provider did not serve", async () => {
    await using single = await startSingle({ a: [503], targets: { a: { limits: { tokensPerMinute: 1_100 } } } });
    const completion = await single.router.chat.completions.create(call);
    expect(single.router.recordOf(completion).attempts).toHaveLength(2);
  });
});

describe("calls at the same time", () => {
  it("are never more at the provider", async () => {
    let most = 0;
    await using single = await startSingle({
      a: {
        latencyMs: [1, 8],
        models: { a: { reply: () => String((most = Math.max(most, single.a.inFlight()))) } },
      },
      targets: { a: { limits: { concurrency: 2 } } },
    });
    await Promise.all(Array.from({ length: 20 }, () => single.router.chat.completions.create(call)));
    expect([single.a.hits(), most]).toEqual([20, 2]);
    expect(single.router.stats().waits).toMatchObject({ waiting: 0, letIn: 18, gaveUp: 0, refused: 0 });
  });

  it("spill over to the next target, and then wait for the one that is free first", async () => {
    const limits = { concurrency: 2 };
    await using pair = await startPair({ a: { latencyMs: 60_000 }, targets: { a: { limits }, b: { limits } } });
    const calls = Array.from({ length: 12 }, () => pair.router.chat.completions.create(call));
    const slow = calls.slice(0, 2).map((promise) => errorOf(promise));
    await Promise.all(calls.slice(2));
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 10]);
    await pair.router.close();
    await Promise.all(slow);
  });

  it("hold a stream's place until its end", async () => {
    await using single = await startNarrow();
    const stream = await single.router.chat.completions.create(streamingCall);
    const waiting = next(single.router, "wait:start");
    const second = single.router.chat.completions.create(call);
    await waiting;
    const before = single.a.hits();
    for await (const _ of stream);
    await second;
    expect([before, single.a.hits()]).toEqual([1, 2]);
  });

  it("are served from the waiting room when the target before fails", async () => {
    await using pair = await startPair({
      a: [503, 503],
      b: { latencyMs: 300 },
      targets: { b: { limits: { concurrency: 1 } } },
    });
    const first = pair.router.with({ target: "b" }).chat.completions.create(call);
    await next(pair.router, "attempt:start");
    const completion = await pair.router.chat.completions.create(call);
    await first;
    expect(textOf(completion)).toContain("This is b");
    expect(pair.router.recordOf(completion).waitedMs).toBeGreaterThan(0);
    expect(pair.events.of("fallback:start")).toMatchObject([{ from: "a", to: "b" }]);
  });
});

describe("a call that waits", () => {
  it("lets interactive calls go before those of batches", async () => {
    await using single = await startNarrow();
    const batch = single.router.with({ priority: "batch" });
    const calls = [single.router.chat.completions.create(saying("first"))];
    for (const said of ["batch 1", "batch 2"]) calls.push(batch.chat.completions.create(saying(said)));
    for (const said of ["user 1", "user 2"]) calls.push(single.router.chat.completions.create(saying(said)));
    await Promise.all(calls);
    expect(saidTo(single.a)).toEqual(["first", "user 1", "user 2", "batch 1", "batch 2"]);
  });

  it("goes after four others at the latest when it is a batch's", async () => {
    await using single = await startNarrow();
    const calls = [single.router.chat.completions.create(saying("first"))];
    calls.push(single.router.with({ priority: "batch" }).chat.completions.create(saying("batch")));
    for (let at = 1; at <= 6; at += 1) calls.push(single.router.chat.completions.create(saying(`user ${at}`)));
    await Promise.all(calls);
    expect(saidTo(single.a).indexOf("batch")).toBe(5);
  });

  it("leaves its place to the next when its caller aborts", async () => {
    await using single = await startNarrow();
    const controller = new AbortController();
    const first = single.router.chat.completions.create(saying("first"));
    const second = errorOf(single.router.chat.completions.create(saying("second"), { signal: controller.signal }));
    const third = single.router.chat.completions.create(saying("third"));
    while (single.events.of("wait:start").length < 2) await next(single.router, "wait:start");
    controller.abort();
    expect(await second).toBeInstanceOf(APIUserAbortError);
    await Promise.all([first, third]);
    expect(saidTo(single.a)).toEqual(["first", "third"]);
    expect(single.events.of("wait:end").map(({ outcome }) => outcome)).toEqual(["gave_up", "let_in"]);
  });

  it("ends at its deadline", async () => {
    await using single = await startNarrow({ a: { latencyMs: 500 } });
    const first = single.router.chat.completions.create(call);
    const error = await errorOf(single.router.with({ deadlineMs: 40 }).chat.completions.create(call));
    expect(error.code).toBe("deadline_exceeded");
    await first;
    expect(single.a.hits()).toBe(1);
  });

  it("ends when it has waited as long as it may", async () => {
    await using single = await startNarrow({ a: { latencyMs: 500 }, router: { waiting: { maxWaitMs: 40 } } });
    const first = single.router.chat.completions.create(call);
    const error = await errorOf(single.router.chat.completions.create(call));
    expect([error.code, error.retryAfterMs]).toEqual(["all_targets_out", undefined]);
    await first;
  });

  it("ends when the router is closed", async () => {
    await using single = await startNarrow({ a: { latencyMs: 500 } });
    const first = errorOf(single.router.chat.completions.create(call));
    const second = errorOf(single.router.chat.completions.create(call));
    await next(single.router, "wait:start");
    await single.router.close();
    expect([(await first).code, (await second).code]).toEqual(["router_closed", "router_closed"]);
    expect(single.router.stats().waits).toMatchObject({ waiting: 0, gaveUp: 1 });
  });

  it("is waited for by drain()", async () => {
    await using single = await startNarrow();
    const calls = [1, 2].map(() => single.router.chat.completions.create(call));
    await next(single.router, "wait:start");
    await single.router.drain();
    expect(single.a.hits()).toBe(2);
    await Promise.all(calls);
  });

  it("finds no place when so many wait already", async () => {
    await using single = await startNarrow({ router: { waiting: { maxWaiting: 1 } } });
    const calls = [1, 2].map(() => single.router.chat.completions.create(call));
    await next(single.router, "wait:start");
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error.code).toBe("all_targets_out");
    await Promise.all(calls);
  });

  it("says so, with its record", async () => {
    await using single = await startNarrow();
    const [, second] = await Promise.all([1, 2].map(() => single.router.chat.completions.create(call)));
    const [start] = single.events.of("wait:start");
    const [end] = single.events.of("wait:end");
    expect(start).toMatchObject({ limits: ["limit:target:a:calls"], waiting: 1 });
    expect(end).toMatchObject({ requestId: start?.requestId, outcome: "let_in" });
    expect(single.router.recordOf(second!).waitedMs).toBe(end?.waitedMs);
    expect(single.events.of("limit:reached")).toHaveLength(1);
  });
});

const leftOf = (remaining: number) => ({
  "x-ratelimit-limit-requests": "50",
  "x-ratelimit-remaining-requests": String(remaining),
  "x-ratelimit-reset-requests": "30s",
});

describe("what headers say", () => {
  it("steers calls away when nothing is left, before the 429", async () => {
    await using pair = await startPair({ a: [{ headers: leftOf(1) }, { headers: leftOf(0) }] });
    for (let calls = 0; calls < 4; calls += 1) await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 2]);
    expect(pair.events.of("target:rest")).toMatchObject([{ target: "a", reason: "rate_limited" }]);
  });

  it("steers streams away, too", async () => {
    await using pair = await startPair({ a: [{ headers: leftOf(0) }] });
    for (let calls = 0; calls < 2; calls += 1) await hear(pair.router);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 1]);
  });

  it("shows in an explanation", async () => {
    await using pair = await startPair({ a: [{ headers: leftOf(0) }] });
    await pair.router.chat.completions.create(call);
    const { targets, leftOut } = await pair.router.explain(call);
    expect(targets.map(({ target }) => target)).toEqual(["b"]);
    expect(leftOut).toMatchObject([{ target: "a", reason: "rate_limited" }]);
  });

  it("is not heard when a target does not learn", async () => {
    await using pair = await startPair({ a: [{ headers: leftOf(0) }], targets: { a: { limits: { learn: false } } } });
    for (let calls = 0; calls < 2; calls += 1) await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 0]);
  });

  it("is heard in a 429 that has no Retry-After", async () => {
    await using pair = await startPair({ a: [{ status: 429, headers: leftOf(0) }] });
    for (let calls = 0; calls < 3; calls += 1) await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 3]);
  });

  it("holds when the answer came to a call that was let in for want of others", async () => {
    await using single = await startSingle({
      a: [{ headers: leftOf(0) }, { headers: leftOf(0) }],
      router: { deadlineMs: 10_000 },
    });
    for (let calls = 0; calls < 2; calls += 1) await single.router.chat.completions.create(call);
    expect(single.router.health().targets["a"]?.out).toBe("rate_limited");
  });

  it("is heard in RateLimit fields", async () => {
    await using pair = await startPair({ a: [{ headers: { ratelimit: '"default";r=0;t=30' } }] });
    for (let calls = 0; calls < 2; calls += 1) await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 1]);
  });
});

describe("limits and budgets", () => {
  it("are taken together: what a limit refuses no budget pays for", async () => {
    await using single = await startSingle({
      targets: { a: { price: 1, limits: { requestsPerMinute: 1 } } },
      router: { waiting: false, budgets: { day: { limitUsd: 1, per: "day" } } },
    });
    await single.router.chat.completions.create(call);
    await errorOf(single.router.chat.completions.create(call));
    const [day] = await single.router.budgets();
    expect(day?.heldUsd).toBe(0);
    expect(day?.spentUsd).toBeCloseTo(single.router.stats().costUsd, 9);
  });
});

/** One of the ways in which calls end: answered, aborted, too late, a stream that is left. */
async function endSomehow({ router }: Single, at: number): Promise<void> {
  const view = router.with({ priority: at % 3 === 0 ? "batch" : "standard", deadlineMs: at % 7 === 0 ? 15 : 20_000 });
  const signal = at % 5 === 0 ? AbortSignal.timeout(at) : undefined;
  if (at % 2 === 0) {
    await view.chat.completions.create(call, { signal });
    return;
  }
  for await (const _ of await view.chat.completions.create(streamingCall, { signal })) if (at % 4 === 1) break;
}

it("are given back whatever happens to calls", { timeout: 60_000 }, async () => {
  const store = memoryStore();
  await using single = await startSingle({
    a: {
      latencyMs: [0, 6],
      script: Array.from({ length: 60 }, (_, at) => (at % 6 === 0 ? 503 : at % 11 === 0 ? 429 : {})),
    },
    targets: { a: { limits: { concurrency: 4, tokensPerMinute: 200_000 }, breaker: false } },
    router: { store },
  });
  const ends = await Promise.allSettled(Array.from({ length: 200 }, (_, at) => endSomehow(single, at)));
  await single.router.drain();
  const key = "limit:target:a:calls";
  const { left } = store.take({ accounts: [{ kind: "slots", key, limit: 4, amount: 0 }] });
  expect(left).toEqual([4]);
  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
  expect(single.router.stats().waits.waiting).toBe(0);
});

it("are explained", async () => {
  await using pair = await startPair({
    targets: { a: { limits: { requestsPerMinute: 1 } } },
    router: { clientLimits: { other: { tokensPerMinute: 5_000 } } },
  });
  await pair.router.chat.completions.create(call);
  const { summary, limits } = await pair.router.explain({ ...call, max_tokens: 100 });
  expect(limits).toMatchObject([
    { target: "a", owner: "target", of: "requests", most: 1, left: 0, takes: 1, isEnough: false },
    { target: "b", owner: "client", of: "tokens", most: 5_000, left: 5_000, isEnough: true },
  ]);
  expect(summary).toContain(
    "Limit: a has 0 left of 1 requests a minute, and the call takes 1: too little, so the next target is tried, or the call waits.",
  );
  expect(summary).toMatch(
    /the client of b has 5000 left of 5000 tokens a minute, and the call takes about 1\d\d: enough/,
  );
});

it("keeps limits when the configuration is swapped", async () => {
  await using pair = await startPair({ targets: { a: { limits: { requestsPerMinute: 1 } } } });
  await pair.router.chat.completions.create(call);
  pair.router.update({ deadlineMs: 10_000 });
  await pair.router.chat.completions.create(call);
  expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 1]);
});

it("has limits for a model id that only the call names", async () => {
  await using single = await startSingle({
    router: { clientLimits: { default: { requestsPerMinute: 1 } }, waiting: false },
  });
  await single.router.chat.completions.create({ ...call, model: "another" });
  const error = await errorOf(single.router.chat.completions.create({ ...call, model: "yet-another" }));
  expect(error.code).toBe("all_targets_out");
});

it("takes its limits from data", async () => {
  await using single = await startSingle();
  const router = ModelRouter.fromConfig(
    {
      client: "standard",
      tiers: { main: ["a"] },
      clientLimits: { standard: { requestsPerMinute: 1 } },
      waiting: false,
    },
    { clients: { standard: clientOf(single.a) } },
  );
  await router.chat.completions.create(call);
  expect((await errorOf(router.chat.completions.create(call))).code).toBe("all_targets_out");
  await router.close();
});
