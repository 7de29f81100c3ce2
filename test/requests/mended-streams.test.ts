import type OpenAI from "openai";
import OpenAI6 from "openai6";
import { describe, expect, it } from "vitest";
import {
  markOf,
  ModelRouter,
  StreamInterruptedError,
  type RouterOptions,
  type StreamBreakPolicy,
  type TargetOptions,
} from "../../src/index.ts";
import { faults, type ReceivedRequest, type Step } from "../../src/testing/index.ts";
import { clientOf, errorOf, hear, messages, next, startPair, streamingCall, type Heard, type Pair } from "./setup.ts";

const whole = "Once upon a time there was a router that never lost a word.";

/** What a target says that goes on from the last message. */
function rest({ body }: ReceivedRequest): string {
  const last = (body["messages"] as { role: string; content: string }[] | undefined)?.at(-1);
  const begun = last?.role === "assistant" ? last.content : ((body["prompt"] as string | undefined) ?? "");
  return whole.startsWith(begun) ? whole.slice(begun.length) : whole.slice(whole.indexOf(begun.slice(-5)) + 5);
}

interface Breaking {
  readonly policy: StreamBreakPolicy;
  readonly step?: Step;
  readonly b?: { readonly reply?: string | ((request: ReceivedRequest) => string); readonly script?: readonly Step[] };
  readonly router?: Partial<RouterOptions>;
  readonly target?: TargetOptions;
}

/** A pair whose first target breaks off after three words. */
function startBreaking({ policy, step = faults.cutStream({ afterChunks: 3 }), ...given }: Breaking): Promise<Pair> {
  const reply = policy === "continue" ? rest : whole;
  return startPair({
    a: { models: { a: { reply: whole, script: [step] } } },
    b: { models: { b: { reply, ...given.b } } },
    router: { onStreamBreak: policy, ...given.router },
    targets: { a: { timeouts: { idleMs: 200 } }, b: { continues: "prefix", ...given.target } },
  });
}

/** What a caller has in the end who drops what he is told to drop. */
function kept({ chunks }: Heard): string {
  let text = "";
  for (const chunk of chunks) {
    const mark = markOf(chunk);
    if (mark !== undefined) text = text.slice(0, text.length - mark.dropChars);
    text += chunk.choices[0]?.delta.content ?? "";
  }
  return text;
}

const breaks: readonly (readonly [string, Step])[] = [
  ["is reset", faults.cutStream({ afterChunks: 3 })],
  ["ends early", faults.endStream({ afterChunks: 3 })],
  ["stalls", faults.stallStream({ afterChunks: 3 })],
  ["tells an error", faults.errorEvent({ afterChunks: 3, message: "overloaded" })],
  ["holds garbage", faults.garbageEvent({ afterChunks: 3 })],
];

describe.each(breaks)("a stream that %s", (_, step) => {
  it("begins anew at the next target, behind an event that says what to drop", async () => {
    await using pair = await startBreaking({ policy: "restart", step });
    const heard = await hear(pair.router);
    const marks = heard.chunks.map(markOf).filter((mark) => mark !== undefined);
    expect(heard.error).toBeUndefined();
    expect(marks).toEqual([{ mended: "restart", from: "a", to: "b", dropChars: "Once upon a".length }]);
    expect([heard.text, kept(heard)]).toEqual([`Once upon a${whole}`, whole]);
  });

  it("goes on at the next target", async () => {
    await using pair = await startBreaking({ policy: "continue", step });
    const heard = await hear(pair.router);
    expect([heard.text, heard.error]).toEqual([whole, undefined]);
  });

  it("is recorded with both attempts, both usages, and how it was mended", async () => {
    await using pair = await startBreaking({ policy: "restart", step, router: { prices: { a: 1, b: 1 } } });
    await hear(pair.router);
    const { record } = pair.events.of("request:end")[0]!;
    const { attempts } = record;
    expect(record).toMatchObject({ outcome: "answered", target: "b", fellBack: true, mended: "restart" });
    expect(attempts).toMatchObject([
      { target: "a", failure: "stream_interrupted", usage: { estimated: true } },
      { target: "b", failure: undefined, usage: record.usage },
    ]);
    const costUsd = attempts.reduce((sum, attempt) => sum + (attempt.costUsd ?? NaN), 0);
    expect(record.costUsd).toBeCloseTo(costUsd, 12);
  });
});

