import { inspect } from "node:util";
import { APIConnectionError, APIError } from "openai";
import { describe, expect, it } from "vitest";
import { StreamInterruptedError, type TargetOptions } from "../../src/index.ts";
import { faults, type Step } from "../../src/testing/index.ts";
import { contentEvent, finishEvent, streamOf } from "./raw-server.ts";
import { errorOf, hear, startPair, streamingCall, type Pair } from "./setup.ts";

const reply = "This is the answer, ünîcödé ✓ and all.";

interface Ending {
  readonly ending: string;
  readonly step: Step;
  readonly text: string;
  readonly slow?: true;
}

/** How streams end badly once content was given out, and the text that was given out until then. */
const endings: readonly Ending[] = [
  { ending: "is reset", step: faults.cutStream({ afterChunks: 2 }), text: "This is" },
  { ending: "is closed", step: faults.cutStream({ afterChunks: 2, how: "close" }), text: "This is" },
  { ending: "stalls", step: faults.stallStream({ afterChunks: 2 }), text: "This is", slow: true },
  { ending: "ends without a finish_reason", step: faults.endStream({ afterChunks: 2 }), text: "This is" },
  { ending: "ends in [DONE] without a finish_reason", step: faults.missingFinish, text: reply },
  { ending: "holds garbage", step: faults.garbageEvent({ afterChunks: 2 }), text: "This is" },
  { ending: "holds garbage in braces", step: inserting("data: {oops}\n\n"), text: "This is" },
  {
    ending: "holds garbage in the same write as good events",
    step: {
      ...faults.garbageEvent({ afterChunks: 2 }),
      stream: { ...inserting("data: {oops}\n\n").stream, writeBytes: Infinity },
    },
    text: "This is",
  },
  {
    ending: "breaks in the middle of an event",
    step: { ...inserting('data: {"choices":[{"index":0,"delta":{"content":" half'), breaks: { how: "end", after: 2 } },
    text: "This is",
  },
];

function inserting(text: string): { stream: { insert: { after: number; text: string } } } {
  return { stream: { insert: { after: 2, text } } };
}

const idle = { timeouts: { idleMs: 40 } } satisfies TargetOptions;

function startEnding({ step, slow }: Ending): Promise<Pair> {
  return startPair({
    a: { models: { a: { reply, script: [step] } } },
    router: { breaker: { failureThreshold: 1, errorRate: 0 } },
    targets: slow === undefined ? {} : { a: idle },
  });
}

describe.each(endings)("a stream that $ending after content", (ending) => {
  it("gives what came, once, and then a typed error", async () => {
    await using pair = await startEnding(ending);
    const { text, error } = await hear(pair.router);
    expect(text).toBe(ending.text);
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({ received: { text } });
  });

  it("is neither retried nor taken over", async () => {
    await using pair = await startEnding(ending);
    await hear(pair.router);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 0]);
  });

  it("is a failure for the breaker", async () => {
    await using pair = await startEnding(ending);
    await hear(pair.router);
    expect(pair.router.health().targets["a"]?.breaker).toBe("open");
  });

  it("is recorded as failed by its target", async () => {
    await using pair = await startEnding(ending);
    await hear(pair.router);
    expect(pair.events.of("request:end")).toMatchObject([
      {
        record: {
          outcome: "failed",
          target: "a",
          attempts: [{ target: "a", status: 200, failure: "stream_interrupted" }],
        },
      },
    ]);
  });
});

describe("the error that ends a stream", () => {
  it("is a connection error to those who know only the client", async () => {
    await using pair = await startPair({ a: [faults.cutStream({ afterChunks: 1 })] });
    const { error } = await hear(pair.router);
    expect(error).toBeInstanceOf(APIConnectionError);
  });

  it("carries a code and what was tried", async () => {
    await using pair = await startPair({ a: [500, faults.endStream({ afterChunks: 1 })] });
    const { error } = await hear(pair.router);
    expect(error).toMatchObject({
      code: "stream_interrupted",
      attempts: [{ failure: "server_error" }, { failure: "stream_interrupted" }],
    });
  });

  it("does not show what was received where it is printed", async () => {
    await using pair = await startPair({ a: [faults.endStream({ afterChunks: 1 })] });
    const { error, text } = await hear(pair.router);
    expect(text).toBe("This");
    expect(inspect(error, { depth: 9 }).includes('"This"') || JSON.stringify(error).includes('"This"')).toBe(false);
  });

  it("has what was received when the deadline passes", async () => {
    await using pair = await startPair({
      a: [faults.stallStream({ afterChunks: 2 })],
      router: { deadlineMs: 1_500 },
    });
    const { error } = await hear(pair.router);
    expect(error).toMatchObject({ code: "deadline_exceeded", received: { text: "This is" } });
  });

  it("has what was received when the router is closed", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 2 })] });
    const stream = await pair.router.chat.completions.create(streamingCall);
    let text = "";
    const error = await errorOf(
      (async () => {
        for await (const chunk of stream) {
          text += chunk.choices[0]?.delta.content ?? "";
          if (text === "This is") void pair.router.close();
        }
      })(),
    );
    expect(error).toMatchObject({ code: "router_closed", received: { text: "This is" } });
  });

  it("says which target, what happened and that nothing is repeated", async () => {
    await using pair = await startPair({ a: [faults.endStream({ afterChunks: 1 })] });
    const { error } = await hear(pair.router);
    expect(error?.message).toBe(
      'The stream of target "a" was interrupted: the stream ended without a finish_reason. What came before is not repeated.',
    );
  });
});

