import type OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { faults, type Step } from "../../src/testing/index.ts";
import { call, clientOf, next, startPair, startSingle, streamingCall, textOf, type Single } from "./setup.ts";

// With one target and retries off nothing could be mended: the caller sees just what the client alone would show him.

/** What a caller sees of a call in one piece. */
async function seen(client: OpenAI, model: string, options: OpenAI.RequestOptions = {}): Promise<unknown> {
  try {
    const { id: _, created: __, ...rest } = await client.chat.completions.create({ ...call, model }, options);
    return rest;
  } catch (error) {
    return shown(error);
  }
}

/** What a caller sees of a stream. */
async function seenOfStream(client: OpenAI, model: string): Promise<unknown> {
  const texts: string[] = [];
  try {
    const stream = await client.chat.completions.create({ ...streamingCall, model });
    for await (const chunk of stream) texts.push(chunk.choices[0]?.delta.content ?? "");
    return texts;
  } catch (error) {
    return [...texts, shown(error)];
  }
}

function shown(error: unknown): object {
  const { constructor, message, status, code } = error as Error & { status?: number; code?: unknown };
  return { error: constructor.name, message, status, code };
}

const again = { "retry-after-ms": "1" };

const answers: readonly (readonly [string, Step])[] = [
  ["a good answer", 200],
  ["400", 400],
  ["401", 401],
  ["404", 404],
  ["429", { status: 429, headers: again }],
  ["500", { status: 500, headers: again }],
  ["nothing", faults.emptyBody],
  ["a web page", faults.html],
  ["text that is no JSON", faults.notJson],
  ["an error in a 200", faults.errorIn200],
];

const streams: readonly (readonly [string, Step])[] = [
  ...answers,
  ["a role only", faults.roleOnly],
  ["a lone [DONE]", faults.loneDone],
  ["an empty stream", faults.emptyStream],
  ["a cut", faults.cutStream({ afterChunks: 2 })],
  ["an early end", faults.endStream({ afterChunks: 2 })],
  ["an error event", faults.errorEvent({ afterChunks: 2 })],
  ["garbage", faults.garbageEvent({ afterChunks: 2 })],
  ["CRLF", faults.crlf],
  ["one byte with each write", faults.splitWrites()],
];

function startAside(step: Step): Promise<Single> {
  const script = Array.from({ length: 6 }, () => step);
  return startSingle({ a: { models: { a: { script } } }, router: { retry: false } });
}

describe("one target with retries off", () => {
  it.each(answers)("shows %s as the client alone does", async (_, step) => {
    await using single = await startAside(step);
    const alone = await seen(clientOf(single.a, "sk-key-of-a"), "a");
    expect(await seen(single.router.openai, "main")).toEqual(alone);
  });

  it.each(answers)("tries %s as often as the client alone does", async (_, step) => {
    await using single = await startAside(step);
    await seen(clientOf(single.a, "sk-key-of-a"), "a");
    const alone = single.a.hits();
    await seen(single.router.openai, "main");
    expect(single.a.hits()).toBe(2 * alone);
  });

  it.each(streams)("shows a stream with %s as the client alone does", async (_, step) => {
    await using single = await startAside(step);
    const alone = await seenOfStream(clientOf(single.a, "sk-key-of-a"), "a");
    expect(await seenOfStream(single.router.openai, "main")).toEqual(alone);
  });

  it("shows a failed connection as the client alone does", async () => {
    await using single = await startAside(200);
    await single.a.refuse();
    const alone = await seen(clientOf(single.a, "sk-key-of-a"), "a", { maxRetries: 0 });
    expect(await seen(single.router.openai, "main", { maxRetries: 0 })).toEqual(alone);
  });

  it("shows the client's own timeout as the client alone does", async () => {
    await using single = await startAside(faults.hang);
    const options = { timeout: 40, maxRetries: 0 };
    const alone = await seen(clientOf(single.a, "sk-key-of-a"), "a", options);
    expect(await seen(single.router.openai, "main", options)).toEqual(alone);
  });

  it("still records what happened", async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 14, total_tokens: 17 };
    await using single = await startSingle({ a: { models: { a: { usage } } }, router: { retry: false } });
    const ended = next(single.router, "request:end");
    const completion = await single.router.chat.completions.create(call);
    expect((await ended).record).toBe(single.router.recordOf(completion));
    expect(single.router.recordOf(completion)).toMatchObject({
      outcome: "answered",
      target: "a",
      usage: { promptTokens: 3 },
    });
  });

  it("still records what happened to a stream", async () => {
    await using single = await startAside(200);
    const ended = next(single.router, "request:end");
    const stream = await single.router.chat.completions.create({
      ...streamingCall,
      stream_options: { include_usage: true },
    });
    for await (const _ of stream) continue;
    expect((await ended).record).toMatchObject({ outcome: "answered", stream: true, usage: { promptTokens: 5 } });
  });

  it.each([
    ["a cut", faults.cutStream({ afterChunks: 2 })],
    ["an early end", faults.endStream({ afterChunks: 2 })],
    ["an error event", faults.errorEvent({ afterChunks: 2 })],
  ])("records a stream with %s as failed", async (_, step) => {
    await using single = await startAside(step);
    const ended = next(single.router, "request:end");
    await seenOfStream(single.router.openai, "main");
    expect((await ended).record.outcome).toBe("failed");
  });

  it("lets the provider go when the caller leaves a stream", async () => {
    await using single = await startAside(faults.stallStream({ afterChunks: 1 }));
    const ended = next(single.router, "request:end");
    const stream = await single.router.chat.completions.create(streamingCall);
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === "This") break;
    expect((await ended).record.outcome).toBe("aborted");
    await single.a.idle();
    expect(single.a.requests[0]?.aborted).toBe(true);
  });

  it("does not ask for usage that the caller did not ask for", async () => {
    await using single = await startAside(200);
    await seenOfStream(single.router.openai, "main");
    expect(single.a.requests[0]?.body).not.toHaveProperty("stream_options");
  });
});

it("falls back all the same where there are two targets and retries are off", async () => {
  await using pair = await startPair({ a: [500], router: { retry: false } });
  expect(textOf(await pair.router.chat.completions.create(call))).toContain("This is b");
  expect(pair.a.hits()).toBe(1);
});
