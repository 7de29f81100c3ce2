import type { ReadableStreamReadResult } from "node:stream/web";
import type { Received } from "../broken-streams.ts";
import type { GivenAnswer } from "../given-answer.ts";
import type { JsonObject } from "../glossary.ts";
import { bytesOf } from "../lib/bytes.ts";
import { letEnd } from "../lib/let-end.ts";
import { dataIn } from "../openai/sse.ts";
import { ClockExpired, type Clocks } from "./clocks.ts";
import { EventLedger, type EventLedgerInput } from "./event-ledger.ts";
import { AttemptFailure } from "./failure.ts";
import type { Interrupt } from "./interrupt.ts";

/** What can end a stream before its own end. */
export interface StreamGuards {
  readonly clocks: Clocks;
  readonly interrupt: Interrupt;
}

/** How a stream ended. `failure` is undefined when the answer is complete. */
export interface StreamEnd {
  readonly failure: AttemptFailure | undefined;
  readonly usage: JsonObject | undefined;
  /** About how many tokens were given out, where no usage was reported. */
  readonly contentTokens?: number | undefined;
  /** Id of the answer, of a Responses stream that is complete. */
  readonly responseId?: string | undefined;
  /** What the provider has said of the answer. */
  readonly answer?: GivenAnswer | undefined;
}

/** Who hears of a stream's end. */
export interface StreamListener {
  /** Called once, when the stream has ended in whatever way. */
  ended(end: StreamEnd): void;
  /** Turns a failure into what the caller is to see, who had been given so much. */
  explain(failure: AttemptFailure, received: Received): unknown;
}

type Chunk = ReadableStreamReadResult<Uint8Array>;

// A provider that sends this much without any content is not going to answer.
const maxHeldBytes = 4 * 1024 * 1024;

/** The events of one target's stream: held back until the first content, then handed on as the bytes they came in. */
export class StreamSource {
  /** Of the bytes that are read, each piece ends where an event ends. */
  readonly wholeEvents = true;
  readonly #guards: StreamGuards;
  readonly #ledger: EventLedger;
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;
  #listener: StreamListener | undefined;
  #end: StreamEnd | undefined;
  #cut: { readonly error: unknown } | undefined;

