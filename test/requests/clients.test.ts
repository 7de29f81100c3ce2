import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { ModelRouter } from "../../src/index.ts";
import { faults } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, hear, next, startPair, startSingle, textOf } from "./setup.ts";

const urlOf = (url: Parameters<typeof fetch>[0]): string => (url instanceof Request ? url.url : url.toString());

const deaf: typeof fetch = (url, init) => fetch(url, { ...init, signal: null });

const broken: typeof fetch = () => {
  throw new TypeError("no network");
};

describe("a client made by withOptions()", () => {
  it("is routed", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const completion = await pair.router.openai.withOptions({ timeout: 5_000 }).chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
  });

  it("is routed once, however often it is cloned", async () => {
    await using pair = await startPair();
    const clone = pair.router.openai.withOptions({ timeout: 5_000 }).withOptions({ maxRetries: 1 }).withOptions({});
    await clone.chat.completions.create(call);
    expect(pair.events.of("request:start")).toHaveLength(1);
    expect(pair.a.hits()).toBe(1);
  });

  it("keeps its options", async () => {
    await using pair = await startPair();
    const clone = pair.router.openai.withOptions({ defaultHeaders: { "x-team": "search" }, apiKey: "sk-of-the-clone" });
    await clone.chat.completions.create(call);
    expect(pair.a.requests[0]).toMatchObject({ key: "sk-of-the-clone", headers: { "x-team": "search" } });
  });

  it("keeps the hints of the view it was made from", async () => {
    await using pair = await startPair();
    const clone = pair.router.with({ task: "greet" }).openai.withOptions({ timeout: 5_000 });
    const completion = await clone.chat.completions.create(call);
    expect(pair.router.recordOf(completion).task).toBe("greet");
  });

  it("may have a fetch of its own, which the first target is then called with", async () => {
    await using pair = await startPair();
    const urls: string[] = [];
    const clone = pair.router.openai.withOptions({
      fetch: (url, init) => {
        urls.push(urlOf(url));
        return fetch(url, init);
      },
    });
    await clone.chat.completions.create(call);
    expect(urls).toEqual([`${pair.a.url}/chat/completions`]);
    expect(pair.events.of("request:end")).toHaveLength(1);
  });

  it("has its calls known to recordOf()", async () => {
    await using pair = await startPair();
    const completion = await pair.router.openai.withOptions({ timeout: 5_000 }).chat.completions.create(call);
    expect(pair.router.recordOf(completion).target).toBe("a");
  });

  it("can be wrapped by another router, which then routes over the first", async () => {
    await using pair = await startPair({ a: [500, 500] });
    await using outer = new ModelRouter({ client: pair.router.openai, tiers: { all: ["main"] } });
    const completion = await outer.chat.completions.create({ ...call, model: "all" });
    expect(textOf(completion)).toContain("This is b");
  });
});

class CountingClient extends OpenAI {
  prepared = 0;
  signed = 0;
  readonly seen: string[] = [];

  protected override async prepareOptions(options: Parameters<OpenAI["prepareOptions"]>[0]): Promise<void> {
    this.prepared += 1;
    await super.prepareOptions(options);
  }

  protected override async prepareRequest(
    request: RequestInit,
    context: Parameters<OpenAI["prepareRequest"]>[1],
  ): Promise<void> {
    this.signed += 1;
    (request.headers as Headers).set("x-signature", `signed-${(request.body as string).length}`);
    await super.prepareRequest(request, context);
  }
}

describe("a client of a subclass with hooks of its own", () => {
  it("runs them for the first target", async () => {
    await using pair = await startPair();
    const client = new CountingClient({ baseURL: pair.a.url, apiKey: "sk-test-key-1" });
    await using router = new ModelRouter({ client, targets: { a: {} }, tiers: { main: ["a"] } });
    await router.chat.completions.create(call);
    const [request] = pair.a.requests;
    expect(request?.headers["x-signature"]).toBe(`signed-${request?.rawBody.length}`);
  });

  it("runs them for another target of the same client", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const client = new CountingClient({ baseURL: pair.a.url, apiKey: "sk-test-key-1" });
    await using router = new ModelRouter({
      client,
      targets: { a: {}, "a-longer-model": {} },
      tiers: { main: ["a", "a-longer-model"] },
      retry: { minDelayMs: 0 },
    });
    await router.chat.completions.create(call);
    const request = pair.a.requests.at(-1);
    expect(request?.model).toBe("a-longer-model");
    expect(request?.headers["x-signature"]).toBe(`signed-${request?.rawBody.length}`);
  });

  it("runs them for its targets as a fallback", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const other = new CountingClient({ baseURL: pair.b.url, apiKey: "sk-test-key-2" });
    await using router = new ModelRouter({
      client: clientOf(pair.a),
      clients: { other },
      targets: { a: {}, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
      retry: { minDelayMs: 0 },
    });
    await router.chat.completions.create(call);
    const [request] = pair.b.requests;
    expect(request?.headers["x-signature"]).toBe(`signed-${request?.rawBody.length}`);
  });

  it("stays of its class", async () => {
    await using pair = await startPair();
    const client = new CountingClient({ baseURL: pair.a.url, apiKey: "sk-test-key-1" });
    await using router = new ModelRouter({ client, targets: { a: {} }, tiers: { main: ["a"] } });
    expect(router.openai).toBeInstanceOf(CountingClient);
    await router.chat.completions.create(call);
    expect([router.openai.prepared, router.openai.signed]).toEqual([1, 1]);
  });

  it("sees the model of the target, not that of the call, when it signs", async () => {
    await using pair = await startPair();
    const bodies: string[] = [];
    class Signing extends OpenAI {
      protected override async prepareRequest(request: RequestInit): Promise<void> {
        bodies.push(request.body as string);
      }
    }
    const client = new Signing({ baseURL: pair.a.url, apiKey: "sk-test-key-1" });
    await using router = new ModelRouter({ client, targets: { a: {} }, tiers: { main: ["a"] } });
    await router.chat.completions.create(call);
    expect(bodies).toEqual([pair.a.requests[0]?.rawBody]);
  });
});

