import OpenAI, { APIUserAbortError } from "openai";
import { describe, expect, it } from "vitest";
import { ModelRouter, type Classifier, type RouterOptions } from "../../src/index.ts";
import { faults, type Step } from "../../src/testing/index.ts";
import { clientClasses } from "../testing/clients.ts";
import { call, errorOf, hear, next, startPair, streamingCall, type Pair } from "./setup.ts";

const sensitive = { breaker: { failureThreshold: 1, errorRate: 0 } };

async function abortedStream(pair: Pair): Promise<readonly string[]> {
  const stream = await pair.router.chat.completions.create(streamingCall);
  const texts: string[] = [];
  for await (const chunk of stream) {
    const text = chunk.choices[0]?.delta.content ?? "";
    if (text === "") continue;
    texts.push(text);
    stream.controller.abort();
  }
  return texts;
}

async function leave(pair: Pair): Promise<void> {
  const stream = await pair.router.chat.completions.create(streamingCall);
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content === "This") break;
}

const moments: readonly (readonly [string, Step])[] = [
  ["for headers", faults.hang],
  ["for the body", faults.hangAfterHeaders],
  ["for the rest of the body", faults.hangMidBody],
];

async function abortedCall(pair: Pair): Promise<Error> {
  const controller = new AbortController();
  const failure = errorOf(pair.router.chat.completions.create(call, { signal: controller.signal }));
  await pair.a.received(1);
  controller.abort();
  return failure;
}

describe.each(moments)("a caller who aborts while he waits %s", (_, step) => {
  it("gets the abort error of the client", async () => {
    await using pair = await startPair({ a: [step] });
    const error = await abortedCall(pair);
    expect(error).toBeInstanceOf(APIUserAbortError);
  });

  it("lets the provider go", async () => {
    await using pair = await startPair({ a: [step] });
    await abortedCall(pair);
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
  });

  it("is not taken to the next target", async () => {
    await using pair = await startPair({ a: [step] });
    await abortedCall(pair);
    expect(pair.b.hits()).toBe(0);
  });

  it("says nothing about the target", async () => {
    await using pair = await startPair({ a: [step], router: sensitive });
    await abortedCall(pair);
    expect(pair.router.health().targets["a"]).toMatchObject({ healthy: true, breaker: "closed", inFlight: 0 });
  });

  it("ends his request as aborted", async () => {
    await using pair = await startPair({ a: [step] });
    await abortedCall(pair);
    expect(pair.events.of("request:end")).toMatchObject([
      { record: { outcome: "aborted", attempts: [{ failure: "aborted" }] } },
    ]);
  });
});

it("does not send a call that was aborted before it began", async () => {
  await using pair = await startPair();
  const error = await errorOf(pair.router.chat.completions.create(call, { signal: AbortSignal.abort() }));
  expect(error).toBeInstanceOf(APIUserAbortError);
  expect([pair.a.hits(), pair.b.hits()]).toEqual([0, 0]);
});

it("ends the wait before a retry when the caller aborts", async () => {
  await using pair = await startPair({ a: [{ status: 503, headers: { "retry-after-ms": "3000" } }] });
  const controller = new AbortController();
  const waiting = next(pair.router, "retry:start");
  const failure = errorOf(pair.router.chat.completions.create(call, { signal: controller.signal }));
  await waiting;
  controller.abort();
  expect(await failure).toBeInstanceOf(APIUserAbortError);
  expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 0]);
});

it("ends the attempt at a fallback when the caller aborts", async () => {
  await using pair = await startPair({ a: [500, 500], b: [faults.hang] });
  const controller = new AbortController();
  const failure = errorOf(pair.router.chat.completions.create(call, { signal: controller.signal }));
  await pair.b.received(1);
  controller.abort();
  expect(await failure).toBeInstanceOf(APIUserAbortError);
  await pair.b.idle();
  expect(pair.b.requests[0]?.aborted).toBe(true);
});

async function abortedEarly(): Promise<{
  error: Error;
  hits: number;
  names: readonly string[];
  signal: AbortSignal | undefined;
}> {
  const asked = Promise.withResolvers<AbortSignal>();
  const answer = Promise.withResolvers<undefined>();
  const slow: Classifier = {
    name: "slow",
    timeoutMs: 60_000,
    classify(_, signal) {
      asked.resolve(signal);
      return answer.promise;
    },
  };
  await using pair = await startPair({ router: { classifier: slow } });
  const controller = new AbortController();
  const options = { signal: controller.signal };
  const failure = errorOf(pair.router.chat.completions.create({ ...call, model: "auto" }, options));
  const signal = await asked.promise;
  controller.abort();
  answer.resolve(undefined);
  return { error: await failure, hits: pair.a.hits() + pair.b.hits(), names: pair.events.names, signal };
}

