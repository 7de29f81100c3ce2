import { setTimeout } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import OpenAI from "openai";
import { ModelRouter, type RouterOptions } from "../../src/index.ts";
import { startProvider } from "../../src/testing/index.ts";
import { ledgerStore } from "./ledger-store.ts";
import { call, clientOf, errorOf, hear, replyOf, startPair, textOf, type Pair, type PairOptions } from "./setup.ts";

const hedge = { afterMs: 20, maxExtraLoad: 1 } as const;

/** The target `a` takes its time, so that each call would have a second attempt. */
function startSlow(options: PairOptions = {}): Promise<Pair> {
  const a = { models: { a: { latencyMs: 200 } } };
  return startPair({ a, ...options, router: { hedge, ...options.router } });
}

async function ask(pair: Pair, body: object = {}): Promise<string> {
  return textOf(await pair.router.chat.completions.create({ ...call, ...body }));
}

function settled(store: ReturnType<typeof ledgerStore>): readonly number[] {
  return [...store.holds.values()].map((hold) => hold.settled.length);
}

describe("a second attempt is not made", () => {
  it("when a budget can not pay it, and nothing is told of that", async () => {
    const budgets = { b: { limitUsd: 1e-9, per: "day", target: "b" } } as const;
    const b = { price: 1 };
    await using pair = await startSlow({ targets: { b }, router: { budgets } });
    expect(await ask(pair)).toBe(replyOf("a"));
    expect(pair.b.hits()).toBe(0);
    expect(pair.events.of("budget:spent")).toEqual([]);
    expect(pair.router.stats().hedges).toMatchObject({ started: 0, refused: { limits: 1 } });
  });

  it("when a limit has too little left, and nothing is told of that, and nothing waits", async () => {
    const limits = { requestsPerMinute: 1 };
    await using pair = await startSlow({ targets: { b: { limits } } });
    await pair.router.chat.completions.create({ ...call, model: "b" });
    expect(await ask(pair)).toBe(replyOf("a"));
    expect(pair.b.hits()).toBe(1);
    expect([pair.events.of("limit:reached"), pair.events.of("wait:start")]).toEqual([[], []]);
    expect(pair.router.stats().hedges).toMatchObject({ started: 0, refused: { limits: 1 } });
  });

  it("when as many were made as maxExtraLoad allows", async () => {
    await using pair = await startSlow({ router: { hedge: { afterMs: 20 } } });
    expect(await ask(pair)).toBe(replyOf("a"));
    expect(pair.b.hits()).toBe(0);
    expect(pair.router.stats().hedges.refused).toMatchObject({ load: 1 });
    expect((await pair.router.explain(call)).hedge?.obstacle).toContain("maxExtraLoad");
  });

  it("when the retry budget refuses it", async () => {
    await using pair = await startSlow({ router: { retryBudget: { reserve: 0 } } });
    expect(await ask(pair)).toBe(replyOf("a"));
    expect(pair.b.hits()).toBe(0);
    const { hedges, retryBudget } = pair.router.stats();
    expect([hedges.refused.load, retryBudget.refused.hedge]).toEqual([1, 1]);
  });

  it("at a target that a drill keeps the call off", async () => {
    await using pair = await startSlow();
    await using drill = pair.router.drill({ target: "a", for: "10m", share: 1 });
    pair.b.setModel("b", { latencyMs: 200 });
    expect(await ask(pair)).toBe(replyOf("b"));
    expect([pair.a.hits(), drill.report().drilled.answered]).toEqual([0, 1]);
  });

  it("in a batch", async () => {
    await using pair = await startSlow();
    await pair.router.batch([{ ...call }]);
    await pair.router.with({ priority: "batch" }).chat.completions.create(call);
    expect(pair.b.hits()).toBe(0);
  });

  it.each([
    ["is stored", { store: true }],
    ["searches the web", { web_search_options: {} }],
    ["brings a tool of the provider", { tools: [{ type: "web_search" }] }],
  ])("when the call %s", async (_, body) => {
    await using pair = await startSlow();
    expect(await ask(pair, body)).toBe(replyOf("a"));
    expect(pair.b.hits()).toBe(0);
    expect((await pair.router.explain({ ...call, ...body })).hedge?.obstacle).toEqual(expect.any(String));
  });

  it("when a response is stored, as it is unless the call says otherwise", async () => {
    await using pair = await startSlow();
    await pair.router.responses.create({ model: "main", input: "Hello" });
    expect(pair.b.hits()).toBe(0);
    await pair.router.responses.create({ model: "main", input: "Hello", store: false });
    expect(pair.b.hits()).toBe(1);
  });

  it("when the parameters of the slow target make the provider do something", async () => {
    await using pair = await startSlow({ targets: { a: { params: { store: true } } } });
    expect(await ask(pair)).toBe(replyOf("a"));
    expect(pair.b.hits()).toBe(0);
  });

  it("when the parameters of the next target do", async () => {
    await using pair = await startSlow({ targets: { b: { params: { web_search_options: {} } } } });
    expect(await ask(pair)).toBe(replyOf("a"));
    expect(pair.b.hits()).toBe(0);
  });

  it("at a target behind glass", async () => {
    await using pair = await startSlow({ targets: { b: { breakGlass: true } } });
    expect(await ask(pair)).toBe(replyOf("a"));
    expect(pair.b.hits()).toBe(0);
    expect(pair.router.stats().hedges.refused).toMatchObject({ no_target: 1 });
  });

  it("when the router stands aside", async () => {
    await using pair = await startSlow({ router: { retry: false, tiers: { main: ["a"] } } });
    expect(await ask(pair)).toBe(replyOf("a"));
    expect(pair.b.hits()).toBe(0);
  });
});

