import type { ReadableStreamReadResult } from "node:stream/web";
/** Where a stream's bytes come from. */
export interface ByteSource {
  /** Whether what is read ends where an event ends. */
  readonly wholeEvents: boolean;
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
 * A source that is given out: it is ended when whoever has it drops it unread, for then nobody is left who could, and the
 * target would be left sending and the call in flight. Whoever gives it out must say when it {@link hasEnded}.
 */
export function givenOut(source: ByteSource): GivenSource {
  const given = new GivenSource(source);
  abandoned.register(given, source, source);
  return given;
}

/**
 * A source has ended by itself, and need not be watched. It must not be: the stack of the error that ended it may hold the
 * stream that was given out, which would then never be dropped, and both would stay for ever.
 */
export function hasEnded(source: ByteSource): void {
  abandoned.unregister(source);
}

const abandoned = new FinalizationRegistry<ByteSource>((source) => {
  source.cancel(new Error("The stream was dropped before it was read to its end."));
});

/**
 * The body of a streamed answer: asks the source for bytes only when the caller reads, so a slow reader slows the target
 * and not the memory. It is a genuine stream; who reads it directly, as the `openai` client does, reads from the source
 * without the stream's machinery between, which costs more than all the router does to a chunk.
 */
export function streamBody(source: GivenSource): ReadableStream<Uint8Array> {
  return new SourceBody(source);
}

class SourceBody extends ReadableStream<Uint8Array> {
  readonly #source: GivenSource;
  #reader: DirectReader | undefined;

  constructor(source: GivenSource) {
    super(source, lazily);
    this.#source = source;
  }

  override get locked(): boolean {
    return this.#reader !== undefined || super.locked;
  }

  // Its readers do what those of a stream do; the types of `getReader` know no other than the native ones.
  override getReader(options?: unknown): never {
    if (options !== undefined || super.locked) return super.getReader(options as never) as never;
    return this.#take() as never;
  }

  override values(options?: { preventCancel?: boolean }): Loop {
    return options === undefined ? iterate(this.#take()) : super.values(options);
  }

  override [Symbol.asyncIterator](): Loop {
    return this.values();
  }

  #take(): DirectReader {
    if (this.locked) throw new TypeError("Invalid state: ReadableStream is locked");
    this.#reader = new DirectReader(this, this.#source, () => {
      this.#reader = undefined;
    });
    return this.#reader;
  }
}

type Loop = ReturnType<ReadableStream<Uint8Array>["values"]>;

const lazily = { highWaterMark: 0 };

/** A source which may be read by a reader of ours or, for whoever pipes or branches, by the machinery of a stream. */
export class GivenSource implements ByteSource {
  readonly #source: ByteSource;
  /** Whether anything was read from it. */
  disturbed = false;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get wholeEvents(): boolean {
    return this.#source.wholeEvents;
  }

  get ending(): Ending | undefined {
    return this.#source.ending;
  }

  read(): Promise<ByteResult> {
    this.disturbed = true;
    return this.#source.read();
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await this.read();
      if (done) controller.close();
      else controller.enqueue(value);
    } catch (error) {
      controller.error(error);
    }
  }

  cancel(reason: unknown): void {
    this.disturbed = true;
    this.#source.cancel(reason);
  }
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

// As a stream's own loop: whoever has met its end, good or bad, holds the stream no more.
function iterate(reader: DirectReader): Loop {
  let isOver = false;
  const letGo = (): void => {
    isOver = true;
    reader.releaseLock();
  };
  const leave = async (): Promise<void> => {
    if (isOver) return;
    await reader.cancel();
    letGo();
  };
  return {
    async next(): Promise<IteratorResult<Uint8Array>> {
      if (isOver) return { done: true, value: undefined };
      try {
        const result = await reader.read();
        if (!result.done) return result;
      } catch (error) {
        letGo();
        throw error;
      }
      letGo();
      return { done: true, value: undefined };
    },
    async return(): Promise<IteratorResult<Uint8Array>> {
      await leave();
      return { done: true, value: undefined };
    },
    [Symbol.asyncDispose]: leave,
    [Symbol.asyncIterator](): Loop {
      return this;
    },
  };
}