describe("explain()", () => {
  it.each([
    ["restart", { policy: "restart", targets: ["b"] }, "A stream that breaks begins anew at b."],
    ["continue", { policy: "continue", targets: ["b"] }, "A stream that breaks goes on at b."],
  ] as const)("says who would mend a stream under %s", async (policy, streamBreak, line) => {
    await using pair = await startBreaking({ policy });
    const explained = await pair.router.explain(streamingCall);
    expect(explained.streamBreak).toEqual(streamBreak);
    expect(explained.summary).toContain(line);
  });

  it("says that nobody can go on with it", async () => {
    await using pair = await startBreaking({ policy: "continue", target: { continues: undefined } });
    const { streamBreak, summary } = await pair.router.explain(streamingCall);
    expect(streamBreak).toEqual({ policy: "continue", targets: [] });
    expect(summary).toContain("ends in an error");
  });

  it.each([
    ["a call that is no stream", { ...streamingCall, stream: false }],
    ["a call for several choices", { ...streamingCall, n: 2 }],
  ])("says nothing of it for %s", async (_, body) => {
    await using pair = await startBreaking({ policy: "restart" });
    expect((await pair.router.explain(body)).streamBreak).toBeUndefined();
  });
});

describe("a restart", () => {
  it("is told with the text to drop", async () => {
    await using pair = await startBreaking({ policy: "restart" });
    await hear(pair.router);
    const [{ record } = { record: undefined }] = pair.events.of("request:end");
    expect(pair.events.of("stream:restart")).toMatchObject([
      { requestId: record?.requestId, from: "a", to: "b", droppedText: "Once upon a" },
    ]);
    expect(pair.events.of("fallback:start")).toMatchObject([{ from: "a", to: "b", failure: "stream_interrupted" }]);
  });

  it("is marked by a chunk with nothing in it for who does not know it", async () => {
    await using pair = await startBreaking({ policy: "restart" });
    const { chunks } = await hear(pair.router);
    const mark = chunks.find((chunk) => markOf(chunk) !== undefined);
    expect(mark).toMatchObject({
      id: chunks[0]?.id,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta: {}, finish_reason: null }],
    });
  });

  it("comes again when the next target breaks, too, and drops its own text", async () => {
    await using pair = await startPair({
      a: { models: { a: { reply: whole, script: [faults.cutStream({ afterChunks: 3 })] } } },
      b: {
        models: {
          b: { reply: "Twice upon a time", script: [faults.cutStream({ afterChunks: 1 })] },
          c: { reply: whole },
        },
      },
      router: {
        onStreamBreak: "restart",
        tiers: { main: ["a", "b", "c"] },
        targets: { a: {}, b: { client: "other" }, c: { client: "other" } },
      },
    });
    const heard = await hear(pair.router);
    expect(heard.chunks.flatMap((chunk) => markOf(chunk)?.dropChars ?? [])).toEqual([11, 5]);
    expect([kept(heard), heard.error]).toEqual([whole, undefined]);
  });

  it("is not begun when nobody takes over: the error has what was received", async () => {
    await using pair = await startBreaking({ policy: "restart", b: { script: [500, 500] } });
    const heard = await hear(pair.router);
    expect([heard.text, heard.chunks.some((chunk) => markOf(chunk))]).toEqual(["Once upon a", false]);
    expect(heard.error).toMatchObject({
      code: "stream_interrupted",
      received: { text: "Once upon a" },
      attempts: [{ failure: "stream_interrupted" }, { failure: "server_error" }, { failure: "server_error" }],
    });
  });

  it("leaves an error that has the second text when that breaks with nobody behind it", async () => {
    await using pair = await startBreaking({
      policy: "restart",
      b: { script: [faults.cutStream({ afterChunks: 2 })] },
    });
    const heard = await hear(pair.router);
    expect(kept(heard)).toBe("Once upon");
    expect(heard.error).toMatchObject({ code: "stream_interrupted", received: { text: "Once upon" } });
  });

  it("also voids calls of tools", async () => {
    const toolCalls = [{ name: "look", arguments: { at: "the sea", for: "a router" } }];
    await using pair = await startPair({
      a: { models: { a: { toolCalls, script: [faults.cutStream({ afterChunks: 2 })] } } },
      b: { models: { b: { toolCalls } } },
      router: { onStreamBreak: "restart" },
    });
    const { chunks, error } = await hear(pair.router);
    const after = chunks.slice(chunks.findIndex((chunk) => markOf(chunk) !== undefined) + 1);
    const args = after.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls?.[0]?.function?.arguments ?? []).join("");
    expect([args, error]).toEqual([JSON.stringify(toolCalls[0]?.arguments), undefined]);
  });

  it("of a Responses stream is an event of its own", async () => {
    await using pair = await startBreaking({ policy: "restart" });
    const stream = await pair.router.responses.create({ model: "main", input: "Hi?", stream: true });
    let text = "";
    const types: string[] = [];
    for await (const event of stream) {
      types.push(event.type);
      text = text.slice(0, text.length - (markOf(event)?.dropChars ?? 0));
      if (event.type === "response.output_text.delta") text += event.delta;
    }
    expect(text).toBe(whole);
    expect(types.filter((type) => type === "response.created" || type === "router.restart")).toEqual([
      "response.created",
      "router.restart",
      "response.created",
    ]);
  });

  it("of a completions stream is marked", async () => {
    await using pair = await startBreaking({ policy: "restart" });
    const stream = await pair.router.completions.create({ model: "main", prompt: "x", stream: true });
    let text = "";
    for await (const chunk of stream) {
      text = text.slice(0, text.length - (markOf(chunk)?.dropChars ?? 0));
      text += chunk.choices[0]?.text ?? "";
    }
    expect(text).toBe(whole);
  });
});

