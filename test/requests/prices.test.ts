import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { ModelRouter, type RouteRecord } from "../../src/index.ts";
import { faults, startProvider } from "../../src/testing/index.ts";
import { call, hear, messages, next, startPair, startSingle, streamingCall } from "./setup.ts";

const usage = { prompt_tokens: 1_000_000, completion_tokens: 500_000, total_tokens: 1_500_000 };

/** A client that believes it calls a host, and calls a simulator. */
function clientBelieving(baseURL: string, { url }: { readonly url: string }): OpenAI {
  const toSimulator = (input: string | URL | Request, init?: RequestInit) => {
    const given = input instanceof Request ? input.url : input.toString();
    return fetch(given.replace(baseURL, url), init);
  };
  return new OpenAI({ baseURL, apiKey: "sk-test-key-1", fetch: toSimulator });
}

describe("the bundled prices", () => {
  it("price a call to the host that published them, and the record says so", async () => {
    await using provider = await startProvider({ models: { "gpt-4o-2024-08-06": { usage } } });
    const client = clientBelieving("https://api.openai.com/v1", provider);
    await using router = new ModelRouter({ client, tiers: { main: ["gpt-4o-2024-08-06"] } });
    const completion = await router.chat.completions.create(call);
    expect(router.recordOf(completion)).toMatchObject({ costUsd: 7.5, attempts: [{ priceFrom: "bundled" }] });
  });

  it("leave a call of the same model to another host without a cost", async () => {
    await using single = await startSingle({ a: { models: { "gpt-4o": { usage } } } });
    const completion = await single.router.chat.completions.create({ ...call, model: "gpt-4o" });
    const { costUsd, attempts } = single.router.recordOf(completion);
    expect([costUsd, attempts[0]?.priceFrom]).toEqual([undefined, undefined]);
  });

  it("are told by explain()", async () => {
    await using provider = await startProvider();
    const client = clientBelieving("https://global-apis.com/v1", provider);
    await using router = new ModelRouter({ client, tiers: { main: ["Qwen/Qwen3-32B"] } });
    const { targets, summary } = await router.explain(call);
    expect(targets).toMatchObject([{ price: 0.28, priceFrom: "bundled" }]);
    expect(summary).toContain('1. Qwen/Qwen3-32B on client "default", at the bundled price');
  });

  it("are the baseline of calls to another host", async () => {
    await using single = await startSingle({
      a: { models: { a: { usage } } },
      targets: { a: { price: 1 } },
      router: { baseline: "gpt-4o" },
    });
    const completion = await single.router.chat.completions.create(call);
    expect(single.router.recordOf(completion)).toMatchObject({ costUsd: 1.5, savedUsd: 6 });
  });
});

describe("update({ prices })", () => {
  it("holds for the cost and the saving of the next call", async () => {
    await using single = await startSingle({
      a: { models: { a: { usage } } },
      router: { prices: { a: 2, "gpt-4o": 10 }, baseline: "gpt-4o" },
    });
    const { router } = single;
    const before = router.recordOf(await router.chat.completions.create(call));
    router.update({ prices: { a: { promptUsd: 1, completionUsd: 4 }, "gpt-4o": 20 } });
    const after = router.recordOf(await router.chat.completions.create(call));
    expect([before.costUsd, before.savedUsd]).toEqual([3, 12]);
    expect([after.costUsd, after.savedUsd, after.attempts[0]?.priceFrom]).toEqual([3, 27, "prices"]);
    router.update({ prices: { a: 0.5, "gpt-4o": 20 } });
    const last = router.recordOf(await router.chat.completions.create(call));
    expect([last.costUsd, router.costs().total.costUsd]).toEqual([0.75, 6.75]);
  });

  it("does not touch a call in flight", async () => {
    await using single = await startSingle({ a: { models: { a: { usage } } }, router: { prices: { a: 2 } } });
    const stream = await single.router.chat.completions.create(streamingCall);
    single.router.update({ prices: { a: 100 } });
    for await (const _ of stream) continue;
    expect(single.router.recordOf(stream).costUsd).toBe(3);
  });

  it("makes a cost unknown again when a price goes", async () => {
    await using single = await startSingle({ a: { models: { a: { usage } } }, router: { prices: { a: 2 } } });
    single.router.update({ prices: {} });
    const completion = await single.router.chat.completions.create(call);
    expect(single.router.recordOf(completion).costUsd).toBeUndefined();
  });

  it("keeps the breaker of the targets", async () => {
    const breaker = { failureThreshold: 1, errorRate: 0, cooldownMs: 600_000 };
    await using pair = await startPair({ router: { breaker, prices: { a: 1, b: 1 } } });
    pair.a.fail("a", 500);
    await pair.router.chat.completions.create(call);
    pair.router.update({ prices: { a: 2, b: 2 } });
    expect(pair.router.health().targets["a"]?.breaker).toBe("open");
  });
});

