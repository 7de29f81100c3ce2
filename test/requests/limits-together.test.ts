import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { faults, startProvider } from "../../src/testing/index.ts";
import { ModelRouter } from "../../src/index.ts";
import { ledgerStore } from "./ledger-store.ts";
import { call, clientOf, errorOf, messages, next, startPair, startSingle, textOf } from "./setup.ts";

const [one, two] = ["sk-key-one", "sk-key-two"] as const;
const keys = { default: [one, two] };

const nothingLeft = {
  "x-ratelimit-limit-requests": "60",
  "x-ratelimit-remaining-requests": "0",
  "x-ratelimit-reset-requests": "30s",
};

describe("limits of a client with several keys", () => {
  it("are those of all its keys together", async () => {
    await using pair = await startPair({ router: { keys, clientLimits: { default: { requestsPerMinute: 3 } } } });
    for (let calls = 0; calls < 5; calls += 1) await pair.router.chat.completions.create(call);
    expect([pair.a.requests.map(({ key }) => key), pair.b.hits()]).toEqual([[one, two, one], 2]);
  });

  it("count what goes on at the next key", async () => {
    await using pair = await startPair({
      a: [faults.unauthorized],
      router: { keys, clientLimits: { default: { requestsPerMinute: 2 } } },
    });
    for (let calls = 0; calls < 2; calls += 1) await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 1]);
  });

  it("give a call's next key no more than there is", async () => {
    await using pair = await startPair({
      a: [faults.unauthorized],
      router: { keys, clientLimits: { default: { requestsPerMinute: 1 } } },
    });
    const completion = await pair.router.chat.completions.create(call);
    expect([textOf(completion).includes("This is b"), pair.a.hits()]).toEqual([true, 1]);
  });
});

describe("headers of a client with several keys", () => {
  it("rest the key that was called with, and the next one serves", async () => {
    await using pair = await startPair({ a: [{ headers: nothingLeft }], router: { keys } });
    for (let calls = 0; calls < 3; calls += 1) await pair.router.chat.completions.create(call);
    expect(pair.a.requests.map(({ key }) => key)).toEqual([one, two, two]);
    expect(pair.events.of("key:rest")).toMatchObject([{ key: "1", target: "a", reason: "rate_limited" }]);
    expect(pair.events.of("target:rest")).toEqual([]);
  });

  it("rest the target when they hold for all", async () => {
    await using pair = await startPair({ a: [{ headers: nothingLeft }, { headers: nothingLeft }], router: { keys } });
    for (let calls = 0; calls < 3; calls += 1) await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 1]);
    expect(pair.events.of("target:rest")).toMatchObject([{ target: "a", reason: "rate_limited" }]);
  });

  it("rest the key of a 429 without Retry-After", async () => {
    await using pair = await startPair({ a: [{ status: 429, headers: nothingLeft }], router: { keys } });
    for (let calls = 0; calls < 2; calls += 1) await pair.router.chat.completions.create(call);
    expect(pair.a.requests.map(({ key }) => key)).toEqual([one, two, two]);
  });

  it("say nothing of them when the call brought a key of its own", async () => {
    await using single = await startSingle({ a: [{ headers: nothingLeft }] });
    const own = { headers: { authorization: "Bearer sk-of-one-call" } };
    await single.router.chat.completions.create(call, own);
    expect(single.router.health().targets["a"]?.out).toBeUndefined();
  });
});