  constructor(body: ReadableStream<unknown>, input: EventLedgerInput, guards: StreamGuards) {
    this.#guards = guards;
    this.#ledger = new EventLedger(input);
    this.#reader = body.getReader();
    guards.interrupt.onInterrupt(() => this.#interrupted());
  }

  /** Reads until the first content. Throws an {@link AttemptFailure} when the stream has none. */
  async open({ isHeld = false } = {}): Promise<void> {
    const { clocks, interrupt } = this.#guards;
    while (!this.#ledger.committed) {
      clocks.waiting();
      const { done, value } = await this.#reader.read();
      if (interrupt.happened) throw interrupt.reason;
      clocks.arrived();
      if (done) throw this.#empty("the stream ended before the first content");
      this.#hold(this.#ledger.take(bytesOf(value)));
      if (!this.#ledger.committed) this.#refuse();
    }
    clocks.contentCame({ isHeld });
    if (this.#ledger.done) this.#close(undefined);
  }

  /**
   * Reads to the end, and holds all of it back. Throws an {@link AttemptFailure} when it does not come whole: of that nothing
   * was given out, so that another target may take over.
   * @returns the data of its events
   */
  async readWhole(): Promise<readonly JsonObject[]> {
    await this.open({ isHeld: true });
    return dataIn(Buffer.concat(await this.#readOn(() => false)).toString());
  }

  /** Reads on, behind the first content, until so many tokens have come, and holds them back. Throws as {@link readWhole} does. */
  async keepPace(tokens: number): Promise<void> {
    const { clocks } = this.#guards;
    clocks.paceBegins();
    await this.#readOn(() => this.#ledger.contentTokens >= tokens);
    clocks.contentCame();
  }

  /** Reads until it is enough, or to the end, and holds all of it back. */
  async #readOn(isEnough: () => boolean): Promise<readonly Uint8Array[]> {
    const chunks = this.#held.splice(0);
    try {
      while (!isEnough()) {
        const chunk = await this.read();
        if (chunk.done) break;
        chunks.push(chunk.value);
      }
    } catch (error) {
      throw this.#lost(error);
    }
    if (this.#end?.failure !== undefined) throw this.#lost(this.#end.failure);
    this.#held.push(...chunks);
    return chunks;
  }

  /** Says who hears of the end: at once, when a short stream came whole with its first content. */
  listen(listener: StreamListener): void {
    this.#listener = listener;
    if (this.#end !== undefined) listener.ended(this.#end);
  }

  /** The next bytes, or the end. Rejects with what the listener makes of the failure when the stream breaks. */
  read(): Promise<Chunk> {
    const held = this.#held.shift();
    if (held !== undefined) return Promise.resolve({ done: false, value: held });
    if (this.#cut !== undefined) return Promise.reject(this.#cut.error);
    if (this.#end !== undefined) return Promise.resolve({ done: true, value: undefined });
    if (this.#ledger.fault !== undefined) return Promise.reject(this.#break(this.#ledger.fault));
    this.#guards.clocks.waiting();
    return this.#reader.read().then(this.#onChunk, this.#onError);
  }

  /** How it ended for the reader, once it has. */
  get ending(): "done" | { readonly error: unknown } | undefined {
    if (this.#held.length > 0) return undefined;
    return this.#cut ?? (this.#end === undefined ? undefined : "done");
  }

  /** What was given out. */
  get received(): Received {
    return this.#ledger.received;
  }

  /** What it brings is no use. Returns what the listener makes of that. */
  breakOff(failure: AttemptFailure): unknown {
    return this.#break(failure);
  }

  /** The caller wants no more. */
  cancel(reason: unknown): void {
    const { complete } = this.#ledger;
    this.#close(complete ? undefined : new AttemptFailure("aborted", "the caller cancelled the stream"));
    if (complete) letEnd(this.#reader);
    else this.#reader.cancel(reason).catch(ignore);
  }

  // Called for every chunk: an event like the ones before goes straight through.
  readonly #onChunk = (chunk: ReadableStreamReadResult<unknown>): Chunk | Promise<Chunk> => {
    const { clocks, interrupt } = this.#guards;
    if (interrupt.happened) return this.#onError(interrupt.reason);
    clocks.arrived();
    if (chunk.done) return this.#flush();
    const given = bytesOf(chunk.value);
    if (this.#ledger.isUsual(given)) {
      this.#ledger.pass(given);
      return { done: false, value: given };
    }
    const bytes = this.#ledger.take(given);
    if (this.#ledger.done) this.#close(undefined);
    return bytes === undefined ? this.read() : { done: false, value: bytes };
  };

  readonly #onError = (error: unknown): Chunk => {
    // The answer is complete; what the connection does afterwards changes nothing.
    if (this.#ledger.complete && this.#cut === undefined) return this.#flush();
    if (this.#cut !== undefined) throw this.#cut.error;
    throw this.#break(new AttemptFailure("stream_interrupted", messageOf(error), { cause: error }));
  };

  #flush(): Chunk {
    const rest = this.#ledger.flush();
    if (this.#ledger.fault !== undefined) throw this.#break(this.#ledger.fault);
    this.#close(undefined);
    return rest === undefined ? { done: true, value: undefined } : { done: false, value: rest };
  }

  #hold(bytes: Uint8Array | undefined): void {
    if (bytes === undefined) return;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > maxHeldBytes && !this.#ledger.committed)
      throw this.#empty("the stream is long and has no content");
  }

  // How a held stream ended is the failure of an answer that nobody has seen.
  #lost(error: unknown): AttemptFailure {
    const { usage, contentTokens } = this.#end ?? {};
    const { cause } = error instanceof Error ? error : {};
    const kind = cause instanceof ClockExpired ? "timeout" : "invalid_response";
    return new AttemptFailure(kind, messageOf(error), { usage, contentTokens, cause });
  }

  #empty(detail: string): AttemptFailure {
    return new AttemptFailure("invalid_response", detail, { usage: this.#ledger.usage });
  }

  #refuse(): void {
    const { providerError, fault } = this.#ledger;
    if (providerError !== undefined) throw this.#empty(providerError);
    if (fault !== undefined) throw fault;
  }

  // Ends the books at once: whoever cut the stream may never read from it again.
  #interrupted(): void {
    const { by, reason } = this.#guards.interrupt;
    this.#reader.cancel(reason).catch(ignore);
    if (!this.#ledger.committed || this.#end !== undefined) return;
    if (this.#ledger.complete) return this.#close(undefined);
    // What is held is the caller's until he wants no more.
    if (by === "caller") this.#held.length = 0;
    const failure = new AttemptFailure(by === "caller" ? "aborted" : "stream_interrupted", messageOf(reason), {
      cause: reason,
    });
    this.#close(failure);
    this.#cut = { error: by === "caller" ? reason : this.#explain(failure) };
  }

  #break(fault: AttemptFailure): unknown {
    const failure =
      fault.kind === "stream_interrupted"
        ? fault
        : new AttemptFailure("stream_interrupted", fault.message, { cause: fault.cause });
    this.#close(failure);
    this.#reader.cancel().catch(ignore);
    this.#cut = { error: this.#explain(failure) };
    return this.#cut.error;
  }

  #explain(failure: AttemptFailure): unknown {
    return this.#listener === undefined ? failure : this.#listener.explain(failure, this.#ledger.received);
  }

  #close(failure: AttemptFailure | undefined): void {
    if (this.#end !== undefined) return;
    this.#guards.clocks.stop();
    const { providerError, usage, responseId, answer } = this.#ledger;
    const told = providerError === undefined ? undefined : new AttemptFailure("stream_interrupted", providerError);
    const contentTokens = usage === undefined ? this.#ledger.contentTokens : undefined;
    this.#end = { failure: failure ?? told, usage, contentTokens, responseId, answer };
    this.#listener?.ended(this.#end);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function ignore(): void {
  // The stream is over; how its connection closes is nobody's concern.
}
