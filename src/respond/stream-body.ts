import type { ReadableStreamReadResult } from "node:stream/web";
/** Where a stream's bytes come from. */
export interface ByteSource {
  /** The next bytes, or the end. Rejects with what the caller is to see. */
  read(): Promise<ByteResult>;
  /** How it ended, once it has. */
  readonly ending: Ending | undefined;
  cancel(reason: unknown): void;
}

/** The end of a stream: `done`, or the error that ended it. */
export type Ending = "done" | { readonly error: unknown };

/** What a read gives: as of a `ReadableStreamDefaultReader`. */
export type ByteResult = ReadableStreamReadResult<Uint8Array>;

/**
 * The body of a streamed answer: asks the source for bytes only when the caller reads, so a slow reader slows the target
 * and not the memory. It is a genuine stream; who reads it directly, as the `openai` client does, reads from the source
 * without the stream's machinery between, which costs more than all the router does to a chunk.
 */
export function streamBody(source: ByteSource): ReadableStream<Uint8Array> {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller): Promise<void> {
        try {
          const { done, value } = await source.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          controller.error(error);
        }
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  abandoned.register(body, source);
  return withDirectReader(body, source);
}

// Whoever drops a stream unread holds nothing that could end it: the target would be left sending, and the call in flight.
const abandoned = new FinalizationRegistry<ByteSource>((source) => {
  source.cancel(new Error("The stream was dropped before it was read to its end."));
});

function withDirectReader(body: ReadableStream<Uint8Array>, source: ByteSource): ReadableStream<Uint8Array> {
  const getReader = body.getReader.bind(body) as (options?: unknown) => unknown;
  let reader: DirectReader | undefined;
  const take = (options?: unknown): unknown => {
    if (options !== undefined || (body.locked && reader === undefined)) return getReader(options);
    if (reader !== undefined) throw new TypeError("Invalid state: ReadableStream is locked");
    reader = new DirectReader(body, source, () => {
      reader = undefined;
    });
    return reader;
  };
  const natively = Reflect.getOwnPropertyDescriptor(ReadableStream.prototype, "locked");
  Object.defineProperties(body, {
    getReader: { value: take, configurable: true, writable: true },
    locked: { get: () => reader !== undefined || natively?.get?.call(body) === true, configurable: true },
    values: { value: () => iterate(take() as DirectReader), configurable: true, writable: true },
    [Symbol.asyncIterator]: { value: () => iterate(take() as DirectReader), configurable: true, writable: true },
  });
  return body;
}

/** A reader that goes to the source. */
class DirectReader {
  // Held so that a stream that is being read is not taken for an abandoned one.
  readonly #body: ReadableStream<Uint8Array>;
  readonly #source: ByteSource;
  readonly #release: () => void;
  #closed: PromiseWithResolvers<undefined> | undefined;
  #released = false;

  constructor(body: ReadableStream<Uint8Array>, source: ByteSource, release: () => void) {
    this.#body = body;
    this.#source = source;
    this.#release = release;
  }

  get closed(): Promise<undefined> {
    this.#closed ??= Promise.withResolvers();
    this.#settle();
    return this.#closed.promise;
  }

  read(): Promise<ByteResult> {
    if (this.#released) return Promise.reject(new TypeError("Invalid state: The reader is not attached to a stream"));
    const result = this.#source.read();
    // Hardly anybody asks for `closed`, and one promise more for each chunk adds up.
    if (this.#closed !== undefined) result.then(this.#settle, this.#settle);
    return result;
  }

  cancel(reason?: unknown): Promise<void> {
    this.#source.cancel(reason);
    this.#settle();
    return Promise.resolve();
  }

  /** The stream that is read. */
  get body(): ReadableStream<Uint8Array> {
    return this.#body;
  }

  releaseLock(): void {
    this.#released = true;
    this.#release();
  }

  readonly #settle = (): void => {
    const { ending } = this.#source;
    if (ending === undefined) return;
    if (ending === "done") this.#closed?.resolve(undefined);
    else this.#closed?.reject(ending.error);
  };
}

function iterate(reader: DirectReader): AsyncIterableIterator<Uint8Array> {
  return {
    async next(): Promise<IteratorResult<Uint8Array>> {
      const result = await reader.read();
      if (result.done) reader.releaseLock();
      return result.done ? { done: true, value: undefined } : result;
    },
    async return(): Promise<IteratorResult<Uint8Array>> {
      await reader.cancel();
      reader.releaseLock();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
      return this;
    },
  };
}
