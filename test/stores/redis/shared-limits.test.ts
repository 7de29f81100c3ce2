import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ModelRouter, type RouterOptions, type TargetLimitOptions } from "../../../src/index.ts";
import { redisStore } from "../../../src/stores/redis.ts";
import { startProvider, type Provider } from "../../../src/testing/index.ts";
import { call, clientOf, errorOf } from "../../requests/setup.ts";
import { needsRedis, someRedis } from "./redis-server.ts";

/** Two routers, each with a connection of its own, as in two processes. */
interface Twins extends AsyncDisposable {
  readonly routers: readonly [ModelRouter, ModelRouter];
}

function startTwins(
  [url, provider]: readonly [string, Provider],
  limits: TargetLimitOptions,
  more: Partial<RouterOptions> = {},
): Twins {
  const prefix = `{${crypto.randomUUID()}}:`;
  const connections = [new Redis(url), new Redis(url)] as const;
  const routerOn = (redis: Redis): ModelRouter =>
    new ModelRouter({
      client: clientOf(provider),
      targets: { a: { limits } },
      tiers: { main: ["a"] },
      store: redisStore(redis, { prefix }),
      ...more,
    });
  const routers = [routerOn(connections[0]), routerOn(connections[1])] as const;
  return {
    routers,
    async [Symbol.asyncDispose]() {
      await Promise.all(routers.map((router) => router.close()));
      await Promise.all(connections.map((redis) => redis.quit()));
    },
  };
}

describe("two routers on one Redis", needsRedis, () => {
  let redis: Awaited<ReturnType<typeof someRedis>>;
  beforeAll(async () => {
    redis = await someRedis();
  });
  afterAll(async () => {
    await redis[Symbol.asyncDispose]();
  });

  it("share the requests of a minute, and the provider never has to say 429", async () => {
    await using provider = await startProvider({ requestsPerMinute: 10 });
    await using twins = startTwins([redis.url, provider], { requestsPerMinute: 10 }, { waiting: false });
    const calls = Array.from({ length: 14 }, (_, at) =>
      twins.routers[at % 2 === 0 ? 0 : 1].chat.completions.create(call),
    );
    const ends = await Promise.allSettled(calls);
    const refused = ends
      .filter(({ status }) => status === "rejected")
      .map((end) => (end as PromiseRejectedResult).reason);
    expect(provider.hits()).toBe(10);
    expect(refused.map(({ code }: { code: unknown }) => code)).toEqual(
      Array.from({ length: 4 }, () => "all_targets_out"),
    );
  });

  it("share the places for calls at the same time, and wait for each other's", async () => {
    let most = 0;
    await using provider = await startProvider({ latencyMs: [1, 8] });
    provider.setModel("a", { reply: () => String((most = Math.max(most, provider.inFlight()))) });
    await using twins = startTwins([redis.url, provider], { concurrency: 2 });
    const calls = Array.from({ length: 12 }, (_, at) =>
      twins.routers[at % 2 === 0 ? 0 : 1].chat.completions.create(call),
    );
    await Promise.all(calls);
    expect([provider.hits(), most]).toEqual([12, 2]);
  });

  it("give the place back of a call that its caller aborted while it waited", async () => {
    await using provider = await startProvider({ latencyMs: 60_000 });
    await using twins = startTwins([redis.url, provider], { concurrency: 1 });
    const [one, other] = twins.routers;
    const first = new AbortController();
    const held = errorOf(one.chat.completions.create(call, { signal: first.signal }));
    await provider.received(1);
    const second = new AbortController();
    const waiting = errorOf(other.chat.completions.create(call, { signal: second.signal }));
    second.abort();
    await waiting;
    provider.setModel("a", { latencyMs: 0 });
    first.abort();
    await held;
    await other.chat.completions.create(call);
    expect(provider.hits()).toBe(2);
  });
});