describe("a call within a limit of time", () => {
  it("waits for limits no longer than that, and leaves its place", async () => {
    await using single = await startSingle({
      a: [faults.hang],
      targets: { a: { limits: { concurrency: 1 } } },
    });
    const abort = new AbortController();
    const first = errorOf(single.router.chat.completions.create(call, { signal: abort.signal }));
    await single.a.received(1);
    const begin = performance.now();
    const answer = await single.router.within(60, (view) => view.chat.completions.create(call), { fallbackValue: 0 });
    expect([answer, single.router.stats().waits.waiting, single.a.hits()]).toEqual([0, 0, 1]);
    expect(performance.now() - begin).toBeLessThan(500);
    expect(single.events.of("wait:end")).toMatchObject([{ outcome: "gave_up" }]);
    abort.abort();
    await first;
    await single.router.chat.completions.create(call);
    expect(single.a.hits()).toBe(2);
  });

  it("waits for the store no longer than that, and gives back what it grants then", async () => {
    const store = ledgerStore(() => 100);
    await using single = await startSingle({
      targets: { a: { price: 1 } },
      router: { store, budgets: { day: { limitUsd: 1, per: "day" } } },
    });
    const answer = await single.router.within(30, (view) => view.chat.completions.create(call));
    expect(answer).toBeNull();
    await expect.poll(() => [...store.holds.values()].map(({ settled }) => settled)).toEqual([[[0]]]);
    expect([single.a.hits(), single.events.of("request:end").length]).toEqual([0, 1]);
  });
});

describe("a batch at limits", () => {
  it("keeps within them", async () => {
    let most = 0;
    await using single = await startSingle({
      a: { latencyMs: 10, models: { a: { reply: () => String((most = Math.max(most, single.a.inFlight()))) } } },
      targets: { a: { limits: { concurrency: 2 } } },
    });
    const results = await single.router.batch(Array.from({ length: 12 }, (_, at) => `Prompt ${at}`));
    expect([results.every(({ status }) => status === "fulfilled"), single.a.hits(), most]).toEqual([true, 12, 2]);
  });

  it("lets calls go first that somebody waits for", async () => {
    await using single = await startSingle({
      a: { latencyMs: 40 },
      targets: { a: { limits: { concurrency: 1 } } },
    });
    const batch = Promise.resolve(single.router.batch(["b1", "b2", "b3"], { concurrency: 3 }));
    await next(single.router, "wait:start");
    await setTimeout(5);
    await single.router.ask("interactive");
    await batch;
    const said = single.a.requests.map(({ body }) => {
      const { messages: sent } = body as unknown as { messages: { content: string }[] };
      return sent[0]?.content;
    });
    expect(said).toEqual(["b1", "interactive", "b2", "b3"]);
  });

  it("leaves no one waiting when it is given up", async () => {
    await using single = await startSingle({ a: [faults.hang], targets: { a: { limits: { concurrency: 1 } } } });
    const controller = new AbortController();
    const done = Promise.resolve(single.router.batch(["1", "2", "3"], { signal: controller.signal }));
    await Promise.all([next(single.router, "wait:start"), single.a.received(1)]);
    controller.abort();
    const results = await done;
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect([single.router.stats().waits.waiting, single.a.hits()]).toEqual([0, 1]);
  });
});

describe("a spent budget that downgrades", () => {
  it("sends no call out of its regions", async () => {
    await using provider = await startProvider();
    await using router = new ModelRouter({
      client: clientOf(provider),
      targets: { eu: { region: "eu", price: 1 }, us: { region: "us", price: 1 }, eu2: { region: "eu", price: 1 } },
      tiers: { premium: ["eu"], cheap: ["us", "eu2"] },
      budgets: { premium: { limitUsd: 0, per: "day", tier: "premium", onSpent: { downgradeTo: "cheap" } } },
    });
    const completion = await router
      .with({ allowedRegions: ["eu"] })
      .chat.completions.create({ model: "premium", messages });
    expect(router.recordOf(completion)).toMatchObject({ tier: "cheap", target: "eu2", downgradedFrom: "premium" });
  });
});

it("are explained beside regions and slow targets", async () => {
  await using single = await startSingle({
    targets: { a: { region: "eu", price: 1, limits: { requestsPerMinute: 2 } } },
    router: { budgets: { day: { limitUsd: 1, per: "day" } } },
  });
  const explanation = await single.router.explain(call, { hints: { allowedRegions: ["eu"] } });
  expect(explanation).toMatchObject({
    allowedRegions: ["eu"],
    budgets: [{ budget: "day", target: "a" }],
    limits: [{ target: "a", of: "requests", most: 2 }],
    deferred: [],
  });
  expect(explanation.summary).toContain("Must stay in eu");
});