describe("a caller who aborts while his call is classified", () => {
  it("gets the abort error of the client, and nothing is sent", async () => {
    const { error, hits } = await abortedEarly();
    expect(error).toBeInstanceOf(APIUserAbortError);
    expect(hits).toBe(0);
  });

  it("stops the classifier", async () => {
    const { signal } = await abortedEarly();
    expect(signal?.aborted).toBe(true);
  });

  it("ends his request", async () => {
    const { names } = await abortedEarly();
    expect(names.at(-1)).toBe("request:end");
  });
});

describe("a caller who aborts a stream", () => {
  it("gets no more of it", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 1 })] });
    expect(await abortedStream(pair)).toEqual(["This"]);
  });

  it("lets the provider go", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 1 })] });
    await abortedStream(pair);
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
  });

  it("ends his request as aborted, and says nothing about the target", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 1 })], router: sensitive });
    const ended = next(pair.router, "request:end");
    await abortedStream(pair);
    expect((await ended).record).toMatchObject({ outcome: "aborted", attempts: [{ failure: "aborted" }] });
    expect(pair.router.health().targets["a"]).toMatchObject({ breaker: "closed", inFlight: 0 });
  });

  it("before its first content gets the abort error", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 0 })] });
    const controller = new AbortController();
    const heard = hear(pair.router, {}, { signal: controller.signal });
    await pair.a.received(1);
    controller.abort();
    expect((await heard).error).toBeInstanceOf(APIUserAbortError);
  });
});

describe("a caller who leaves the loop over a stream", () => {
  it("lets the provider go", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 1 })] });
    await leave(pair);
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
  });

  it("ends his request as aborted, and says nothing about the target", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 1 })], router: sensitive });
    const ended = next(pair.router, "request:end");
    await leave(pair);
    expect((await ended).record.outcome).toBe("aborted");
    expect(pair.router.health().targets["a"]).toMatchObject({ breaker: "closed", inFlight: 0 });
  });
});

const lookTool = {
  type: "function",
  function: { name: "look", function: () => "found", parameters: {}, description: "looks" },
} as const;

/** A router whose caller aborts at the very moment when the answer comes. */
function abortingAtTheAnswer(
  options: Partial<RouterOptions>,
  Client = OpenAI,
): { router: ModelRouter; signal: AbortSignal } {
  const controller = new AbortController();
  const toolCall = { id: "call", type: "function", function: { name: "look", arguments: "{}" } };
  const message = { role: "assistant", content: null, refusal: null, tool_calls: [toolCall] };
  const fetch = async (): Promise<Response> => {
    queueMicrotask(() => controller.abort());
    return Response.json({ id: "c", choices: [{ index: 0, finish_reason: "tool_calls", message }] });
  };
  const client = new Client({ baseURL: "http://127.0.0.1:9/v1", apiKey: "sk-test-key-1", fetch });
  return { router: new ModelRouter({ client, tiers: { main: ["a"] }, ...options }), signal: controller.signal };
}

describe.each([
  ["retries", {}],
  ["no retries", { retry: false }],
] as const)("with %s, a caller who aborts when the answer has just come", (_, options) => {
  it("gets the abort error of the client", async () => {
    const { router, signal } = abortingAtTheAnswer(options);
    const error = await errorOf(router.chat.completions.create(call, { signal }));
    expect(error).toBeInstanceOf(APIUserAbortError);
  });

  it.each(clientClasses)("has the turn that a tool runner of $version was given", async ({ Client }) => {
    const { router, signal } = abortingAtTheAnswer(options, Client);
    const runner = router.openai.chat.completions.runTools({ ...call, tools: [lookTool] }, { signal });
    await expect(runner.done()).rejects.toThrow("aborted");
    expect(runner.messages.at(1)).toMatchObject({ role: "assistant", tool_calls: [{ id: "call" }] });
  });
});

it("gets the abort error of the client when he aborts between the response and its data", async () => {
  await using pair = await startPair();
  const controller = new AbortController();
  const promise = pair.router.chat.completions.create(call, { signal: controller.signal });
  await promise.asResponse();
  controller.abort();
  expect(await errorOf(promise)).toBeInstanceOf(APIUserAbortError);
});