const textByFetch = async (headers: Record<string, string>): Promise<string> => {
  await using pair = await startBreaking({ policy: "restart" });
  const init = { method: "POST", body: JSON.stringify(streamingCall), headers };
  const response = await pair.router.fetch(`${pair.a.url}/chat/completions`, init);
  return await response.text().catch((error: Error) => error.name);
};

describe("a restart is refused, as who adds the chunks up would put two answers together,", () => {
  it("to the helper of the client", async () => {
    await using pair = await startBreaking({ policy: "restart" });
    const stream = pair.router.chat.completions.stream({ model: "main", messages });
    expect(await errorOf(stream.finalChatCompletion())).toMatchObject({ code: "stream_interrupted" });
    expect(pair.b.hits()).toBe(0);
  });

  it("to the helper of the client for Responses", async () => {
    await using pair = await startBreaking({ policy: "restart" });
    const stream = pair.router.responses.stream({ model: "main", input: "Hi?" });
    expect(await errorOf(stream.finalResponse())).toMatchObject({ code: "stream_interrupted" });
  });

  it("to the helper of an older client", async () => {
    await using pair = await startBreaking({ policy: "restart" });
    await using router = new ModelRouter({
      client: new OpenAI6({ baseURL: pair.a.url, apiKey: "any" }) as unknown as OpenAI,
      clients: { other: clientOf(pair.b) },
      targets: { a: {}, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
      onStreamBreak: "restart",
    });
    const stream = router.chat.completions.stream({ model: "main", messages });
    expect((await errorOf(stream.finalChatCompletion())).cause).toMatchObject({ code: "stream_interrupted" });
  });

  it("to who calls by fetch, unless the call says that it knows", async () => {
    expect(await textByFetch({})).toBe("StreamInterruptedError");
    expect(await textByFetch({ "x-router-on-stream-break": "restart" })).toContain('"mended":"restart"');
  });

  it("and for several choices", async () => {
    await using pair = await startBreaking({ policy: "restart" });
    const { error } = await hear(pair.router, { n: 2 });
    expect(error).toBeInstanceOf(StreamInterruptedError);
  });
});

function lastMessage({ b }: Pair): unknown {
  const [request] = b.requests;
  return (request?.body["messages"] as readonly unknown[] | undefined)?.at(-1);
}

describe("a continuation", () => {
  it.each<readonly [TargetOptions["continues"], object, object]>([
    ["prefix", { role: "assistant", content: "Once upon a", prefix: true }, {}],
    [
      "continue-final-message",
      { role: "assistant", content: "Once upon a" },
      { continue_final_message: true, add_generation_prompt: false },
    ],
    ["prefill", { role: "assistant", content: "Once upon a" }, {}],
  ])("is asked for as the target takes it: %s", async (continues, message, body) => {
    await using pair = await startBreaking({ policy: "continue", target: { continues } });
    const { text } = await hear(pair.router);
    expect(text).toBe(whole);
    expect(lastMessage(pair)).toEqual(message);
    expect(pair.b.requests[0]?.body).toMatchObject(body);
  });

  it("keeps the id and the time of the answer, and is marked in its first chunk", async () => {
    await using pair = await startBreaking({ policy: "continue" });
    const { chunks } = await hear(pair.router);
    expect(new Set(chunks.map(({ id, created }) => `${id} ${created}`)).size).toBe(1);
    expect(chunks.flatMap((chunk) => markOf(chunk) ?? [])).toEqual([
      { mended: "continue", from: "a", to: "b", dropChars: 0 },
    ]);
  });

  it("is told", async () => {
    await using pair = await startBreaking({ policy: "continue" });
    await hear(pair.router);
    expect(pair.events.of("stream:continue")).toMatchObject([{ from: "a", to: "b", givenChars: 11 }]);
  });

  it("works with the helper of the client", async () => {
    await using pair = await startBreaking({ policy: "continue" });
    const stream = pair.router.chat.completions.stream({ model: "main", messages });
    expect((await stream.finalChatCompletion()).choices[0]?.message.content).toBe(whole);
  });

  it("brings the usage of both parts, in the stream and in the record", async () => {
    await using pair = await startBreaking({ policy: "continue" });
    const { chunks } = await hear(pair.router, { stream_options: { include_usage: true } });
    const { record } = pair.events.of("request:end")[0] ?? {};
    const sum = record?.attempts.reduce((tokens, { usage }) => tokens + (usage?.totalTokens ?? NaN), 0);
    expect(record?.attempts).toHaveLength(2);
    expect(chunks.at(-1)?.usage?.total_tokens).toBe(sum);
    expect(record?.usage?.totalTokens).toBe(sum);
  });

  it("that repeats what it was given has that cut off", async () => {
    await using pair = await startBreaking({
      policy: "continue",
      step: faults.cutStream({ afterChunks: 6 }),
      b: { reply: whole },
    });
    const { text, error } = await hear(pair.router);
    expect([text, error]).toEqual([whole, undefined]);
  });

  it("that may repeat a short text or may not ends in an error", async () => {
    await using pair = await startBreaking({ policy: "continue", b: { reply: whole } });
    const { text, error } = await hear(pair.router);
    expect([text, error?.name]).toEqual(["Once upon a", "StreamInterruptedError"]);
    expect(error).toMatchObject({ received: { text: "Once upon a" } });
  });

  it("gets what is left of the tokens", async () => {
    await using pair = await startBreaking({ policy: "continue" });
    await hear(pair.router, { max_tokens: 100 });
    expect(pair.b.requests[0]?.body["max_tokens"]).toBe(97);
  });

  it("passes by targets that do not say they can", async () => {
    await using pair = await startBreaking({ policy: "continue", target: { continues: undefined } });
    const { error } = await hear(pair.router);
    expect(error).toMatchObject({ code: "stream_interrupted", received: { text: "Once upon a" } });
    expect(pair.b.hits()).toBe(0);
  });

  it("is not made of calls of tools", async () => {
    const toolCalls = [{ name: "look", arguments: { at: "the sea" } }];
    await using pair = await startPair({
      a: { models: { a: { toolCalls, script: [faults.cutStream({ afterChunks: 2 })] } } },
      router: { onStreamBreak: "continue" },
      targets: { b: { continues: "prefix" } },
    });
    const { error } = await hear(pair.router);
    expect(error).toMatchObject({ code: "stream_interrupted", received: { toolCalls: [{ name: "look" }] } });
    expect(pair.b.hits()).toBe(0);
  });

  it("is not made of Responses", async () => {
    await using pair = await startBreaking({ policy: "continue" });
    const stream = await pair.router.responses.create({ model: "main", input: "Hi?", stream: true });
    const error = await errorOf(
      (async () => {
        for await (const event of stream) void event;
      })(),
    );
    expect(error).toMatchObject({ code: "stream_interrupted", received: { text: "Once upon a" } });
  });

  it("of a completions stream continues the prompt", async () => {
    await using pair = await startBreaking({ policy: "continue" });
    const stream = await pair.router.completions.create({ model: "main", prompt: "Tell: ", stream: true });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? "";
    expect(pair.b.requests[0]?.body["prompt"]).toBe("Tell: Once upon a");
    expect(text).toBe(whole);
  });
});

/** How often `b` is called, behind glass, when a chain is to go on. */
const hitsBehindGlass = async (targets: readonly string[]): Promise<number> => {
  await using pair = await startBreaking({
    policy: "continue",
    router: {
      tiers: { main: targets },
      targets: { a: {}, b: { client: "other", continues: "prefix", breakGlass: true }, c: { client: "other" } },
    },
  });
  await hear(pair.router);
  return pair.b.hits();
};

const keptBy = async (hints: object, headers: Record<string, string>, router: Partial<RouterOptions>) => {
  await using pair = await startBreaking({ policy: "error", router });
  return kept(await hear(pair.router.with(hints), {}, { headers }));
};

describe("mending a stream", () => {
  it("is asked for by tier, by view and by header as well", async () => {
    const tiers = { main: { targets: ["a", "b"], onStreamBreak: "restart" as const } };
    expect(await keptBy({}, {}, { tiers })).toBe(whole);
    expect(await keptBy({ onStreamBreak: "restart" }, {}, {})).toBe(whole);
    expect(await keptBy({}, { "x-router-on-stream-break": "restart" }, {})).toBe(whole);
    expect(await keptBy({ onStreamBreak: "error" }, {}, { tiers })).toBe("Once upon a");
  });

  it("keeps to the deadline", async () => {
    await using pair = await startBreaking({
      policy: "restart",
      b: { script: [faults.hang] },
      router: { deadlineMs: 1_500 },
    });
    const { error } = await hear(pair.router);
    expect(error).toMatchObject({ code: "deadline_exceeded", received: { text: "Once upon a" } });
  });

  it("ends when the caller aborts, upstream too", async () => {
    await using pair = await startBreaking({ policy: "restart", b: { script: [faults.hang] } });
    const controller = new AbortController();
    const ended = next(pair.router, "request:end");
    const pending = hear(pair.router, {}, { signal: controller.signal });
    await pair.b.received(1);
    controller.abort();
    await pending;
    expect((await ended).record.outcome).toBe("aborted");
    await pair.b.idle();
  });

  it("ends when the caller leaves the loop while the next target is sought", async () => {
    await using pair = await startBreaking({ policy: "restart", b: { script: [faults.hang] } });
    const ended = next(pair.router, "request:end");
    const response = await pair.router.chat.completions.create(streamingCall).asResponse();
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    void (async () => {
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read());
    })().catch(() => undefined);
    await pair.b.received(1);
    await reader.cancel();
    expect((await ended).record.outcome).toBe("aborted");
  });

  it("ends when the router is closed meanwhile", async () => {
    const pair = await startBreaking({ policy: "restart", b: { script: [faults.hang] } });
    const pending = hear(pair.router);
    await pair.b.received(1);
    await pair.router.close();
    expect((await pending).error).toMatchObject({ code: "router_closed", received: { text: "Once upon a" } });
    await pair[Symbol.asyncDispose]();
  });

  it("does not leave the regions of the call", async () => {
    await using pair = await startPair({
      a: { models: { a: { reply: whole, script: [faults.cutStream({ afterChunks: 3 })] } } },
      router: { onStreamBreak: "restart" },
      targets: { a: { region: "eu-west-1" }, b: { region: "us-east-1" } },
    });
    const { error } = await hear(pair.router.with({ allowedRegions: ["eu-*"] }));
    expect([error?.name, pair.b.hits()]).toEqual(["StreamInterruptedError", 0]);
  });

  it("breaks no glass while a target is left that can not go on, and does when none is", async () => {
    expect(await hitsBehindGlass(["a", "c", "b"])).toBe(0);
    expect(await hitsBehindGlass(["a", "b"])).toBe(1);
  });

  it("is paid by budgets as any attempt", async () => {
    await using pair = await startBreaking({
      policy: "restart",
      router: { prices: { a: 1, b: 1 }, budgets: { b: { limitUsd: 0.000001, per: "day", target: "b" } } },
    });
    const { error } = await hear(pair.router);
    expect([error?.name, pair.b.hits()]).toEqual(["StreamInterruptedError", 0]);
    expect(error).toMatchObject({ received: { text: "Once upon a" } });
  });

  it("retries the next target, and has one time to the first token", async () => {
    await using pair = await startBreaking({ policy: "restart", b: { script: [500] } });
    const heard = await hear(pair.router);
    const { record } = pair.events.of("request:end")[0] ?? {};
    expect([kept(heard), record?.attempts.map(({ target }) => target)]).toEqual([whole, ["a", "b", "b"]]);
    expect(record?.ttftMs).toBeLessThan(record?.attempts[0]?.durationMs ?? 0);
  });

  it("is a failure of the target whose stream broke", async () => {
    await using pair = await startBreaking({
      policy: "restart",
      router: { breaker: { failureThreshold: 1, errorRate: 0 } },
    });
    await hear(pair.router);
    const { targets } = pair.router.health();
    expect([targets["a"]?.breaker, targets["b"]?.breaker]).toEqual(["open", "closed"]);
  });

  it("leaves a stream alone that does not break", async () => {
    await using bare = await startPair();
    await using mending = await startPair({ router: { onStreamBreak: "continue" } });
    const { chunks } = await hear(bare.router);
    const heard = await hear(mending.router);
    const created = heard.chunks[0]?.created ?? 0;
    expect(heard.chunks).toEqual(chunks.map((chunk) => Object.assign(chunk, { created })));
    expect(mending.events.of("request:end")[0]?.record).not.toHaveProperty("mended");
  });
});