describe("what a second attempt holds", () => {
  const budgets = { all: { limitUsd: 1, per: "day" } } as const;
  const targets = { a: { price: 1 }, b: { price: 1 } };

  it("is settled once, as is what the slow one holds", async () => {
    const store = ledgerStore();
    await using pair = await startSlow({ targets, router: { budgets, store } });
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    expect(settled(store)).toEqual([1, 1]);
    const [budget] = await pair.router.budgets();
    expect(budget?.heldUsd).toBe(0);
    expect(budget?.spentUsd).toBeCloseTo(record.costUsd ?? NaN, 9);
  });

  it("is settled once when the caller leaves the stream that has won", async () => {
    const store = ledgerStore();
    await using pair = await startSlow({ targets, router: { budgets, store } });
    const stream = await pair.router.chat.completions.create({ ...call, stream: true });
    for await (const _ of stream) break;
    await vi.waitUntil(() => pair.events.of("request:end").length === 1);
    expect(settled(store)).toEqual([1, 1]);
  });

  it("goes back when the store grants it too late", async () => {
    // The first take is for the slow target, the second for the one beside it.
    const store: ReturnType<typeof ledgerStore> = ledgerStore(() => (store.takes === 1 ? 400 : 0));
    await using pair = await startSlow({ targets, router: { budgets, store } });
    expect(await ask(pair)).toBe(replyOf("a"));
    await pair.router.drain();
    await expect.poll(() => settled(store)).toEqual([1, 1]);
    expect([...store.holds.values()].at(-1)?.settled).toEqual([[0]]);
    expect(pair.b.hits()).toBe(0);
  });

  it("is a place of a limit, too", async () => {
    const limits = { concurrency: 1 };
    await using pair = await startSlow({ targets: { b: { limits } } });
    for (let time = 0; time < 3; time += 1) await ask(pair);
    expect(pair.b.hits()).toBe(3);
  });
});

describe("the extra load", () => {
  it("is at most 5 % of 1,000 calls that are all slow", async () => {
    const options: Partial<RouterOptions> = { hedge: { afterMs: 1 }, breaker: false };
    const a = { models: { a: { latencyMs: 15 } } };
    await using pair = await startPair({ a, router: options });
    for (let wave = 0; wave < 10; wave += 1) {
      await Promise.all(Array.from({ length: 100 }, () => ask(pair)));
      const { started } = pair.router.stats().hedges;
      expect(started).toBeLessThanOrEqual((wave + 1) * 5);
      expect(pair.b.hits()).toBeLessThanOrEqual(started);
    }
    expect(pair.a.hits()).toBe(1_000);
    expect(pair.router.stats().hedges.started).toBeGreaterThan(0);
  });
});

describe("update()", () => {
  it("switches second attempts on and off", async () => {
    await using pair = await startSlow({ router: { hedge: false } });
    await ask(pair);
    expect(pair.b.hits()).toBe(0);
    pair.router.update({ hedge });
    await ask(pair);
    expect(pair.b.hits()).toBe(1);
    pair.router.update({ hedge: false });
    await ask(pair);
    expect(pair.b.hits()).toBe(1);
  });
});

it("is not made by a process that was busy itself, and has the answer by now", async () => {
  const answer = {
    id: "1",
    object: "chat.completion",
    choices: [{ message: { content: "late" }, finish_reason: "stop" }],
  };
  const fetch = async (): Promise<Response> => {
    await setTimeout(40);
    return Response.json(answer);
  };
  await using provider = await startProvider();
  await using router = new ModelRouter({
    client: new OpenAI({ apiKey: "sk-test", baseURL: "https://slow.test/v1", fetch }),
    clients: { other: clientOf(provider) },
    targets: { b: { client: "other" } },
    tiers: { main: ["a", "b"] },
    hedge: { afterMs: 20, maxExtraLoad: 1 },
  });
  router.on("attempt:start", () => {
    // Both the time to hedge and the answer come while nobody can look.
    setImmediate(() => {
      const until = performance.now() + 80;
      while (performance.now() < until);
    });
  });
  expect(textOf(await router.chat.completions.create(call))).toBe("late");
  expect([router.stats().hedges.started, provider.hits()]).toEqual([0, 0]);
});

it("leaves the error of a call as it is", async () => {
  await using pair = await startSlow({ a: [{ delayMs: 100, status: 404 }], b: [404] });
  const error = await errorOf(pair.router.chat.completions.create(call));
  expect(error.status).toBe(404);
  expect((await hear(pair.router)).error).toBeUndefined();
});
