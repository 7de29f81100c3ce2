import { zodResponseFormat } from "openai/helpers/zod";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { call, errorOf, hear, startPair, startSingle, streamingCall } from "./setup.ts";

describe("recordOf()", () => {
  it("knows a completion", async () => {
    const usage = { prompt_tokens: 5, completion_tokens: 12, total_tokens: 17 };
    await using pair = await startPair({ a: [500, 500], b: { models: { b: { usage } } } });
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.router.recordOf(completion)).toMatchObject({
      endpoint: "chat",
      target: "b",
      model: "b",
      tier: "main",
      decidedBy: "model",
      confidence: 1,
      stream: false,
      fellBack: true,
      outcome: "answered",
      usage: { promptTokens: 5, completionTokens: 12, totalTokens: 17 },
      costUsd: undefined,
      attempts: [
        { target: "a", status: 500 },
        { target: "a", status: 500 },
        { target: "b", status: 200 },
      ],
    });
  });

  it("knows a stream from the beginning, and its record is complete in the end", async () => {
    await using single = await startSingle();
    const stream = await single.router.chat.completions.create(streamingCall);
    const record = single.router.recordOf(stream);
    expect(record).toMatchObject({ target: "a", outcome: "pending", stream: true });
    for await (const _ of stream) continue;
    expect(record).toMatchObject({ outcome: "answered", attempts: [{ target: "a" }] });
  });

  it("knows what parse() gives", async () => {
    await using single = await startSingle({ a: { models: { a: { reply: '{"answer":42}' } } } });
    const completion = await single.router.openai.chat.completions.parse({
      ...call,
      response_format: zodResponseFormat(z.object({ answer: z.number() }), "answer"),
    });
    expect(single.router.recordOf(completion).target).toBe("a");
  });

  it("knows a Response", async () => {
    await using single = await startSingle();
    const response = await single.router.chat.completions.create(call).asResponse();
    expect(single.router.recordOf(response).target).toBe("a");
  });

  it("knows both that withResponse() gives", async () => {
    await using single = await startSingle();
    const { data, response } = await single.router.chat.completions.create(call).withResponse();
    expect(single.router.recordOf(data)).toBe(single.router.recordOf(response));
  });

  it("knows the response of a stream", async () => {
    await using single = await startSingle();
    const { data, response } = await single.router.chat.completions.create(streamingCall).withResponse();
    expect(single.router.recordOf(data)).toBe(single.router.recordOf(response));
    data.controller.abort();
  });

  it("knows a response of the Responses API", async () => {
    await using single = await startSingle();
    const response = await single.router.responses.create({ model: "main", input: "Hi?" });
    expect(single.router.recordOf(response)).toMatchObject({ endpoint: "responses", usage: { promptTokens: 1 } });
  });

  it("knows a stream of the Responses API", async () => {
    await using single = await startSingle();
    const stream = await single.router.responses.create({ model: "main", input: "Hi?", stream: true });
    for await (const _ of stream) continue;
    expect(single.router.recordOf(stream)).toMatchObject({ endpoint: "responses", outcome: "answered" });
  });

  it("knows embeddings", async () => {
    await using single = await startSingle();
    const embeddings = await single.router.embeddings.create({ model: "main", input: "Hi?" });
    expect(single.router.recordOf(embeddings)).toMatchObject({ endpoint: "embeddings", usage: { promptTokens: 1 } });
  });

  it("knows completions of the old kind", async () => {
    await using single = await startSingle();
    const completion = await single.router.completions.create({ model: "main", prompt: "Hi?" });
    expect(single.router.recordOf(completion)).toMatchObject({ endpoint: "completions", outcome: "answered" });
  });

  it("knows an error", async () => {
    await using single = await startSingle({ a: [400] });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(single.router.recordOf(error)).toMatchObject({ outcome: "failed", attempts: [{ status: 400 }] });
  });

  it("knows an error of a stream before its first content", async () => {
    await using single = await startSingle({ a: [400] });
    const { error } = await hear(single.router);
    expect(single.router.recordOf(error ?? {})).toMatchObject({ outcome: "failed", stream: true });
  });

  it("knows what router.fetch gives", async () => {
    await using single = await startSingle();
    const response = await single.router.fetch(`${single.a.url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify(call),
    });
    expect(single.router.recordOf(response)).toMatchObject({ target: "a", outcome: "answered" });
  });

  it("is the record that request:end tells", async () => {
    await using single = await startSingle();
    const completion = await single.router.chat.completions.create(call);
    expect(single.events.of("request:end")[0]?.record).toBe(single.router.recordOf(completion));
  });

  it("throws for what did not come from the router", async () => {
    await using single = await startSingle();
    expect(() => single.router.recordOf({})).toThrow(TypeError);
  });

  it("throws for what came from another router", async () => {
    await using one = await startSingle();
    await using other = await startSingle();
    const completion = await one.router.chat.completions.create(call);
    expect(() => other.router.recordOf(completion)).toThrow(TypeError);
  });

  it("is known to every view of the router", async () => {
    await using single = await startSingle();
    const completion = await single.router.with({ task: "greet" }).chat.completions.create(call);
    expect(single.router.recordOf(completion).task).toBe("greet");
  });
});

describe("the cost of a call", () => {
  const usage = { prompt_tokens: 1_000_000, completion_tokens: 500_000, total_tokens: 1_500_000 };

  it("is that of its tokens at the target's price", async () => {
    await using single = await startSingle({ a: { models: { a: { usage } } }, targets: { a: { price: 2 } } });
    const completion = await single.router.chat.completions.create(call);
    expect(single.router.recordOf(completion).costUsd).toBe(3);
  });

  it("is that of the target that answered", async () => {
    await using pair = await startPair({
      a: [500, 500],
      b: { models: { b: { usage } } },
      targets: { a: { price: 2 }, b: { price: { promptUsd: 1, completionUsd: 10 } } },
    });
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.router.recordOf(completion).costUsd).toBe(6);
  });

  it("counts what a failed attempt used", async () => {
    const step = { body: { error: { message: "broken" }, usage } };
    await using single = await startSingle({ a: [step], targets: { a: { price: 2 } } });
    single.a.setModel("a", { usage });
    const completion = await single.router.chat.completions.create(call);
    expect(single.router.recordOf(completion).costUsd).toBe(6);
  });

  it("is set against the baseline", async () => {
    await using single = await startSingle({
      a: { models: { a: { usage } } },
      targets: { a: { price: 2 } },
      router: { baseline: "gpt-4o", prices: { "gpt-4o": 10 } },
    });
    const completion = await single.router.chat.completions.create(call);
    expect(single.router.recordOf(completion).savedUsd).toBe(12);
  });

  it("is told in a header too", async () => {
    await using single = await startSingle({ a: { models: { a: { usage } } }, targets: { a: { price: 2 } } });
    const response = await single.router.chat.completions.create(call).asResponse();
    expect(response.headers.get("x-router-cost-usd")).toBe("3");
  });
});

describe("x-router-* headers of a response", () => {
  it("say who answered, for which tier, at which attempt", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const response = await pair.router.chat.completions.create(call).asResponse();
    expect(Object.fromEntries([...response.headers].filter(([name]) => name.startsWith("x-router-")))).toEqual({
      "x-router-target": "b",
      "x-router-tier": "main",
      "x-router-attempts": "3",
      "x-router-fell-back": "true",
      "x-router-request-id": pair.router.recordOf(response).requestId,
    });
  });

  it("do not say that a call fell back that did not", async () => {
    await using pair = await startPair();
    const response = await pair.router.chat.completions.create(call).asResponse();
    expect(response.headers.has("x-router-fell-back")).toBe(false);
  });

  it("come with the first byte of a stream", async () => {
    await using pair = await startPair({ a: [500] });
    const { response, data } = await pair.router.chat.completions.create(streamingCall).withResponse();
    expect([response.headers.get("x-router-target"), response.headers.get("x-router-attempts")]).toEqual(["a", "2"]);
    data.controller.abort();
  });

  it("leave the provider's own headers in place", async () => {
    await using pair = await startPair();
    const response = await pair.router.chat.completions.create(call).asResponse();
    expect(response.headers.get("x-request-id")).toBe("req_000001");
  });
});
