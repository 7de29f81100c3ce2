import type OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { faults, type Answer, type Step } from "../../src/testing/index.ts";
import { clientOf, hear, messages, startPair, startSingle, streamingCall, type Single } from "./setup.ts";

const reply = "Zwölf Boxkämpfer 🥊 jagen Виктора 跨过 the great Sylter Deich.";

const usage = { prompt_tokens: 3, completion_tokens: 14, total_tokens: 17 };

/** Good streams in every form. */
const forms: readonly (readonly [string, Answer])[] = [
  ["one event with each write", {}],
  ["lines that end in CRLF", faults.crlf],
  ["lines that end in CR", { stream: { lineEnd: "\r" } }],
  ["one byte with each write", faults.splitWrites()],
  ["CRLF and one byte with each write", { stream: { lineEnd: "\r\n", writeBytes: 1 } }],
  ["7 bytes with each write", faults.splitWrites({ bytes: 7 })],
  ["100 bytes with each write", faults.splitWrites({ bytes: 100 })],
  ["everything in one write", faults.oneWrite],
  ["no [DONE]", faults.missingDone],
  ["no [DONE], in one write", { stream: { omit: ["done"], writeBytes: Infinity } }],
  ["no role", { stream: { omit: ["opening"] } }],
  ["comments among the events", { stream: { insert: { after: 2, text: ": keep-alive\n\n" } } }],
  ["pauses with keep-alives", { ttftMs: 15, stream: { keepAliveMs: 3 } }],
  ["fields that mean nothing here", { stream: { insert: { after: 2, text: "id: 7\nretry: 5\n\n" } } }],
];

function startWith(step: Step): Promise<Single> {
  return startSingle({ a: { models: { a: { reply, usage, script: [step, step] } } } });
}

describe.each(forms)("a stream with %s", (_, step) => {
  it("is heard as it was said", async () => {
    await using single = await startWith(step);
    const { text, error } = await hear(single.router);
    expect([text, error]).toEqual([reply, undefined]);
  });

  it("is heard as the client alone hears it", async () => {
    await using single = await startWith(step);
    const options = { stream_options: { include_usage: true } };
    const routed = await hear(single.router, options);
    const alone: OpenAI.ChatCompletionChunk[] = [];
    const stream = await clientOf(single.a).chat.completions.create({ ...streamingCall, ...options, model: "a" });
    for await (const chunk of stream) alone.push(chunk);
    expect(routed.chunks.map(withoutIdentity)).toEqual(alone.map(withoutIdentity));
  });

  it("is recorded as answered, with its usage", async () => {
    await using single = await startWith(step);
    const { stream } = await hear(single.router);
    expect(single.router.recordOf(stream ?? {})).toMatchObject({
      outcome: "answered",
      usage: { promptTokens: 3, completionTokens: 14 },
    });
  });
});

function withoutIdentity(chunk: OpenAI.ChatCompletionChunk): object {
  return { ...chunk, id: undefined, created: undefined };
}

describe("the usage of a stream", () => {
  it("is asked of the provider", async () => {
    await using single = await startSingle();
    await hear(single.router);
    expect(single.a.requests[0]?.body["stream_options"]).toEqual({ include_usage: true });
  });

  it("is asked of the next target too", async () => {
    await using pair = await startPair({ a: [500, 500] });
    await hear(pair.router);
    expect(pair.b.requests[0]?.body["stream_options"]).toEqual({ include_usage: true });
  });

  it.each(["a", "b"])("is kept from a caller of %s who did not ask", async (target) => {
    await using pair = await startPair();
    const { chunks } = await hear(pair.router, { model: target });
    expect(chunks.filter(({ choices }) => choices.length === 0)).toEqual([]);
  });

  it.each(["a", "b"])("is given to a caller of %s who asked", async (target) => {
    await using pair = await startPair();
    const { chunks } = await hear(pair.router, { model: target, stream_options: { include_usage: true } });
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 5 });
  });

  it("is not asked for when the caller says that he does not want it", async () => {
    await using single = await startSingle();
    const { stream } = await hear(single.router, { stream_options: { include_usage: false } });
    expect(single.a.requests[0]?.body["stream_options"]).toEqual({ include_usage: false });
    expect(single.router.recordOf(stream ?? {}).usage).toMatchObject({ estimated: true });
  });

  it("is not asked for when the router is told not to", async () => {
    await using single = await startSingle({ router: { streamUsage: false } });
    await hear(single.router);
    expect(single.a.requests[0]?.body).not.toHaveProperty("stream_options");
  });

  it("leaves other stream options as they are", async () => {
    await using single = await startSingle();
    await hear(single.router, { stream_options: { include_obfuscation: false } });
    expect(single.a.requests[0]?.body["stream_options"]).toEqual({ include_obfuscation: false, include_usage: true });
  });

  it("is not asked for where nothing streams", async () => {
    await using single = await startSingle();
    await single.router.chat.completions.create({ model: "main", messages });
    expect(single.a.requests[0]?.body).not.toHaveProperty("stream_options");
  });

  it("comes by itself in the Responses API", async () => {
    await using single = await startSingle();
    const stream = await single.router.responses.create({ model: "main", input: "Hi?", stream: true });
    for await (const _ of stream) continue;
    expect(single.a.requests[0]?.body).not.toHaveProperty("stream_options");
    expect(single.router.recordOf(stream).usage).toMatchObject({ promptTokens: 1 });
  });

  it("is asked of the Completions API, and kept from a caller who did not ask", async () => {
    await using single = await startSingle();
    const stream = await single.router.completions.create({ model: "main", prompt: "Hi?", stream: true });
    const choices: number[] = [];
    for await (const chunk of stream) choices.push(chunk.choices.length);
    expect(single.a.requests[0]?.body["stream_options"]).toEqual({ include_usage: true });
    expect(choices).not.toContain(0);
  });

  it("is priced", async () => {
    await using single = await startSingle({ targets: { a: { price: 1_000_000 } } });
    const { stream } = await hear(single.router);
    const record = single.router.recordOf(stream ?? {});
    expect(record.costUsd).toBe(record.usage?.totalTokens);
  });

  it("of a stream that broke after telling it is kept", async () => {
    const event = `data: ${JSON.stringify({ choices: [], usage })}\n\n`;
    const step: Step = { stream: { insert: { after: 2, text: event } }, breaks: { how: "reset", after: 2 } };
    await using single = await startSingle({ a: [step] });
    const { error } = await hear(single.router);
    expect(error?.attempts).toMatchObject([{ usage: { promptTokens: 3, completionTokens: 14 } }]);
  });
});

describe("the record of a stream", () => {
  it("has the time to the first token", async () => {
    await using single = await startSingle();
    const { stream } = await hear(single.router);
    const { ttftMs, durationMs } = single.router.recordOf(stream ?? {});
    expect(ttftMs).toBeGreaterThan(0);
    expect(durationMs).toBeGreaterThanOrEqual(ttftMs ?? Infinity);
  });

  it("says that another target took over", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const { stream } = await hear(pair.router);
    expect(pair.router.recordOf(stream ?? {})).toMatchObject({ target: "b", model: "b", fellBack: true, stream: true });
  });
});
