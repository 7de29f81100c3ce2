import type { ReadableStreamReadResult } from "node:stream/web";
import { isRecord } from "../lib/is-record.ts";

/** Where the bytes of whole events come from. */
export interface EventSource {
  read(): Promise<ReadableStreamReadResult<Uint8Array>>;
  cancel(reason: unknown): void;
}

/** The `Stream` of the client's own copy of the `openai` package. */
export interface ClientStream extends AsyncIterable<unknown> {
  readonly controller: AbortController;
}

interface StreamClass {
  new (iterator: () => AsyncIterator<unknown>, controller: AbortController, client: unknown): ClientStream;
  fromSSEResponse(response: Response, controller: AbortController, client: unknown): ClientStream;
}

/** A response whose events are to be given to a caller. */
export interface EventFeed {
  readonly source: EventSource;
  readonly response: Response;
  readonly client: unknown;
}

/**
 * The same stream, read from where the router has its bytes. The router hands on whole events, one at a time as a rule:
 * these need no search for lines, which is most of what the client's own decoder does. Whatever is not of the plain kind
 * (comments, several lines, errors) is left to that decoder, with all that follows it.
 * Undefined when it is no stream of the client's.
 */
export function eventStream(stream: unknown, feed: EventFeed): ClientStream | undefined {
  if (!isClientStream(stream)) return undefined;
  const { constructor: Stream, controller } = stream as ClientStream & { readonly constructor: StreamClass };
  let consumed = false;
  const iterator = (): AsyncIterator<unknown> => {
    if (consumed) return consumedTwice(Stream);
    consumed = true;
    return new EventReading(Stream, controller, feed).items();
  };
  return new Stream(iterator, controller, feed.client);
}

function isClientStream(value: unknown): value is ClientStream {
  if (typeof value !== "object" || value === null || !("controller" in value)) return false;
  return value.controller instanceof AbortController && "fromSSEResponse" in value.constructor;
}

// The client's own error for it, which only a stream of its own throws.
async function* consumedTwice(Stream: StreamClass): AsyncGenerator {
  const empty = Stream.fromSSEResponse(new Response("data: [DONE]\n\n"), new AbortController(), undefined);
  for await (const _ of empty) return;
  yield* empty;
}

const done = Symbol("[DONE]");
const more = Symbol("more has come");
const odd = Symbol("not of the plain kind");

class EventReading {
  readonly #Stream: StreamClass;
  readonly #controller: AbortController;
  readonly #feed: EventFeed;
  #text = "";
  #at = 0;

  constructor(Stream: StreamClass, controller: AbortController, feed: EventFeed) {
    this.#Stream = Stream;
    this.#controller = controller;
    this.#feed = feed;
  }

  async *items(): AsyncGenerator {
    const { source } = this.#feed;
    const { signal } = this.#controller;
    let settled = false;
    try {
      while (!signal.aborted) {
        const item = this.#next() ?? (await this.#read());
        settled = item === done || item === odd;
        if (item === odd) yield* this.#rest();
        if (settled) return source.cancel(undefined);
        if (item !== more) yield item;
      }
    } catch (error) {
      if (!isAbort(error, signal)) throw error;
    } finally {
      // As the client does: who leaves a stream early ends the request.
      if (!settled) this.#leave();
    }
  }

  #leave(): void {
    this.#controller.abort();
    this.#feed.source.cancel(undefined);
  }

  async #read(): Promise<unknown> {
    const { done: isEnd, value } = await this.#feed.source.read();
    if (isEnd) return done;
    this.#text = textOf(value);
    this.#at = 0;
    return more;
  }

  /** The next event of what has come; undefined when there is none left. */
  #next(): unknown {
    const text = this.#text;
    const start = this.#at;
    if (start === text.length) return undefined;
    if (text.startsWith("data: [DONE]\n\n", start)) return done;
    const from = dataAt(text, start);
    const end = text.indexOf("\n", from);
    if (from === -1 || end === -1 || text.charCodeAt(end + 1) !== newline) return odd;
    const json = parsed(text.slice(from, end));
    if (json !== odd) this.#at = end + 2;
    return json;
  }

  // With the event that is not of the plain kind as its beginning.
  #rest(): ClientStream {
    const { source, response, client } = this.#feed;
    let first: string | undefined = this.#text.slice(this.#at);
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller): Promise<void> {
          const { done: isEnd, value } =
            first === undefined ? await source.read() : { done: false, value: Buffer.from(first) };
          first = undefined;
          if (isEnd) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => source.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    const rest = new Response(body, { headers: response.headers });
    return this.#Stream.fromSSEResponse(rest, this.#controller, client);
  }
}

const newline = 10;

/** Where the JSON of an event of the plain kind begins: `data: {`, with or without a line for the name before it. */
function dataAt(text: string, start: number): number {
  if (text.startsWith("data: {", start)) return start + "data: ".length;
  if (!text.startsWith("event: ", start)) return -1;
  const end = text.indexOf("\n", start);
  if (end === -1) return -1;
  const name = text.slice(start + "event: ".length, end);
  if (name === "error" || name.startsWith("thread.")) return -1;
  return text.startsWith("data: {", end + 1) ? end + 1 + "data: ".length : -1;
}

function parsed(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) && Boolean(json["error"]) ? odd : json;
  } catch {
    return odd;
  }
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}

// A call that its caller has ended ends its stream without an error, as the client's own streams do.
function isAbort(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof Error && error.name === "AbortError"));
}