describe("a client whose key is a function", () => {
  it("is asked for the key at each call", async () => {
    await using single = await startSingle();
    let count = 0;
    const client = new OpenAI({ baseURL: single.a.url, apiKey: async () => `sk-rotating-${(count += 1)}` });
    await using router = new ModelRouter({ client, targets: { a: {} }, tiers: { main: ["a"] } });
    await router.chat.completions.create(call);
    await router.chat.completions.create(call);
    expect(single.a.requests.map(({ key }) => key)).toEqual(["sk-rotating-1", "sk-rotating-2"]);
  });

  it("is asked for the key as a fallback too", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const other = new OpenAI({ baseURL: pair.b.url, apiKey: async () => "sk-rotating-other" });
    await using router = new ModelRouter({
      client: clientOf(pair.a),
      clients: { other },
      targets: { a: {}, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
      retry: { minDelayMs: 0 },
    });
    await router.chat.completions.create(call);
    expect(pair.b.requests.map(({ key }) => key)).toEqual(["sk-rotating-other"]);
  });

  it("gives way to the next target when the function fails", async () => {
    await using pair = await startPair();
    const other = new OpenAI({ baseURL: pair.b.url, apiKey: () => Promise.reject(new Error("vault is down")) });
    await using router = new ModelRouter({
      client: clientOf(pair.a),
      clients: { other },
      targets: { a: {}, b: { client: "other" } },
      tiers: { main: ["b", "a"] },
      retry: { minDelayMs: 0 },
    });
    const completion = await router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is a");
  });

  it("does not hold a call longer than its limits when the function hangs", async () => {
    await using pair = await startPair();
    const other = new OpenAI({ baseURL: pair.b.url, apiKey: () => new Promise<string>(() => undefined) });
    await using router = new ModelRouter({
      client: clientOf(pair.a),
      clients: { other },
      targets: { a: {}, b: { client: "other", timeouts: { headersMs: 40 } } },
      tiers: { main: ["b", "a"] },
    });
    const completion = await router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is a");
  });
});

describe("a client with a fetch of its own", () => {
  it("is called through it, as first target and as fallback", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const urls: string[] = [];
    const counting: typeof fetch = (url, init) => {
      urls.push(new URL(urlOf(url)).port);
      return fetch(url, init);
    };
    await using router = new ModelRouter({
      client: new OpenAI({ baseURL: pair.a.url, apiKey: "sk-test-key-1", fetch: counting }),
      clients: { other: new OpenAI({ baseURL: pair.b.url, apiKey: "sk-test-key-2", fetch: counting }) },
      targets: { a: {}, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
      retry: { maxRetries: 0 },
    });
    await router.chat.completions.create(call);
    expect(urls).toEqual([String(pair.a.port), String(pair.b.port)]);
  });

  it("is cut off at its time limit even if it does not listen to signals", async () => {
    await using pair = await startPair({ a: [faults.hang] });
    await using router = new ModelRouter({
      client: new OpenAI({ baseURL: pair.a.url, apiKey: "sk-test-key-1", fetch: deaf }),
      clients: { other: clientOf(pair.b) },
      targets: { a: { timeouts: { headersMs: 40 } }, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
    });
    const completion = await router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
  });

  it("is cut off in the middle of a body even if it does not listen to signals", async () => {
    await using pair = await startPair({ a: [faults.hangMidBody] });
    await using router = new ModelRouter({
      client: new OpenAI({ baseURL: pair.a.url, apiKey: "sk-test-key-1", fetch: deaf }),
      clients: { other: clientOf(pair.b) },
      targets: { a: { timeouts: { idleMs: 40 } }, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
    });
    const completion = await router.chat.completions.create(call);
    expect(router.recordOf(completion).attempts.map(({ failure }) => failure)).toEqual(["timeout", undefined]);
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
  });

  it("that throws at once is a failed connection", async () => {
    await using pair = await startPair();
    await using router = new ModelRouter({
      client: new OpenAI({ baseURL: pair.a.url, apiKey: "sk-test-key-1", fetch: broken }),
      clients: { other: clientOf(pair.b) },
      targets: { a: {}, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
      retry: { maxRetries: 0 },
    });
    const completion = await router.chat.completions.create(call);
    expect(router.recordOf(completion).attempts).toMatchObject([{ failure: "connection", detail: "no network" }, {}]);
  });
});

it("routes a client that was given under two names as one", async () => {
  await using single = await startSingle({ a: [401] });
  const client = clientOf(single.a);
  await using router = new ModelRouter({
    client,
    clients: { same: client },
    targets: { a: {}, "a-too": { client: "same" } },
    tiers: { main: ["a", "a-too"] },
  });
  await errorOf(router.chat.completions.create(call));
  expect(single.a.hits()).toBe(1);
});

it("tells of a stream's end when the stream is read from a clone", async () => {
  await using pair = await startPair();
  const ended = next(pair.router, "request:end");
  await hear({ chat: pair.router.openai.withOptions({}).chat });
  expect((await ended).record.outcome).toBe("answered");
});
