import OpenAI, { APIConnectionError } from "openai";
import { describe, expect, it } from "vitest";
import { faults } from "../../src/testing/faults.ts";
import { startProvider } from "../../src/testing/start-provider.ts";
import { clientOf, messages } from "./clients.ts";
import { post } from "./on-the-wire.ts";

async function statusOf(provider: { url: string }, model = "m"): Promise<number> {
  const response = await post(provider, { model });
  await response.text();
  return response.status;
}

describe("script", () => {
  it("answers one request with each step, then normally", async () => {
    await using provider = await startProvider(500, 429, 200);
    const statuses: number[] = [];
    for (let call = 0; call < 5; call += 1) statuses.push(await statusOf(provider));
    expect(statuses).toEqual([500, 429, 200, 200, 200]);
  });

  it("takes steps that are answers and functions", async () => {
    await using provider = await startProvider({ reply: "first" }, ({ model }) => ({ reply: `second, ${model}` }));
    const client = clientOf(provider);
    const replies: unknown[] = [];
    for (const model of ["a", "b"]) {
      const { choices } = await client.chat.completions.create({ model, messages });
      replies.push(choices[0]?.message.content);
    }
    expect(replies).toEqual(["first", "second, b"]);
  });

  it("leaves the steps of the others to them when a model has its own", async () => {
    await using provider = await startProvider({ script: [503], models: { a: { script: [429] } } });
    const statuses = [await statusOf(provider, "a"), await statusOf(provider, "b"), await statusOf(provider, "a")];
    expect(statuses).toEqual([429, 503, 200]);
  });

  it("goes on with what is enqueued", async () => {
    await using provider = await startProvider(500);
    provider.enqueue(502, 504);
    expect([await statusOf(provider), await statusOf(provider), await statusOf(provider)]).toEqual([500, 502, 504]);
  });

  it.each([99, 600, 200.5])("refuses the status %d", async (status) => {
    await expect(startProvider(status)).rejects.toThrow(RangeError);
  });
});

describe("steps", () => {
  it.each([{ writeBytes: 0 }, { keepAliveMs: 0 }])(
    "refuse a stream shaped %o, which would never end",
    async (stream) => {
      await expect(startProvider({ stream })).rejects.toThrow(RangeError);
    },
  );
});

describe("steps that throw", () => {
  it("say so in a 500", async () => {
    await using provider = await startProvider(() => {
      throw new Error("no such fixture");
    });
    const response = await post(provider, {});
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("no such fixture");
  });
});

describe("faults", () => {
  it("fails a model until it is healed", async () => {
    await using provider = await startProvider();
    provider.fail("a", 503);
    const failing = [await statusOf(provider, "a"), await statusOf(provider, "a"), await statusOf(provider, "b")];
    provider.heal("a");
    expect([...failing, await statusOf(provider, "a")]).toEqual([503, 503, 200, 200]);
  });

  it("fails every model, and each model's own fault comes first", async () => {
    await using provider = await startProvider();
    provider.fail(undefined, 500);
    provider.fail("a", 503);
    const failing = [await statusOf(provider, "a"), await statusOf(provider, "b")];
    provider.heal();
    expect([...failing, await statusOf(provider, "a"), await statusOf(provider, "b")]).toEqual([503, 500, 200, 200]);
  });

  it("refuses connections, and accepts them again at the same port", async () => {
    await using provider = await startProvider();
    const { port } = provider;
    await provider.refuse();
    await expect(post(provider, {})).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    await provider.accept();
    expect([provider.port, await statusOf(provider)]).toEqual([port, 200]);
  });
});

describe("models", () => {
  it("replies as the model's function says", async () => {
    await using provider = await startProvider({
      models: { echo: { reply: ({ body }) => JSON.stringify(body["seed"]) } },
    });
    const { choices } = await clientOf(provider).chat.completions.create({ model: "echo", messages, seed: 7 });
    expect(choices[0]?.message.content).toBe("7");
  });

  it("behaves as set last", async () => {
    await using provider = await startProvider({ models: { m: { reply: "before" } } });
    provider.setModel("m", { reply: "after" });
    const { choices } = await clientOf(provider).chat.completions.create({ model: "m", messages });
    expect(choices[0]?.message.content).toBe("after");
  });
});