describe("an answer without usage", () => {
  const reply = "word".repeat(100);
  const silent = { models: { a: { usage: false, reply } } } as const;
  const promptTokens = Math.ceil("What is a router?".length / 4) + 4;

  it("has one that is estimated from the text, and marked", async () => {
    await using single = await startSingle({
      a: silent,
      targets: { a: { price: { promptUsd: 1, completionUsd: 10 } } },
    });
    const completion = await single.router.chat.completions.create(call);
    const record = single.router.recordOf(completion);
    expect(record.usage).toMatchObject({ promptTokens, completionTokens: 100, estimated: true });
    expect(record.costUsd).toBeCloseTo((promptTokens + 1_000) / 1e6, 12);
  });

  it("is told in the headers to be an estimate", async () => {
    await using single = await startSingle({ a: silent, targets: { a: { price: 1 } } });
    const response = await single.router.chat.completions.create(call).asResponse();
    expect(response.headers.get("x-router-cost-estimated")).toBe("true");
  });

  it("is counted as estimated", async () => {
    await using single = await startSingle({ a: silent, targets: { a: { price: 1 } } });
    await single.router.chat.completions.create(call);
    expect(single.router.costs().total).toMatchObject({ calls: 1, estimatedCalls: 1, unpricedCalls: 0 });
  });

  it("has no cost when there is no price", async () => {
    await using single = await startSingle({ a: silent });
    const completion = await single.router.chat.completions.create(call);
    expect(single.router.recordOf(completion)).toMatchObject({ costUsd: undefined, usage: { estimated: true } });
  });

  it("is estimated for a response of the Responses API", async () => {
    await using single = await startSingle({ a: silent });
    const response = await single.router.responses.create({ model: "main", input: "What is a router?" });
    expect(single.router.recordOf(response).usage).toMatchObject({ promptTokens, completionTokens: 100 });
  });

  it("is estimated for embeddings, by what was sent", async () => {
    await using single = await startSingle({ a: silent });
    const embeddings = await single.router.embeddings.create({ model: "main", input: "What is a router?" });
    expect(single.router.recordOf(embeddings).usage).toMatchObject({ promptTokens, completionTokens: 0 });
  });

  it("is estimated where the router stands aside", async () => {
    await using single = await startSingle({ a: silent, router: { retry: false } });
    const completion = await single.router.chat.completions.create(call);
    expect(single.router.recordOf(completion).usage).toMatchObject({ completionTokens: 100, estimated: true });
  });

  it("is not estimated when it is reported", async () => {
    await using single = await startSingle({ a: { models: { a: { usage } } }, targets: { a: { price: 1 } } });
    const response = await single.router.chat.completions.create(call).asResponse();
    expect(single.router.recordOf(response).usage).not.toHaveProperty("estimated");
    expect(response.headers.has("x-router-cost-estimated")).toBe(false);
  });

  it("is not estimated for a call that nobody answered", async () => {
    await using single = await startSingle({ a: [400], targets: { a: { price: 1 } } });
    await single.router.chat.completions.create(call).catch(() => undefined);
    expect(single.events.of("request:end")[0]?.record).toMatchObject({ usage: undefined, costUsd: undefined });
  });
});

