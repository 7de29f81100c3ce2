import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { ConfigError, RouterClosedError } from "../../src/index.ts";
import { faults } from "../../src/testing/index.ts";
import { call, errorOf, messages, replyOf, startPair, startSingle, streamingCall } from "./setup.ts";

function post(body: object, init: RequestInit = {}): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" }, ...init };
}

describe("router.fetch", () => {
  it("routes what is meant for the client's own URL", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const response = await pair.router.fetch(`${pair.a.url}/chat/completions`, post(call));
    expect(await response.json()).toMatchObject({ model: "b" });
  });

  it("routes what is meant for any URL that ends like the API's", async () => {
    await using pair = await startPair();
    const response = await pair.router.fetch("https://api.openai.com/v1/chat/completions", post(call));
    expect(await response.json()).toMatchObject({ model: "a" });
  });

  it("takes a Request", async () => {
    await using pair = await startPair();
    const response = await pair.router.fetch(new Request(`${pair.a.url}/chat/completions`, post(call)));
    expect(await response.json()).toMatchObject({ model: "a" });
  });

  it("takes a URL object and bytes", async () => {
    await using pair = await startPair();
    const body = new TextEncoder().encode(JSON.stringify(call));
    const response = await pair.router.fetch(new URL(`${pair.a.url}/chat/completions`), { method: "POST", body });
    expect(await response.json()).toMatchObject({ model: "a" });
  });

  it("streams", async () => {
    await using pair = await startPair({ a: [faults.roleOnly, faults.emptyStream] });
    const response = await pair.router.fetch(`${pair.a.url}/chat/completions`, post(streamingCall));
    expect(response.headers.get("content-type")).toMatch("text/event-stream");
    expect(await response.text()).toMatch(/"model":"b".*data: \[DONE\]\n\n$/s);
  });

  it("takes hints by headers, and sends none on", async () => {
    await using pair = await startPair();
    const headers = { "x-router-target": "b", "x-router-task": "greet" };
    const response = await pair.router.fetch(
      `${pair.a.url}/chat/completions`,
      post({ ...call, model: "auto" }, { headers }),
    );
    expect(pair.router.recordOf(response)).toMatchObject({ target: "b", task: "greet" });
    expect(Object.keys(pair.b.requests[0]?.headers ?? {}).filter((name) => name.startsWith("x-router"))).toEqual([]);
  });

  it("takes the hints of the view it belongs to", async () => {
    await using pair = await startPair();
    const response = await pair.router.with({ target: "b" }).fetch(`${pair.a.url}/chat/completions`, post(call));
    expect(pair.router.recordOf(response).target).toBe("b");
  });

  it("passes a trace on", async () => {
    await using pair = await startPair();
    const headers = { traceparent: "00-1-2-01" };
    await pair.router.fetch(`${pair.a.url}/chat/completions`, post(call, { headers }));
    expect(pair.a.requests[0]?.headers["traceparent"]).toBe("00-1-2-01");
  });

  it("calls each target with its own client's key", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const headers = { authorization: "Bearer sk-of-somebody" };
    await pair.router.fetch(`${pair.a.url}/chat/completions`, post(call, { headers }));
    expect([pair.a.requests[0]?.key, pair.b.requests[0]?.key]).toEqual(["sk-key-of-a", "sk-key-of-b"]);
  });

  it("serves a client of another library as its fetch", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const client = new OpenAI({ baseURL: pair.a.url, apiKey: "unused", fetch: pair.router.fetch, maxRetries: 2 });
    const completion = await client.chat.completions.create(call);
    expect(completion.choices[0]?.message.content).toBe(replyOf("b"));
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 1]);
  });

  it("gives a provider's error as it came, and says not to try again", async () => {
    await using pair = await startPair({ a: [faults.badRequest] });
    const response = await pair.router.fetch(`${pair.a.url}/chat/completions`, post(call));
    expect([response.status, response.headers.get("x-should-retry")]).toEqual([400, "false"]);
    expect(await response.json()).toMatchObject({ error: { param: "temperature" } });
  });

  it("gives an error of the router as an answer in OpenAI's form", async () => {
    await using pair = await startPair({ a: [500, 500], b: [503, 503] });
    const response = await pair.router.fetch(`${pair.a.url}/chat/completions`, post(call));
    expect([response.status, response.headers.get("x-should-retry")]).toEqual([503, "false"]);
    expect(await response.json()).toMatchObject({ error: { type: "router_error", code: "all_targets_failed" } });
  });

  it("gives a timeout as 504", async () => {
    await using single = await startSingle({ a: [faults.hang], router: { deadlineMs: 60 } });
    const response = await single.router.fetch(`${single.a.url}/chat/completions`, post(call));
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: "deadline_exceeded" } });
  });

  it("gives a failed connection as 502", async () => {
    await using single = await startSingle({ a: [faults.reset, faults.reset] });
    const response = await single.router.fetch(`${single.a.url}/chat/completions`, post(call));
    expect(response.status).toBe(502);
  });

  it("rejects with the caller's reason when he aborts", async () => {
    await using pair = await startPair({ a: [faults.hang] });
    const controller = new AbortController();
    const failure = errorOf(
      pair.router.fetch(`${pair.a.url}/chat/completions`, post(call, { signal: controller.signal })),
    );
    await pair.a.received(1);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await failure).toBe(reason);
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
  });

  it("rejects at once when the signal of a Request was aborted before", async () => {
    await using pair = await startPair();
    const request = new Request(`${pair.a.url}/chat/completions`, post(call, { signal: AbortSignal.abort() }));
    const error = await errorOf(pair.router.fetch(request));
    expect(error.name).toBe("AbortError");
    expect(pair.a.hits()).toBe(0);
  });

  it("passes on what is not routed, untouched", async () => {
    await using pair = await startPair();
    const headers = { authorization: "Bearer sk-of-somebody" };
    await pair.router.fetch(`${pair.a.url}/models`, { headers });
    expect(pair.a.requests[0]).toMatchObject({ path: "/v1/models", method: "GET", key: "sk-of-somebody" });
  });

  it("passes on a body that is no JSON, untouched", async () => {
    await using pair = await startPair();
    const response = await pair.router.fetch(`${pair.a.url}/chat/completions`, { method: "POST", body: "{oops" });
    expect(response.status).toBe(400);
    expect(pair.a.requests[0]?.rawBody).toBe("{oops");
  });

  it("takes no hint of its own off a request that is not routed, but those of the router", async () => {
    await using pair = await startPair();
    await pair.router.fetch(`${pair.a.url}/models`, { headers: { "x-router-task": "t", "x-mine": "1" } });
    expect(pair.a.requests[0]?.headers).toMatchObject({ "x-mine": "1" });
    expect(pair.a.requests[0]?.headers).not.toHaveProperty("x-router-task");
  });

  it("takes the router's hints off a Request that is not routed", async () => {
    await using pair = await startPair();
    const request = new Request(`${pair.a.url}/models`, { headers: { "x-router-task": "t", "x-mine": "1" } });
    await pair.router.fetch(request);
    expect(pair.a.requests[0]?.headers).toMatchObject({ "x-mine": "1" });
    expect(pair.a.requests[0]?.headers).not.toHaveProperty("x-router-task");
  });

  it("rejects a hint that does not exist", async () => {
    await using pair = await startPair();
    const error = await errorOf(
      pair.router.fetch(`${pair.a.url}/chat/completions`, post(call, { headers: { "x-router-foo": "1" } })),
    );
    expect(error).toBeInstanceOf(ConfigError);
  });

  it("rejects when the router is closed", async () => {
    await using pair = await startPair();
    await pair.router.close();
    const error = await errorOf(pair.router.fetch(`${pair.a.url}/chat/completions`, post(call)));
    expect(error).toBeInstanceOf(RouterClosedError);
  });

  it("routes the Responses API by its URL", async () => {
    await using pair = await startPair();
    const response = await pair.router.fetch(`${pair.a.url}/responses`, post({ model: "main", input: messages }));
    expect(pair.router.recordOf(response).endpoint).toBe("responses");
  });
});