describe("a stream that tells of an error after content", () => {
  const told: readonly (readonly [string, Step])[] = [
    ["in an event of OpenAI's", faults.errorEvent({ afterChunks: 2, message: "overloaded" })],
    ["and goes on", inserting('data: {"error":{"message":"overloaded"}}\n\n')],
    [
      "in an event named error",
      { ...inserting('event: error\ndata: {"error":{"message":"overloaded"}}\n\n'), breaks: { how: "end", after: 2 } },
    ],
    [
      "in a named event without an error object",
      { ...inserting('event: error\ndata: {"message":"overloaded"}\n\n'), breaks: { how: "end", after: 2 } },
    ],
  ];

  it.each(told)("%s gives the client's error", async (_, step) => {
    await using pair = await startPair({ a: { models: { a: { reply, script: [step] } } } });
    const { text, error } = await hear(pair.router);
    expect(text).toBe("This is");
    expect(error).toBeInstanceOf(APIError);
  });

  it.each(told)("%s is a failure of its target", async (_, step) => {
    await using pair = await startPair({
      a: { models: { a: { reply, script: [step] } } },
      router: { breaker: { failureThreshold: 1, errorRate: 0 } },
    });
    await hear(pair.router);
    expect(pair.router.health().targets["a"]?.breaker).toBe("open");
    expect(pair.events.of("request:end")).toMatchObject([{ record: { outcome: "failed" } }]);
  });

  it("gives the error that the client gives without a router", async () => {
    const step = faults.errorEvent({ afterChunks: 2, message: "overloaded", type: "overloaded_error", code: "busy" });
    await using pair = await startPair({ a: [step] });
    const { error } = await hear(pair.router);
    expect(error).toMatchObject({
      type: "overloaded_error",
      code: "busy",
      message: expect.stringContaining("overloaded"),
    });
  });
});

describe("a stream of several choices", () => {
  it("is whole when every choice has ended", async () => {
    const step = streamOf(
      contentEvent("x", 0),
      contentEvent("y", 1),
      finishEvent(0),
      finishEvent(1),
      "data: [DONE]\n\n",
    );
    await using pair = await startPair({ a: [step] });
    const { error } = await hear(pair.router, { n: 2 });
    expect(error).toBeUndefined();
  });

  it("is interrupted when it ends while a choice goes on", async () => {
    const step = streamOf(contentEvent("x", 0), contentEvent("y", 1), finishEvent(0));
    await using pair = await startPair({ a: [step] });
    const { error } = await hear(pair.router, { n: 2 });
    expect(error).toBeInstanceOf(StreamInterruptedError);
  });
});

it("takes a stream that breaks after its finish_reason for whole", async () => {
  const whole = { ...faults.missingDone, breaks: { how: "reset", after: 99 } } as const;
  const finish = { stream: { insert: { after: 99, text: finishEvent() } } };
  await using pair = await startPair({ a: [{ ...whole, ...finish }] });
  const { error, stream } = await hear(pair.router);
  expect(error).toBeUndefined();
  expect(pair.router.recordOf(stream ?? {}).outcome).toBe("answered");
});

async function listen(pair: Pair): Promise<{ types: string[]; error: unknown }> {
  const types: string[] = [];
  try {
    const stream = await pair.router.responses.create({ model: "main", input: "Hi?", stream: true });
    for await (const event of stream) types.push(event.type);
  } catch (error) {
    return { types, error };
  }
  return { types, error: undefined };
}

it.each(["d", "data", "data:", "data: [", "data: [DONE]", ": keep"])(
  "drops %j when it is cut off behind the finish_reason",
  async (rest) => {
    await using pair = await startPair({ a: [streamOf(contentEvent("x"), finishEvent(), rest)] });
    const { text, error } = await hear(pair.router);
    expect([text, error]).toEqual(["x", undefined]);
  },
);

describe("a Responses stream", () => {
  it("that ends without response.completed ends in a typed error", async () => {
    await using pair = await startPair({ a: [faults.endStream({ afterChunks: 2 })] });
    const { types, error } = await listen(pair);
    expect(types.filter((type) => type === "response.output_text.delta")).toHaveLength(2);
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({ received: { text: "This is", chunks: 2 } });
  });

  it("that is complete ends without an error", async () => {
    await using pair = await startPair();
    const { types, error } = await listen(pair);
    expect([types.at(-1), error]).toEqual(["response.completed", undefined]);
  });

  it("that tells of an error later is a failure of its target", async () => {
    await using pair = await startPair({ a: [faults.errorEvent({ afterChunks: 2 })] });
    await listen(pair);
    expect(pair.events.of("request:end")).toMatchObject([{ record: { outcome: "failed" } }]);
  });
});
