import { describe, expect, it } from "vitest";
import { callFromFetch, type FetchRequest } from "../../src/openai/fetch-call.ts";

const url = "https://gate.example/v1/chat/completions";
const body = { model: "auto", messages: [] };
const json = JSON.stringify(body);

function read(request: string | URL | Request, init?: RequestInit): ReturnType<typeof callFromFetch> {
  const from: FetchRequest = { url: request, init, baseURL: "https://gate.example/v1", timeoutMs: 5_000 };
  return callFromFetch(from);
}

describe("a call at fetch level", () => {
  it.each<readonly [string, RequestInit["body"]]>([
    ["text", json],
    ["bytes", new TextEncoder().encode(json)],
    ["a buffer", new TextEncoder().encode(json).buffer],
    ["a blob", new Blob([json])],
  ])("is read from %s", async (_, given) => {
    expect(await read(url, { method: "POST", body: given ?? null })).toMatchObject({
      endpoint: "chat",
      body,
      timeoutMs: 5_000,
    });
  });

  it("is read from a Request, which can still be sent", async () => {
    const request = new Request(url, { method: "POST", body: json });
    expect(await read(request)).toMatchObject({ endpoint: "chat", body });
    expect(request.bodyUsed).toBe(false);
  });

  it("is read from a URL and a method in lower case", async () => {
    expect(await read(new URL(url), { method: "post", body: json })).toMatchObject({ endpoint: "chat" });
  });

  it("has hints by headers", async () => {
    const call = await read(url, { method: "POST", body: json, headers: { "X-Router-Tier": "cheap", accept: "*/*" } });
    expect([...(call?.hintHeaders ?? [])]).toEqual([["x-router-tier", "cheap"]]);
  });

  it("has the caller's signal", async () => {
    const { signal } = new AbortController();
    expect((await read(url, { method: "POST", body: json, signal }))?.signal).toBe(signal);
  });

  it("passes no credentials on", async () => {
    const headers = { authorization: "Bearer x", "x-api-key": "y", traceparent: "t" };
    const call = await read(url, { method: "POST", body: json, headers });
    expect([...(call?.passedOn.headers ?? [])]).toEqual([["traceparent", "t"]]);
  });
});

describe("what is no call that is routed", () => {
  it.each<readonly [string, string, RequestInit | undefined]>([
    ["another path", "https://gate.example/v1/models", { method: "POST", body: json }],
    ["a GET", url, undefined],
    ["a body that is no JSON", url, { method: "POST", body: "{oops" }],
    ["a body that is no object", url, { method: "POST", body: "[]" }],
    ["no body", url, { method: "POST" }],
    ["a form", url, { method: "POST", body: new FormData() }],
    ["a stream, which can be read only once", url, { method: "POST", body: new Blob([json]).stream() }],
    ["a path alone", "/v1/chat/completions", { method: "POST", body: json }],
  ])("is %s", async (_, to, init) => {
    expect(await read(to, init)).toBeUndefined();
  });
});
