import { setImmediate, setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ModelRouter, type RouterOptions } from "../../src/index.ts";
import { startDistant, type DistantProvider } from "./distant-provider.ts";
import { call, clientOf, hear, next, replyOf, textOf } from "./setup.ts";

/** Opens at the first failure. */
const breaker = { failureThreshold: 1, errorRate: 0, cooldownMs: 600_000 };

function routerOf(provider: DistantProvider, options: Partial<RouterOptions>): ModelRouter {
  return new ModelRouter({
    client: clientOf(provider),
    tiers: { main: ["a", "b"] },
    retry: { maxRetries: 0 },
    breaker,
    ...options,
  });
}

/** Keeps the event loop from turning, and has its timers ring before anything is read. */
async function block(ms: number): Promise<void> {
  await setImmediate();
  const until = performance.now() + ms;
  while (performance.now() < until) continue;
}

/** Makes a call, and blocks the loop as soon as its provider has the request. */
async function askAndBlock(router: ModelRouter, ms: number): Promise<string> {
  const began = next(router, "attempt:start");
  const answer = router.chat.completions.create(call).then(textOf);
  await began;
  // The request is on its way.
  await delay(30);
  await block(ms);
  return answer;
}

describe("an event loop that stands still", () => {
  it.each([
    ["for longer than the limit for headers", { timeouts: { headersMs: 500 } }],
    ["for longer than the limit for an attempt", { timeouts: { attemptMs: 500 } }],
    ["for longer than a share of the deadline", { deadlineMs: 1_000 }],
    ["for longer than the deadline", { deadlineMs: 500 }],
  ])("%s costs no answer that came meanwhile", async (_, options) => {
    using provider = await startDistant(100);
    await using router = routerOf(provider, options);
    expect(await askAndBlock(router, 1_000)).toBe(replyOf("a"));
  });

  it("sends nothing a second time", async () => {
    using provider = await startDistant(100);
    await using router = routerOf(provider, { timeouts: { headersMs: 500 } });
    await askAndBlock(router, 1_000);
    expect(await provider.hits()).toBe(1);
  });

  it("before the request is sent leaves the target its time", async () => {
    using provider = await startDistant(100);
    await using router = routerOf(provider, { timeouts: { headersMs: 500 } });
    const answer = router.chat.completions.create(call).then(textOf);
    await next(router, "attempt:start");
    await block(1_000);
    expect(await answer).toBe(replyOf("a"));
  });

  it("costs a stream nothing", async () => {
    using provider = await startDistant(100);
    await using router = routerOf(provider, { timeouts: { headersMs: 500, firstContentMs: 500, idleMs: 500 } });
    const heard = hear(router);
    await next(router, "attempt:start");
    await delay(30);
    await block(1_000);
    expect((await heard).text).toBe(replyOf("a"));
  });

  it("opens no breaker when there was not time enough for an answer", async () => {
    using provider = await startDistant(3_000);
    await using router = routerOf(provider, { timeouts: { attemptMs: 500 } });
    const ended = next(router, "attempt:end");
    await askAndBlock(router, 600).catch(() => undefined);
    expect((await ended).attempt.failure).toBe("timeout");
    expect(router.health().targets["a"]?.breaker).toBe("closed");
  });

  it("makes no target slow", async () => {
    using provider = await startDistant(100);
    await using router = routerOf(provider, { slow: { latencyMs: 500, minCalls: 1, slowRate: 0.1 } });
    await askAndBlock(router, 1_000);
    expect(router.health().tiers["main"]?.slow).toEqual([]);
  });
});

it("blames a target that does not answer while the loop turns", async () => {
  using provider = await startDistant(30_000);
  await using router = routerOf(provider, { timeouts: { attemptMs: 1_000 } });
  await router.chat.completions.create(call).catch(() => undefined);
  expect(router.health().targets["a"]?.breaker).toBe("open");
});