describe("a stream without usage", () => {
  const reply = "A router sends each call to the model that fits it best. ".repeat(20);
  const tokens = reply.length / 4;
  const silent = { models: { a: { usage: false, reply } } } as const;

  /** How far an estimate is off the mark, 0–1; undefined when nothing was estimated. */
  function offBy({ usage: estimate }: RouteRecord): number | undefined {
    return estimate?.estimated === true ? Math.abs(estimate.completionTokens / tokens - 1) : undefined;
  }

  it("has one that is estimated from what was given out", async () => {
    await using single = await startSingle({ a: silent, targets: { a: { price: 1 } } });
    const { stream } = await hear(single.router);
    const record = single.router.recordOf(stream ?? {});
    expect(offBy(record)).toBeLessThan(0.15);
    expect(record.costUsd).toBeGreaterThan(0);
  });

  it("is estimated for the Responses API, the text counted once", async () => {
    await using single = await startSingle({ a: silent });
    const stream = await single.router.responses.create({ model: "main", input: "Hi?", stream: true });
    for await (const _ of stream) continue;
    expect(offBy(single.router.recordOf(stream))).toBeLessThan(0.15);
  });

  it("is estimated where the router stands aside", async () => {
    await using single = await startSingle({ a: silent, router: { retry: false } });
    const { stream } = await hear(single.router);
    expect(offBy(single.router.recordOf(stream ?? {}))).toBeLessThan(0.15);
  });

  it("is estimated when the caller aborts: what came so far was paid for", async () => {
    await using single = await startSingle({ a: { models: { a: { reply } } }, targets: { a: { price: 1 } } });
    const stream = await single.router.chat.completions.create(streamingCall);
    const ended = next(single.router, "request:end");
    let text = "";
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      if (text.length > 200) break;
    }
    const { record } = await ended;
    expect(record).toMatchObject({ outcome: "aborted", usage: { estimated: true } });
    expect(record.usage?.completionTokens).toBeGreaterThanOrEqual(Math.floor((text.length / 4) * 0.8));
    expect(record.usage?.completionTokens).toBeLessThanOrEqual(tokens * 1.1);
    expect(record.costUsd).toBeGreaterThan(0);
  });

  it("is estimated when the stream breaks", async () => {
    await using single = await startSingle({ a: [faults.cutStream({ afterChunks: 3 })], targets: { a: { price: 1 } } });
    const { stream, error } = await hear(single.router);
    expect(error).toBeDefined();
    expect(single.router.recordOf(stream ?? {})).toMatchObject({ outcome: "failed", usage: { estimated: true } });
  });

  it("is not estimated when it is reported", async () => {
    await using single = await startSingle();
    const { stream } = await hear(single.router);
    expect(single.router.recordOf(stream ?? {}).usage).not.toHaveProperty("estimated");
  });
});

describe("costs()", () => {
  const priced = { a: { models: { a: { usage } } }, targets: { a: { price: 2 } } };

  it("tells teams and features apart by their tags", async () => {
    await using single = await startSingle(priced);
    const { router } = single;
    for (const tags of [{ team: "search", feature: "titles" }, { team: "search" }, { team: "sales" }]) {
      await router.with({ tags }).chat.completions.create(call);
    }
    await router.chat.completions.create(call);
    const byTeam = router.costs({ by: "tag:team" });
    expect(Object.entries(byTeam.groups).map(([name, { costUsd }]) => [name, costUsd])).toEqual([
      ["search", 6],
      ["sales", 3],
    ]);
    expect([byTeam.none.costUsd, byTeam.total.costUsd]).toEqual([3, 12]);
    expect(router.costs({ by: "tag:feature" }).groups["titles"]?.calls).toBe(1);
  });

  it("tells tiers, tasks and targets apart", async () => {
    await using pair = await startPair({
      a: [500, 500],
      b: { models: { b: { usage } } },
      targets: { b: { price: 2 } },
    });
    await pair.router.with({ task: "titles" }).chat.completions.create(call);
    const costs = (by: "tier" | "task" | "target") => pair.router.costs({ by }).groups;
    expect([costs("tier")["main"]?.costUsd, costs("task")["titles"]?.costUsd]).toEqual([3, 3]);
    expect(costs("target")).toMatchObject({ a: { calls: 0, costUsd: 0 }, b: { calls: 1, costUsd: 3 } });
  });

  it("agrees with stats()", async () => {
    await using single = await startSingle(priced);
    await single.router.chat.completions.create(call);
    await hear(single.router);
    const { calls, costUsd, tokens, savedUsd, unpricedCalls } = single.router.stats();
    expect(single.router.costs().total).toMatchObject({ calls, costUsd, tokens, savedUsd, unpricedCalls });
  });

  it("counts a call that no target may serve", async () => {
    await using single = await startSingle();
    const nowhere = single.router.with({ region: "eu-west-1" }).chat.completions.create(call);
    await nowhere.catch(() => undefined);
    expect(single.router.costs({ by: "target" }).none).toMatchObject({ calls: 1, unpricedCalls: 0 });
  });

  it("survives update()", async () => {
    await using single = await startSingle(priced);
    await single.router.chat.completions.create({ model: "main", messages });
    single.router.update({ prices: {} });
    expect(single.router.costs().total.costUsd).toBe(3);
  });
});
