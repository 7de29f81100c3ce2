import { inspect } from "node:util";
import type OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { hookedClient, type IncomingCall, type Line, type PreparedCall } from "../../src/openai/hook.ts";
import { startProvider } from "../../src/testing/index.ts";
import { clientClasses, messages } from "../testing/clients.ts";

interface Watched {
  readonly line: Line;
  readonly prepared: IncomingCall[];
  readonly linked: (readonly [given: object, source: object])[];
  /** What the line says it has read. */
  readonly data: object;
  sent: number;
  fetched: number;
}

/** A line that changes the model, and keeps what it is told. */
function watch(owned = true, reading: PreparedCall["reading"] = "nothing"): Watched {
  const watched: Watched = {
    prepared: [],
    linked: [],
    data: { object: "chat.completion", choices: [] },
    sent: 0,
    fetched: 0,
    line: {
      async prepare(incoming): Promise<PreparedCall> {
        watched.prepared.push(incoming);
        return { incoming, body: { ...incoming.body, model: "chosen" }, owned, reading };
      },
      unsent: () => undefined,
      send(_, { url, init, send }) {
        watched.sent += 1;
        return send(url, init);
      },
      fetch(url, init, send) {
        watched.fetched += 1;
        return send(url, init);
      },
      errorBehind: () => undefined,
      link: (given, source) => void watched.linked.push([given, source]),
      takeData: () => ({ data: watched.data }),
      sourceOf: () => undefined,
      dress: (response) => response,
    },
  };
  return watched;
}