describe("what was received", () => {
  it("keeps method, path, headers, body and key", async () => {
    await using provider = await startProvider();
    await clientOf(provider, "sk-1").chat.completions.create(
      { model: "m", messages, stream: false },
      { headers: { "X-Team": "search" } },
    );
    expect(provider.requests).toMatchObject([
      {
        method: "POST",
        path: "/v1/chat/completions",
        headers: { "x-team": "search", authorization: "Bearer sk-1" },
        body: { model: "m", messages },
        rawBody: JSON.stringify({ model: "m", messages, stream: false }),
        model: "m",
        key: "sk-1",
        endpoint: "chat",
        stream: false,
      },
    ]);
  });

  it("counts requests by model", async () => {
    await using provider = await startProvider();
    for (const model of ["a", "b", "a"]) await statusOf(provider, model);
    expect([provider.hits(), provider.hits("a"), provider.hits("c")]).toEqual([3, 2, 0]);
  });

  it("gives each answer its own request id", async () => {
    await using provider = await startProvider(200, 500);
    const ids = [await post(provider, {}), await post(provider, {})].map(({ headers }) => headers.get("x-request-id"));
    expect(ids).toEqual(["req_000001", "req_000002"]);
  });

  it("does not call an answer aborted that was cut on purpose", async () => {
    await using provider = await startProvider(faults.reset);
    await expect(post(provider, {})).rejects.toThrow("fetch failed");
    await provider.idle();
    expect(provider.requests[0]).toMatchObject({ aborted: false, closedAt: expect.any(Number) as number });
  });

  it("says when a caller leaves a stream", async () => {
    await using provider = await startProvider(faults.stallStream({ afterChunks: 1 }));
    const stream = await clientOf(provider).chat.completions.create({ model: "m", messages, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === "This") break;
    await provider.idle();
    expect(provider.requests[0]?.aborted).toBe(true);
  });

  it("tells how many answers are under way", async () => {
    await using provider = await startProvider(faults.hang);
    const controller = new AbortController();
    const call = post(provider, {}, { signal: controller.signal });
    await provider.received(1);
    const during = provider.inFlight();
    controller.abort();
    await expect(call).rejects.toThrow(/aborted/);
    await provider.idle();
    expect([during, provider.inFlight()]).toEqual([1, 0]);
  });
});

describe("reset", () => {
  it("forgets requests and faults, and begins the script again", async () => {
    await using provider = await startProvider(500);
    await statusOf(provider);
    provider.fail("m", 503);
    provider.setModel("m", { script: [429] });
    provider.reset();
    expect(provider.requests).toEqual([]);
    expect([await statusOf(provider), await statusOf(provider)]).toEqual([500, 200]);
  });
});

describe("close", () => {
  it("ends an answer that hangs, and a connection that is kept", async () => {
    const provider = await startProvider(200, faults.hang);
    await statusOf(provider);
    const call = post(provider, {});
    await provider.received(2);
    await Promise.all([expect(call).rejects.toThrow("fetch failed"), provider.close()]);
    expect([provider.openSockets(), provider.requests[1]?.aborted]).toEqual([0, false]);
  });

  it("can be called twice", async () => {
    const provider = await startProvider();
    await provider.close();
    await expect(provider.close()).resolves.toBeUndefined();
  });

  it("drops an answer that waits", async () => {
    const provider = await startProvider({ latencyMs: 3_600_000 });
    const call = new OpenAI({ baseURL: provider.url, apiKey: "k", maxRetries: 0 }).models.list();
    await provider.received(1);
    await Promise.all([expect(call).rejects.toThrow(APIConnectionError), provider.close()]);
    expect(provider.inFlight()).toBe(0);
  });
});
