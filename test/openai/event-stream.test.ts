import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventStream, type ClientStream, type EventSource } from "../../src/openai/event-stream.ts";
import { clientClasses } from "../testing/clients.ts";

type Item = Awaited<ReturnType<EventSource["read"]>>;

interface Watched extends EventSource {
  readonly cancelled: unknown[];
}

/** A source of one piece after the other, which may end in an error. */
function sourceOf(pieces: readonly string[], error?: unknown): Watched {
  const left = [...pieces];
  const cancelled: unknown[] = [];
  return {
    cancelled,
    async read(): Promise<Item> {
      const piece = left.shift();
      if (piece !== undefined) return { done: false, value: Buffer.from(piece) };
      if (error !== undefined) throw error;
      return { done: true, value: undefined };
    },
    cancel: (reason) => void cancelled.push(reason),
  };
}

const text = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const named = (name: string, json: object): string => `event: ${name}\ndata: ${JSON.stringify(json)}\n\n`;
const done = "data: [DONE]\n\n";

const oddEvents = [
  ": keep-alive\n\n",
  'data: {\ndata: "a": 1}\n\n',
  'data: {"a":1}\r\n\r\n',
  'id: 7\ndata: {"a":1}\n\n',
  'data:{"a":1}\n\n',
  "data: [1]\n\n",
  "data: 1\n\n",
  "data: \n\n",
  "data: {oops}\n\n",
  'data: {"error":{"message":"no","code":"x"}}\n\n',
  'data: {"error":null,"a":1}\n\n',
  named("error", { message: "no" }),
  named("thread.run", { a: 1 }),
  "event: alone\n\n",
];

/** What comes out of a stream, up to its end or error. */
async function readAll(stream: ClientStream): Promise<object> {
  const items: unknown[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items, aborted: stream.controller.signal.aborted };
  } catch (error) {
    const { name, message } = error as Error;
    return {
      items,
      aborted: stream.controller.signal.aborted,
      error: [name, message, (error as { code?: unknown }).code],
    };
  }
}

describe.each(clientClasses)("a stream of events for $version", ({ Client }) => {
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const client = new Client({ apiKey: "sk-one-key", baseURL: "http://127.0.0.1:1", logger, maxRetries: 0 });

  /** A stream of the client's own. */
  async function ownStream(bytes: string): Promise<ClientStream> {
    const answering = client.withOptions({ fetch: async () => new Response(bytes, { headers: { "x-own": "1" } }) });
    const call = { model: "m", messages: [{ role: "user" as const, content: "Hi?" }], stream: true as const };
    return answering.chat.completions.create(call);
  }

  async function streamOf(source: EventSource): Promise<ClientStream> {
    const stream = eventStream(await ownStream(done), { source, response: new Response(), client });
    if (stream === undefined) throw new Error("It was not taken for a stream of the client's.");
    return stream;
  }

  const anyEvent = fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: "grapheme" }).map(text) },
    { weight: 2, arbitrary: fc.string().map((delta) => named("response.output_text.delta", { delta })) },
    { weight: 1, arbitrary: fc.constantFrom(...oddEvents) },
    { weight: 1, arbitrary: fc.constant(done) },
  );

  it("gives what the client's own decoder makes of the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyEvent, { maxLength: 3 }), { maxLength: 6 }),
        fc.boolean(),
        async (pieces, cut) => {
          const all = pieces.map((events) => events.join(""));
          const last = cut ? [...all.slice(0, -1), (all.at(-1) ?? "").trimEnd()] : all;
          const given = await readAll(await streamOf(sourceOf(last)));
          expect(given).toEqual(await readAll(await ownPlainStream(last.join(""))));
        },
      ),
      { numRuns: 300 },
    );
  });

  // Not by `create()`, which adds to the items what the interface promises.
  async function ownPlainStream(bytes: string): Promise<ClientStream> {
    const { constructor: Stream } = (await ownStream(done)) as ClientStream & {
      readonly constructor: {
        fromSSEResponse(response: Response, controller: AbortController, client: unknown): ClientStream;
      };
    };
    return Stream.fromSSEResponse(new Response(bytes), new AbortController(), client);
  }

  it.each([
    "event: alone",
    "data: {",
    "data: ",
    "data: [DONE]",
    'data: {"a":1}',
    'data: {"a":1}\n',
    "event: a\ndata: {",
  ])("gives the same when it is cut off at %j", async (end) => {
    const pieces = [text("a"), text("b") + end];
    expect(await readAll(await streamOf(sourceOf(pieces)))).toEqual(
      await readAll(await ownPlainStream(pieces.join(""))),
    );
  });

  it("is an instance of the client's own class", async () => {
    expect((await streamOf(sourceOf([]))).constructor).toBe((await ownStream(done)).constructor);
  });

  it("can be read once, with the client's own error for a second time", async () => {
    const [stream, own] = [await streamOf(sourceOf([text("a"), done])), await ownPlainStream(text("a") + done)];
    await readAll(stream);
    await readAll(own);
    expect(await readAll(stream)).toMatchObject({ error: ((await readAll(own)) as { error: unknown }).error });
  });

  it("can be branched", async () => {
    const stream = (await streamOf(sourceOf([text("a"), text("b"), done]))) as ClientStream & { tee(): ClientStream[] };
    const [one, other] = await Promise.all(stream.tee().map(readAll));
    expect(one).toEqual(other);
    expect(one).toMatchObject({
      items: [{ choices: [{ delta: { content: "a" } }] }, { choices: [{ delta: { content: "b" } }] }],
    });
  });

  it("ends the request and its source when the reader leaves", async () => {
    const source = sourceOf([text("a"), text("b"), done]);
    const stream = await streamOf(source);
    for await (const _ of stream) break;
    expect([stream.controller.signal.aborted, source.cancelled.length]).toEqual([true, 1]);
  });

  it("leaves the request alone when it has come to its end", async () => {
    const source = sourceOf([text("a"), done]);
    const stream = await streamOf(source);
    await readAll(stream);
    expect([stream.controller.signal.aborted, source.cancelled.length]).toEqual([false, 1]);
  });

  it("ends without an error when the request was aborted", async () => {
    const reason = new Error("the caller's own");
    const stream = await streamOf(sourceOf([text("a")], reason));
    const items: unknown[] = [];
    for await (const item of stream) {
      items.push(item);
      stream.controller.abort(reason);
    }
    expect(items).toHaveLength(1);
  });

  it("ends in the error of its source", async () => {
    const error = new Error("cut");
    await expect(readAll(await streamOf(sourceOf([text("a")], error)))).resolves.toMatchObject({
      items: [{}],
      error: ["Error", "cut", undefined],
    });
  });

  it.each([undefined, null, 7, {}, { controller: new AbortController() }, new Response()])(
    "does not take %s for a stream",
    (value) => {
      expect(eventStream(value, { source: sourceOf([]), response: new Response(), client })).toBeUndefined();
    },
  );
});
