import { describe, expect, it } from "vitest";
import { faults, type Step } from "../../src/testing/index.ts";
import { contentEvent, finishEvent, streamOf } from "./raw-server.ts";
import { hear, impatient, next, replyOf, startPair, type Pair } from "./setup.ts";

interface Opening {
  readonly opening: string;
  readonly step: Step;
  readonly kind: "invalid_response" | "connection" | "timeout";
}

const openings: readonly Opening[] = [
  { opening: "ends after the role", step: faults.roleOnly, kind: "invalid_response" },
  { opening: "is empty", step: faults.emptyStream, kind: "invalid_response" },
  { opening: "is a lone [DONE]", step: faults.loneDone, kind: "invalid_response" },
  {
    opening: "has only the role and [DONE]",
    step: streamOf(contentEvent(""), "data: [DONE]\n\n"),
    kind: "invalid_response",
  },
  {
    opening: "says [DONE] before its content",
    step: streamOf("data: [DONE]\n\n", contentEvent("late"), finishEvent()),
    kind: "invalid_response",
  },
  { opening: "is a web page", step: faults.html, kind: "invalid_response" },
  { opening: "is a JSON error", step: faults.errorIn200, kind: "invalid_response" },
  { opening: "is no JSON", step: faults.notJson, kind: "invalid_response" },
  { opening: "tells of an error first", step: faults.errorEvent({ afterChunks: 0 }), kind: "invalid_response" },
  { opening: "has garbage first", step: faults.garbageEvent({ afterChunks: 0 }), kind: "invalid_response" },
  { opening: "has half an event and ends", step: streamOf('data: {"choices":[{"del'), kind: "invalid_response" },
  { opening: "is reset after the role", step: faults.cutStream({ afterChunks: 0 }), kind: "connection" },
  { opening: "is closed after the role", step: faults.cutStream({ afterChunks: 0, how: "close" }), kind: "connection" },
  { opening: "is reset after the headers", step: faults.resetAfterHeaders, kind: "connection" },
  { opening: "stalls after the role", step: faults.stallStream({ afterChunks: 0 }), kind: "timeout" },
  { opening: "has only keep-alives", step: faults.keepAlivesOnly(), kind: "timeout" },
  { opening: "stalls after the headers", step: faults.hangAfterHeaders, kind: "timeout" },
];

function startOpening({ step, kind }: Opening): Promise<Pair> {
  const slow = kind === "timeout";
  return startPair({
    a: [step, step],
    router: { breaker: { failureThreshold: slow ? 1 : 2, errorRate: 0 } },
    targets: slow ? { a: impatient } : {},
  });
}

describe.each(openings)("a stream that $opening", (opening) => {
  const hits = opening.kind === "timeout" ? 1 : 2;

  it("gives way to the next target, and nothing of it is heard", async () => {
    await using pair = await startOpening(opening);
    const { text, error } = await hear(pair.router);
    expect([text, error]).toEqual([replyOf("b"), undefined]);
  });

  it(`is tried ${hits === 1 ? "once" : "twice"}`, async () => {
    await using pair = await startOpening(opening);
    await hear(pair.router);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([hits, 1]);
  });

  it(`counts as a failure of the kind ${opening.kind}`, async () => {
    await using pair = await startOpening(opening);
    await hear(pair.router);
    const kinds = pair.events.of("attempt:end").map(({ attempt }) => attempt.failure);
    expect(kinds).toEqual([...Array.from({ length: hits }, () => opening.kind), undefined]);
    expect(pair.router.health().targets["a"]?.breaker).toBe("open");
  });
});

it.each(["responses", "completions"] as const)("fails over a stream of %s too", async (endpoint) => {
  await using pair = await startPair({ a: [faults.roleOnly, faults.emptyStream] });
  const given = endpoint === "responses" ? { input: "Hi?" } : { prompt: "Hi?" };
  const stream = await pair.router.openai.post(`/${endpoint}`, {
    body: { model: "main", stream: true, ...given },
    stream: true,
  });
  const events: unknown[] = [];
  for await (const event of stream as AsyncIterable<unknown>) events.push(event);
  expect(JSON.stringify(events.at(-1))).toContain('"model":"b"');
});

it("takes reasoning for content", async () => {
  await using pair = await startPair({
    a: { models: { a: { reasoning: "Let me think", script: [faults.stallStream({ afterChunks: 1 })] } } },
    targets: { a: { timeouts: { idleMs: 40 } } },
  });
  const { chunks, error } = await hear(pair.router);
  expect(chunks.at(-1)?.choices[0]?.delta).toEqual({ reasoning_content: "Let" });
  expect(error).toMatchObject({ code: "stream_interrupted" });
});

it("takes a tool call for content", async () => {
  const toolCalls = [{ name: "look_up", arguments: { word: "router" } }];
  await using pair = await startPair({
    a: { models: { a: { toolCalls, script: [faults.cutStream({ afterChunks: 1 })] } } },
  });
  const { chunks, error } = await hear(pair.router);
  expect(chunks.at(-1)?.choices[0]?.delta.tool_calls?.[0]?.function?.name).toBe("look_up");
  expect(error).toMatchObject({ code: "stream_interrupted" });
});

it("takes an answer of no words that says why it ends for an answer", async () => {
  await using pair = await startPair({ a: [streamOf(finishEvent(), "data: [DONE]\n\n")] });
  const { text, error } = await hear(pair.router);
  expect([text, error]).toEqual(["", undefined]);
});

it("hands a stream over before it has ended", async () => {
  await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 2 })] });
  const stream = await pair.router.chat.completions.create({ model: "main", messages: [], stream: true });
  expect(pair.router.recordOf(stream)).toMatchObject({ outcome: "pending", target: "a" });
});

it("counts a stream only when it has ended", async () => {
  await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 2 })] });
  const stream = await pair.router.chat.completions.create({ model: "main", messages: [], stream: true });
  expect([pair.router.stats().calls, pair.router.health().targets["a"]?.inFlight]).toEqual([0, 1]);
  const ended = next(pair.router, "request:end");
  stream.controller.abort();
  await ended;
  expect([pair.router.stats().calls, pair.router.health().targets["a"]?.inFlight]).toEqual([1, 0]);
});
