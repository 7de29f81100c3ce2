import type { Endpoint, JsonObject } from "../glossary.ts";
import { bytesOf, joined, latin1 } from "../lib/bytes.ts";
import { eventsIn, signOf, type EventText, type StreamSign } from "../openai/sse.ts";
import type { Clocks } from "./clocks.ts";
import { AttemptFailure } from "./failure.ts";
import type { Interrupt } from "./interrupt.ts";

/** What a source needs to know and to hold. */
export interface StreamSourceInput {
  readonly endpoint: Endpoint;
  /** Takes the usage chunk out again: the router asked for it, the caller did not. */
  readonly dropUsage: boolean;
  readonly clocks: Clocks;
  readonly interrupt: Interrupt;
  /** Blacks out keys in what a provider says when it fails. */
  redact(text: string): string;
}

/** How a stream ended. `failure` is undefined when the answer is complete. */
export interface StreamEnd {
  readonly failure: AttemptFailure | undefined;
  readonly usage: JsonObject | undefined;
}

// A provider that sends this much without any content is not going to answer.
const maxHeldBytes = 4 * 1024 * 1024;

// A chunk without any of these can change nothing of what the router knows: it is handed on unparsed.
const marks = /"(?:finish_reason|usage|error)"\s*:\s*["{]|"type"\s*:\s*"(?:error|response\.(?:completed|incomplete|failed))"/;

/**
 * The events of one target's stream: held back until the first content, then handed on as the bytes they came in.
 * Only whole events are handed on, so a connection that breaks leaves no half one behind.
 */
export class StreamSource {
  readonly #input: StreamSourceInput;
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #carry: Uint8Array | undefined;
  #committed = false;
  #finished = false;
  #usage: JsonObject | undefined;
  #providerError: string | undefined;
  #fault: AttemptFailure | undefined;
  #cut: Error | undefined;
  #onEnd: ((end: StreamEnd) => void) | undefined;
  #end: StreamEnd | undefined;

  constructor(body: ReadableStream<unknown>, input: StreamSourceInput) {
    this.#input = input;
    this.#reader = body.getReader();
    input.interrupt.onInterrupt(() => this.#interrupted());
  }

  /** Reads until the first content. Throws an {@link AttemptFailure} when the stream has none. */
  async open(): Promise<void> {
    while (!this.#committed) {
      const bytes = await this.#read();
      if (bytes === undefined) throw empty("the stream ended before the first content");
      const out = this.#take(bytes);
      if (!this.#committed) this.#refuseFault();
      if (out !== undefined) this.#hold(out);
    }
    this.#input.clocks.contentCame();
  }

  #refuseFault(): void {
    if (this.#providerError !== undefined) throw empty(this.#providerError);
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** Called once, when the stream has ended in whatever way. */
  onEnd(callback: (end: StreamEnd) => void): void {
    this.#onEnd = callback;
    // A short stream can come whole with its first content.
    if (this.#end !== undefined) callback(this.#end);
  }

  /** The next bytes, or undefined at the end. Throws an {@link AttemptFailure} when the stream breaks. */
  async pull(): Promise<Uint8Array | undefined> {
    if (this.#cut !== undefined) throw this.#cut;
    const held = this.#held.shift();
    if (held !== undefined) return held;
    while (this.#end === undefined) {
      if (this.#fault !== undefined) throw this.#broken(this.#fault);
      const bytes = await this.#readOn();
      if (bytes === undefined) return this.#lastBytes();
      const out = this.#take(bytes);
      if (out !== undefined) return out;
    }
    return undefined;
  }

  /** The caller wants no more. */
  cancel(reason: unknown): void {
    if (this.#end === undefined) {
      const complete = this.#finished || this.#providerError !== undefined;
      this.#close(complete ? undefined : new AttemptFailure("aborted", "the caller cancelled the stream"));
    }
    this.#reader.cancel(reason).catch(ignore);
  }

  // Ends the books at once: whoever cut the stream may never read from it again.
  #interrupted(): void {
    const { by, reason } = this.#input.interrupt;
    this.#reader.cancel(reason).catch(ignore);
    if (!this.#committed || this.#end !== undefined) return;
    if (this.#finished) return this.#close(undefined);
    const kind = by === "caller" ? "aborted" : "stream_interrupted";
    const failure = new AttemptFailure(kind, messageOf(reason), { cause: reason });
    this.#cut = by === "caller" ? toError(reason) : failure;
    this.#close(failure);
  }

  async #readOn(): Promise<Uint8Array | undefined> {
    try {
      return await this.#read();
    } catch (error) {
      // The answer is complete; what the connection does afterwards changes nothing.
      if (this.#finished) return undefined;
      if (this.#cut !== undefined) throw this.#cut;
      throw this.#broken(new AttemptFailure("stream_interrupted", messageOf(error), { cause: error }));
    }
  }

  async #read(): Promise<Uint8Array | undefined> {
    const { clocks, interrupt } = this.#input;
    clocks.waiting();
    const { done, value } = await this.#reader.read();
    if (interrupt.happened) throw interrupt.reason;
    clocks.arrived();
    return done ? undefined : bytesOf(value);
  }

  #lastBytes(): Uint8Array | undefined {
    const rest = this.#carry;
    this.#carry = undefined;
    if (rest !== undefined) for (const event of eventsIn(`${latin1(rest)}\n\n`)) this.#takeEvent(event);
    if (this.#fault !== undefined) throw this.#broken(this.#fault);
    if (!this.#finished && this.#providerError === undefined) throw this.#broken(unfinished());
    this.#close(undefined);
    return rest;
  }

  // Returns the bytes to hand on: those of the events that are complete, less a usage chunk nobody asked for.
  #take(bytes: Uint8Array): Uint8Array | undefined {
    if (this.#committed && this.#carry === undefined && isPlain(latin1(bytes))) return bytes;
    const all = this.#carry === undefined ? bytes : Buffer.concat([this.#carry, bytes]);
    const kept: Uint8Array[] = [];
    let end = 0;
    for (const event of eventsIn(latin1(all))) {
      if (this.#takeEvent(event)) kept.push(all.subarray(event.start, event.end));
      end = event.end;
      if (this.#fault !== undefined) break;
    }
    this.#carry = end < all.length ? all.subarray(end) : undefined;
    return joined(kept);
  }

  // Takes note of an event; true when it is to be handed on.
  #takeEvent({ name, data }: EventText): boolean {
    if (data === undefined) return true;
    if (data === "[DONE]") return this.#takeDone();
    let sign: StreamSign;
    try {
      sign = signOf(this.#input.endpoint, name, data);
    } catch (error) {
      this.#fault = new AttemptFailure("invalid_response", "the stream holds a line that is not JSON", { cause: error });
      return false;
    }
    if (sign.error !== undefined) this.#providerError = this.#input.redact(describe(sign.error));
    if (sign.content) this.#committed = true;
    if (sign.finished) this.#finished = true;
    if (sign.usage !== undefined) this.#usage = sign.usage;
    return !(sign.usageOnly && this.#input.dropUsage);
  }

  #takeDone(): boolean {
    if (!this.#committed) return true;
    if (this.#finished || this.#providerError !== undefined) {
      this.#close(undefined);
      return true;
    }
    this.#fault = unfinished();
    return false;
  }

  #hold(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > maxHeldBytes) throw empty("the stream is long and has no content");
  }

  #broken(fault: AttemptFailure): AttemptFailure {
    const failure =
      fault.kind === "stream_interrupted"
        ? fault
        : new AttemptFailure("stream_interrupted", fault.message, { cause: fault.cause });
    this.#close(failure);
    this.#reader.cancel().catch(ignore);
    return failure;
  }

  #close(failure: AttemptFailure | undefined): void {
    if (this.#end !== undefined) return;
    this.#input.clocks.stop();
    const told = this.#providerError;
    const verdict = failure ?? (told === undefined ? undefined : new AttemptFailure("stream_interrupted", told));
    this.#end = { failure: verdict, usage: this.#usage };
    this.#onEnd?.(this.#end);
  }
}

function isPlain(text: string): boolean {
  return (text.startsWith("data: {") || text.startsWith("event: ")) && text.endsWith("}\n\n") && !marks.test(text);
}

function empty(detail: string): AttemptFailure {
  return new AttemptFailure("invalid_response", detail);
}

function unfinished(): AttemptFailure {
  return new AttemptFailure("stream_interrupted", "the stream ended without a finish_reason");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException("This operation was aborted", "AbortError");
}

function describe(error: unknown): string {
  const message = typeof error === "object" && error !== null && "message" in error ? error.message : error;
  return typeof message === "string" ? message : JSON.stringify(message);
}

function ignore(): void {
  // The stream is over; how its connection closes is nobody's concern.
}
