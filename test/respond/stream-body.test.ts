import { describe, expect, it } from "vitest";
import { givenOut, streamBody, type ByteResult, type ByteSource } from "../../src/respond/stream-body.ts";

interface Watched extends ByteSource {
  reads: number;
  ending: ByteSource["ending"];
  readonly cancelled: unknown[];
}

/** A source of one byte after the other, which may end in an error. */
function sourceOf(texts: readonly string[], error?: Error): Watched {
  const left = [...texts];
  return {
    wholeEvents: true,
    reads: 0,
    ending: undefined,
    cancelled: [],
    async read(): Promise<ByteResult> {
      this.reads += 1;
      const text = left.shift();
      if (text !== undefined) return { done: false, value: new TextEncoder().encode(text) };
      this.ending = error === undefined ? "done" : { error };
      if (error !== undefined) throw error;
      return { done: true, value: undefined };
    },
    cancel(reason) {
      this.cancelled.push(reason);
    },
  };
}

function bodyOf(source: ByteSource): ReadableStream<Uint8Array> {
  return streamBody(givenOut(source));
}

async function readAll(reader: { read(): Promise<ByteResult> }): Promise<string> {
  let text = "";
  for (let item = await reader.read(); !item.done; item = await reader.read())
    text += Buffer.from(item.value).toString();
  return text;
}

async function iterated(body: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const bytes of body) text += Buffer.from(bytes).toString();
  return text;
}

const ways: readonly (readonly [string, (body: ReadableStream<Uint8Array>) => Promise<string>])[] = [
  ["a reader", (body) => readAll(body.getReader())],
  ["a loop", (body) => iterated(body)],
  ["a loop over values()", (body) => iterated(body.values() as unknown as ReadableStream<Uint8Array>)],
  ["text() of a Response", (body) => new Response(body).text()],
  ["one branch of tee()", (body) => new Response(body.tee()[1]).text()],
  ["pipeThrough()", (body) => new Response(body.pipeThrough(new TransformStream())).text()],
];

describe("a stream's body", () => {
  it.each(ways)("is read whole by %s", async (_, read) => {
    expect(await read(bodyOf(sourceOf(["a", "b", "c"])))).toBe("abc");
  });

  it.each(ways)("ends in the error of its source for %s", async (_, read) => {
    const error = new Error("cut");
    await expect(read(bodyOf(sourceOf(["a"], error)))).rejects.toBe(error);
  });

  it("reads nothing before anybody reads", async () => {
    const source = sourceOf(["a", "b"]);
    bodyOf(source);
    await new Promise(setImmediate);
    expect(source.reads).toBe(0);
  });

  it("reads as much as is read, and no more", async () => {
    const source = sourceOf(["a", "b", "c"]);
    await bodyOf(source).getReader().read();
    await new Promise(setImmediate);
    expect(source.reads).toBe(1);
  });

  it.each([
    ["at its end", undefined],
    ["at a break", new Error("reset")],
  ])("is let go by a loop %s, which is over then", async (_, error) => {
    const source = sourceOf(["a"], error);
    const body = bodyOf(source);
    const loop = body.values();
    await loop.next();
    await loop.next().catch(() => undefined);
    expect(body.locked).toBe(false);
    expect(await loop.next()).toEqual({ done: true, value: undefined });
    await loop.return?.();
    expect(source.cancelled).toEqual([]);
  });

  it("is locked while it has a reader", () => {
    const body = bodyOf(sourceOf([]));
    const before = body.locked;
    const reader = body.getReader();
    const during = body.locked;
    reader.releaseLock();
    expect([before, during, body.locked]).toEqual([false, true, false]);
  });

  it("gives one reader at a time", () => {
    const body = bodyOf(sourceOf([]));
    body.getReader();
    expect(() => body.getReader()).toThrow(TypeError);
  });

  it("gives no reader while another reads it natively", () => {
    const body = bodyOf(sourceOf([]));
    body.tee();
    expect(() => body.getReader()).toThrow(TypeError);
  });

  it("cancels its source with the reason when the reader cancels", async () => {
    const source = sourceOf(["a", "b"]);
    const reader = bodyOf(source).getReader();
    await reader.read();
    await reader.cancel("enough");
    expect(source.cancelled).toEqual(["enough"]);
  });

  it("cancels its source when nobody ever read", async () => {
    const source = sourceOf(["a"]);
    await bodyOf(source).cancel("enough");
    expect(source.cancelled).toEqual(["enough"]);
  });

  it("cancels its source when a loop is left", async () => {
    const source = sourceOf(["a", "b"]);
    for await (const _ of bodyOf(source)) break;
    expect(source.cancelled).toHaveLength(1);
  });

  it("gives nothing more to a reader that was released", async () => {
    const source = sourceOf(["a", "b"]);
    const reader = bodyOf(source).getReader();
    await reader.read();
    reader.releaseLock();
    await expect(reader.read()).rejects.toThrow("not attached");
    expect(source.reads).toBe(1);
  });

  it("tells a reader when it is closed", async () => {
    const reader = bodyOf(sourceOf(["a"])).getReader();
    const closed = reader.closed.then(() => "closed");
    await readAll(reader);
    expect(await closed).toBe("closed");
  });

  it("tells a reader when it broke", async () => {
    const error = new Error("cut");
    const reader = bodyOf(sourceOf([], error)).getReader();
    const closed = reader.closed.catch((thrown: unknown) => thrown);
    await reader.read().catch(() => undefined);
    expect(await closed).toBe(error);
  });

  it("is a genuine stream", () => {
    expect(bodyOf(sourceOf([]))).toBeInstanceOf(ReadableStream);
  });
});