describe.each(clientClasses)("a hooked client of $version", ({ Client }) => {
  const clientOf = ({ url }: { url: string }, options: object = {}) =>
    new Client({ baseURL: url, apiKey: "sk-one-key", maxRetries: 0, ...options });

  it("sends the body that the line prepared", async () => {
    await using provider = await startProvider();
    const watched = watch();
    await hookedClient(clientOf(provider), watched.line).chat.completions.create({ model: "auto", messages });
    expect(provider.requests[0]?.body).toEqual({ model: "chosen", messages });
  });

  it("shows the line the call before it is serialised", async () => {
    await using provider = await startProvider();
    const watched = watch();
    const options = {
      headers: { "X-Trace": "t1", "x-router-tier": "cheap" },
      timeout: 7_000,
      maxRetries: 3,
      query: { v: "2" },
    };
    await hookedClient(clientOf(provider), watched.line).chat.completions.create({ model: "auto", messages }, options);
    const [incoming] = watched.prepared;
    expect(incoming).toMatchObject({
      endpoint: "chat",
      body: { model: "auto", messages },
      timeoutMs: 7_000,
      ownTimeoutMs: 7_000,
      maxRetries: 3,
      passedOn: { query: { v: "2" } },
    });
    expect(incoming?.body["messages"]).toBe(messages);
    expect([...(incoming?.passedOn.headers ?? [])]).toEqual([["x-trace", "t1"]]);
    expect([...(incoming?.hintHeaders ?? [])]).toEqual([["x-router-tier", "cheap"]]);
  });

  it("hands the finished request to the line once", async () => {
    await using provider = await startProvider();
    const watched = watch();
    await hookedClient(clientOf(provider), watched.line).chat.completions.create({ model: "auto", messages });
    expect([watched.sent, watched.fetched]).toEqual([1, 0]);
  });

  it.each(["responses", "embeddings", "completions"] as const)("shows the line calls of %s", async (endpoint) => {
    await using provider = await startProvider();
    const watched = watch();
    const client = hookedClient(clientOf(provider), watched.line);
    await client.post(`/${endpoint}`, { body: { model: "auto", input: "Hi?", prompt: "Hi?" } });
    expect(watched.prepared.map((incoming) => incoming.endpoint)).toEqual([endpoint]);
  });

  it("leaves calls of other endpoints to the line's fetch", async () => {
    await using provider = await startProvider();
    const watched = watch();
    await hookedClient(clientOf(provider), watched.line).models.list();
    expect([watched.prepared.length, watched.sent, watched.fetched]).toEqual([0, 0, 1]);
  });

  it("hands on to the line's fetch what a subclass sends once more", async () => {
    await using provider = await startProvider();
    class Twice extends Client {
      override async fetchWithTimeout(...args: Parameters<OpenAI["fetchWithTimeout"]>): Promise<Response> {
        await super.fetchWithTimeout(...args);
        return super.fetchWithTimeout(...args);
      }
    }
    const watched = watch();
    const client = new Twice({ baseURL: provider.url, apiKey: "sk-one-key", maxRetries: 0 });
    await hookedClient(client, watched.line).chat.completions.create({ model: "auto", messages });
    expect([watched.sent, watched.fetched]).toEqual([1, 1]);
  });

  it("prepares a try of the client's own again, with the call as it was given", async () => {
    await using provider = await startProvider({ status: 503, headers: { "retry-after-ms": "1" } }, 200);
    const watched = watch(false);
    const client = hookedClient(clientOf(provider, { maxRetries: 1 }), watched.line);
    await client.chat.completions.create({ model: "auto", messages });
    expect(watched.prepared.map(({ body }) => body["model"])).toEqual(["auto", "auto"]);
    expect(watched.prepared[1]).toBe(watched.prepared[0]);
  });

  it("links what it gives to the response it came from", async () => {
    await using provider = await startProvider();
    const watched = watch();
    const completion = await hookedClient(clientOf(provider), watched.line).chat.completions.create({
      model: "auto",
      messages,
    });
    const link = watched.linked.find(([given]) => given === completion);
    expect(link?.[1]).toBeInstanceOf(Response);
  });

  describe("with an answer that the line has read", () => {
    const call = { model: "auto", messages };

    it("gives the line's data, with the id of the request", async () => {
      await using provider = await startProvider({ headers: { "x-request-id": "req_7" } });
      const { line, data } = watch(true, "whole");
      const client = hookedClient(clientOf(provider), line);
      const completion = await client.chat.completions.create(call);
      expect(completion).toBe(data);
      expect(completion._request_id).toBe("req_7");
    });

    it("gives it when the options of a call are a promise", async () => {
      await using provider = await startProvider();
      const { line, data } = watch(true, "whole");
      const client = hookedClient(clientOf(provider), line);
      expect(await client.post("/chat/completions", Promise.resolve({ body: call }))).toBe(data);
    });

    it("gives a caller that wants the response just that", async () => {
      await using provider = await startProvider();
      const client = hookedClient(clientOf(provider), watch(true, "whole").line);
      const binary = await client.post("/chat/completions", { body: call, __binaryResponse: true });
      expect(binary).toBeInstanceOf(Response);
      expect(await client.chat.completions.create(call).asResponse()).toBeInstanceOf(Response);
    });

    it.each([
      ["was called by request(), which nothing watches", {}],
      ["shows answers in its log", { logLevel: "debug", logger: { debug() {}, info() {}, warn() {}, error() {} } }],
    ] as const)("reads the answer itself when it %s", async (_, options) => {
      await using provider = await startProvider();
      const { line, data } = watch(true, "whole");
      const client = hookedClient(clientOf(provider, options), line);
      const completion = await (Object.keys(options).length === 0
        ? client.request({ method: "post", path: "/chat/completions", body: call })
        : client.chat.completions.create(call));
      expect(completion).not.toBe(data);
      expect(completion).toMatchObject({ object: "chat.completion", choices: [{ index: 0 }] });
    });
  });

  it("links the error of a refusal to its headers", async () => {
    await using provider = await startProvider(400);
    const watched = watch();
    const client = hookedClient(clientOf(provider), watched.line);
    const error: unknown = await client.chat.completions
      .create({ model: "auto", messages })
      .catch((thrown: unknown) => thrown);
    expect(watched.linked.map(([given]) => given)).toEqual([error]);
  });

  it("throws the error that the line puts behind a response", async () => {
    await using provider = await startProvider(500);
    const watched = watch();
    const behind = new Error("the router's own");
    const client = hookedClient(clientOf(provider), { ...watched.line, errorBehind: () => behind });
    const call = client.chat.completions.create({ model: "auto", messages });
    await expect(call).rejects.toBe(behind);
  });

  it("rejects with what prepare() throws, and sends nothing", async () => {
    await using provider = await startProvider();
    const watched = watch();
    const client = hookedClient(clientOf(provider), {
      ...watched.line,
      prepare: () => Promise.reject(new Error("no target")),
    });
    await expect(client.chat.completions.create({ model: "auto", messages })).rejects.toThrow("no target");
    expect(provider.hits()).toBe(0);
  });

  it("prints nothing of the line in a client's log", async () => {
    await using provider = await startProvider();
    const logged: unknown[] = [];
    const log = (...said: unknown[]): void => void logged.push(...said);
    const logger = { debug: log, info: log, warn: log, error: log };
    const { line } = watch();
    const client = hookedClient(clientOf(provider, { logLevel: "debug", logger }), {
      ...line,
      prepare: async (incoming) => ({ ...(await line.prepare(incoming)), key: "sk-hidden" }),
    });
    await client.chat.completions.create({ model: "auto", messages });
    expect(inspect(logged, { depth: Infinity, showHidden: true })).not.toContain("sk-hidden");
    expect(logged).not.toEqual([]);
  });

  it("shows its hooks to nobody who lists its keys", async () => {
    await using provider = await startProvider();
    const client = clientOf(provider);
    expect(Object.keys(hookedClient(client, watch().line)).toSorted()).toEqual(Object.keys(client).toSorted());
  });
});
