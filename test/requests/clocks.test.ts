import { APIConnectionTimeoutError } from "openai";
import { describe, expect, it } from "vitest";
import { RouterTimeoutError, type TimeoutOptions } from "../../src/index.ts";
import { faults, type Step } from "../../src/testing/index.ts";
import { call, errorOf, hear, next, replyOf, startPair, startSingle, streamingCall, textOf } from "./setup.ts";

interface Limit {
  readonly limit: string;
  readonly timeouts: TimeoutOptions;
  readonly step: Step;
  readonly detail: RegExp;
}

const forJson: readonly Limit[] = [
  { limit: "headersMs", timeouts: { headersMs: 40 }, step: faults.hang, detail: /within headers \(40 ms\)/ },
  { limit: "idleMs in the body", timeouts: { idleMs: 40 }, step: faults.hangMidBody, detail: /within idle \(40 ms\)/ },
  { limit: "idleMs before the body", timeouts: { idleMs: 40 }, step: faults.hangAfterHeaders, detail: /within idle/ },
  { limit: "attemptMs", timeouts: { attemptMs: 40 }, step: faults.hang, detail: /within attempt \(40 ms\)/ },
  { limit: "attemptMs in the body", timeouts: { attemptMs: 40 }, step: faults.hangMidBody, detail: /within attempt/ },
];

const forStreams: readonly Limit[] = [
  { limit: "headersMs", timeouts: { headersMs: 40 }, step: faults.hang, detail: /within headers \(40 ms\)/ },
  {
    limit: "firstContentMs before headers",
    timeouts: { firstContentMs: 40 },
    step: faults.hang,
    detail: /within first content/,
  },
  {
    limit: "firstContentMs",
    timeouts: { firstContentMs: 40 },
    step: faults.stallStream({ afterChunks: 0 }),
    detail: /within first content/,
  },
  {
    limit: "firstContentMs under keep-alives",
    timeouts: { firstContentMs: 40, idleMs: 5 },
    step: faults.keepAlivesOnly(),
    detail: /within first content/,
  },
  {
    limit: "attemptMs",
    timeouts: { attemptMs: 40 },
    step: faults.stallStream({ afterChunks: 0 }),
    detail: /within attempt/,
  },
];

describe.each(forJson)("$limit of an answer in one piece", ({ timeouts, step, detail }) => {
  it("leads to the next target when it passes", async () => {
    await using pair = await startPair({ a: [step], targets: { a: { timeouts } } });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("b"));
  });

  it("is named by the record", async () => {
    await using pair = await startPair({ a: [step], targets: { a: { timeouts } } });
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.router.recordOf(completion).attempts[0]).toMatchObject({
      failure: "timeout",
      detail: expect.stringMatching(detail),
    });
  });

  it("cuts the connection when it passes", async () => {
    await using pair = await startPair({ a: [step], targets: { a: { timeouts } } });
    await pair.router.chat.completions.create(call);
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
  });
});

describe.each(forStreams)("$limit of a stream", ({ timeouts, step, detail }) => {
  it("leads to the next target when it passes before the first content", async () => {
    await using pair = await startPair({ a: [step], targets: { a: { timeouts } } });
    const { text } = await hear(pair.router);
    expect(text).toBe(replyOf("b"));
  });

  it("is named by the record", async () => {
    await using pair = await startPair({ a: [step], targets: { a: { timeouts } } });
    await hear(pair.router);
    expect(pair.events.of("attempt:end")[0]?.attempt).toMatchObject({
      failure: "timeout",
      detail: expect.stringMatching(detail),
    });
  });

  it("cuts the connection when it passes", async () => {
    await using pair = await startPair({ a: [step], targets: { a: { timeouts } } });
    await hear(pair.router);
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
  });
});

describe("limits once content has come", () => {
  it("do not count the time in which the caller does not read", async () => {
    await using pair = await startPair({ targets: { a: { timeouts: { idleMs: 150 } } } });
    const stream = await pair.router.chat.completions.create(streamingCall);
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
    // Longer than the limit: 3 calls of 60 ms.
    pair.b.setModel("b", { latencyMs: 60 });
    for (let other = 0; other < 3; other += 1) await pair.router.chat.completions.create({ ...call, model: "b" });
    let last;
    for (let item = await reader.next(); item.done !== true; item = await reader.next()) last = item.value;
    expect(last?.choices[0]?.finish_reason).toBe("stop");
  });

  it("leave a stream that flows alone, however long the whole takes", async () => {
    await using pair = await startPair({
      a: { models: { a: { reply: "a b c d e f g h", chunkDelayMs: 60 } } },
      targets: { a: { timeouts: { firstContentMs: 400, idleMs: 400 } } },
    });
    const { text, error } = await hear(pair.router);
    expect([text, error]).toEqual(["a b c d e f g h", undefined]);
  });

  it("end a stream that stalls in an error that names the limit", async () => {
    await using pair = await startPair({
      a: [faults.stallStream({ afterChunks: 1 })],
      targets: { a: { timeouts: { idleMs: 40 } } },
    });
    const { error } = await hear(pair.router);
    expect(error?.message).toContain("no answer within idle (40 ms)");
  });

  it("end a stream that takes longer than attemptMs in an error", async () => {
    await using pair = await startPair({
      a: [faults.stallStream({ afterChunks: 1 })],
      targets: { a: { timeouts: { attemptMs: 400 } } },
    });
    const { text, error } = await hear(pair.router);
    expect(text).toBe("This");
    expect(error).toMatchObject({ code: "stream_interrupted" });
  });
});

describe("which limit holds", () => {
  it("is the target's before the tier's before the router's", async () => {
    await using pair = await startPair({
      a: [faults.hang],
      router: {
        timeouts: { headersMs: 600_000 },
        tiers: { main: { targets: ["a", "b"], timeouts: { headersMs: 300_000 } } },
      },
      targets: { a: { timeouts: { headersMs: 40 } } },
    });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("b"));
  });

  it("is the timeout of the call where that is shorter", async () => {
    await using pair = await startPair({ a: [faults.hang] });
    const completion = await pair.router.chat.completions.create(call, { timeout: 40 });
    expect(textOf(completion)).toBe(replyOf("b"));
  });

  it("is the timeout of the client where that is shorter", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const client = single.router.openai.withOptions({ timeout: 40 });
    const error = await errorOf(client.chat.completions.create(call));
    expect(error).toBeInstanceOf(APIConnectionTimeoutError);
  });

  it("is shown to the provider as the client alone would show it", async () => {
    await using single = await startSingle();
    await single.router.chat.completions.create(call, { timeout: 7_000 });
    await single.router.chat.completions.create(call);
    expect(single.a.requests.map(({ headers }) => headers["x-stainless-timeout"])).toEqual(["7", undefined]);
  });

  it("is none where limits are off, also for the client's own timer", async () => {
    await using single = await startSingle({ a: [faults.hang], router: { timeouts: false } });
    const controller = new AbortController();
    const begun = next(single.router, "attempt:start");
    const failure = errorOf(single.router.chat.completions.create(call, { signal: controller.signal }));
    await begun;
    controller.abort();
    expect(await failure).not.toBeInstanceOf(RouterTimeoutError);
  });
});
