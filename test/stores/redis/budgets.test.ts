import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { ModelRouter, type BudgetOptions } from "../../../src/index.ts";
import { redisStore } from "../../../src/stores/redis.ts";
import { startProvider, type Provider } from "../../../src/testing/index.ts";
import { call, clientOf, errorOf, textOf } from "../../requests/setup.ts";
import { needsOwnRedis, startRedis } from "./redis-server.ts";

// At a price of 1 an answer costs $0.10.
const usage = { prompt_tokens: 50_000, completion_tokens: 50_000, total_tokens: 100_000 };

function routerOn(redis: Redis, provider: Provider, budget: Partial<BudgetOptions> = {}): ModelRouter {
  return new ModelRouter({
    client: clientOf(provider),
    tiers: { main: ["a"] },
    prices: { a: 1 },
    budgets: { all: { limitUsd: 1, per: "day", maxOutputTokens: 100_000, ...budget } },
    store: redisStore(redis),
  });
}

describe("a budget on Redis", needsOwnRedis, () => {
  it("is shared by two routers, however many calls they make at once", async () => {
    await using server = await startRedis();
    await using provider = await startProvider({ models: { a: { usage, latencyMs: [0, 20] } } });
    const clients = [new Redis(server.url), new Redis(server.url)] as const;
    const routers = clients.map((client) => routerOn(client, provider));
    const calls = Array.from({ length: 60 }, async (_, at) => routers[at % 2]?.chat.completions.create(call));
    const ends = await Promise.allSettled(calls);
    await Promise.all(routers.map((router) => router.drain()));
    const answered = ends.filter(({ status }) => status === "fulfilled").length;
    const [[one], [other]] = (await Promise.all(routers.map((router) => router.budgets()))) as [[object], [object]];
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThanOrEqual(10);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ spentUsd: expect.closeTo(answered / 10, 9) as number, heldUsd: 0 });
    const refused = ends.flatMap((end) => (end.status === "rejected" ? [(end.reason as { code: string }).code] : []));
    expect(new Set(refused)).toEqual(new Set(["budget_spent"]));
    for (const client of clients) client.disconnect();
  });

  it("is used up to its limit, and then refuses both", async () => {
    await using server = await startRedis();
    await using provider = await startProvider({ models: { a: { usage } } });
    const clients = [new Redis(server.url), new Redis(server.url)] as const;
    const [one, other] = clients.map((client) => routerOn(client, provider, { maxOutputTokens: 1_000 })) as [
      ModelRouter,
      ModelRouter,
    ];
    for (let turn = 0; turn < 5; turn += 1) {
      await one.chat.completions.create(call);
      await other.chat.completions.create(call);
    }
    await Promise.all([one.drain(), other.drain()]);
    const third = routerOn(clients[0], provider, { maxOutputTokens: 1_000 });
    expect(await errorOf(third.chat.completions.create(call))).toMatchObject({ code: "budget_spent", spentUsd: 1 });
    for (const client of clients) client.disconnect();
  });

  it("that only warns counts what was spent", async () => {
    await using server = await startRedis();
    await using provider = await startProvider({ models: { a: { usage } } });
    const client = new Redis(server.url);
    const router = routerOn(client, provider, { onSpent: "warn", limitUsd: 0.15 });
    const low: number[] = [];
    router.on("budget:low", ({ spentUsd }) => low.push(spentUsd));
    for (let turn = 0; turn < 3; turn += 1) await router.chat.completions.create(call);
    await router.drain();
    expect(await router.budgets()).toMatchObject([{ spentUsd: expect.closeTo(0.3, 9) as number }]);
    expect(low).toHaveLength(1);
    client.disconnect();
  });

  it("keeps no caller waiting once the call was let in", async () => {
    await using server = await startRedis();
    await using provider = await startProvider();
    const client = new Redis(server.url);
    const router = routerOn(client, provider);
    router.on("attempt:start", () => server.pause());
    expect(textOf(await router.chat.completions.create(call))).toContain("This is a");
    server.resume();
    await router.drain();
    client.disconnect();
  });
});
