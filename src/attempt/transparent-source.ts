import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { bytesOf, latin1 } from "../lib/bytes.ts";
import { eventsIn, signOf } from "../openai/sse.ts";
import type { Clocks } from "./clocks.ts";
import { AttemptFailure } from "./failure.ts";
import type { Interrupt } from "./interrupt.ts";
import type { StreamEnd } from "./stream-source.ts";

/** What a transparent source needs to know and to hold. */
export interface TransparentSourceInput {
  readonly endpoint: Endpoint;
  readonly stream: boolean;
  readonly clocks: Clocks;
  readonly interrupt: Interrupt;
}

// Beyond this a body is passed on unread: its usage is then unknown.
const maxReadChars = 16 * 1024 * 1024;

/**
 * A body that is passed on as it comes, whatever it holds: for calls that no other target and no retry could mend, where
 * the caller is to see just what the client would have shown him. What goes by is read for the record only.
 */
export class TransparentSource {
  readonly #input: TransparentSourceInput;
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #decoder = new TextDecoder();
  #text = "";
  #usage: JsonObject | undefined;
  #finished = false;
  #error: unknown;
  #end: StreamEnd | undefined;
  #onEnd: ((end: StreamEnd) => void) | undefined;

  constructor(body: ReadableStream<unknown>, input: TransparentSourceInput) {
    this.#input = input;
    this.#reader = body.getReader();
    input.interrupt.onInterrupt(() => this.#interrupted());
  }

  /** Called once, when the body has ended in whatever way. */
  onEnd(callback: (end: StreamEnd) => void): void {
    this.#onEnd = callback;
  }

  /** The next bytes, or undefined at the end. Throws what the body throws. */
  async pull(): Promise<Uint8Array | undefined> {
    try {
      this.#input.clocks.waiting();
      const { done, value } = await this.#reader.read();
      if (this.#input.interrupt.happened) throw this.#input.interrupt.reason;
      this.#input.clocks.arrived();
      if (done) return this.#close(this.#verdict());
      const bytes = bytesOf(value);
      this.#note(bytes);
      return bytes;
    } catch (error) {
      const failure = new AttemptFailure("stream_interrupted", error instanceof Error ? error.message : "it broke");
      this.#close(this.#finished ? undefined : failure);
      throw error;
    }
  }

  /** The caller wants no more. */
  cancel(reason: unknown): void {
    this.#close(this.#finished ? undefined : new AttemptFailure("aborted", "the caller cancelled the stream"));
    this.#reader.cancel(reason).catch(ignore);
  }

  #interrupted(): void {
    const { by, reason } = this.#input.interrupt;
    const kind = by === "caller" ? "aborted" : "stream_interrupted";
    this.#close(this.#finished ? undefined : new AttemptFailure(kind, String(reason), { cause: reason }));
    this.#reader.cancel(reason).catch(ignore);
  }

  #note(bytes: Uint8Array): void {
    if (this.#text.length > maxReadChars) return;
    if (!this.#input.stream) {
      this.#text += this.#decoder.decode(bytes, { stream: true });
      return;
    }
    const text = this.#text + latin1(bytes);
    const events = eventsIn(text);
    for (const { name, data } of events) if (data !== undefined && data !== "[DONE]") this.#noteEvent(name, data);
    this.#text = text.slice(events.at(-1)?.end ?? 0);
  }

  #noteEvent(name: string | undefined, data: string): void {
    try {
      const sign = signOf(this.#input.endpoint, name, data);
      this.#finished ||= sign.finished;
      this.#usage = sign.usage ?? this.#usage;
      this.#error ??= sign.error;
    } catch (error) {
      this.#error ??= error;
    }
  }

  #verdict(): AttemptFailure | undefined {
    if (!this.#input.stream) this.#noteJson();
    if (this.#error !== undefined) return new AttemptFailure("invalid_response", "the answer holds an error");
    return this.#finished ? undefined : new AttemptFailure("stream_interrupted", "the stream ended without a finish_reason");
  }

  #noteJson(): void {
    this.#finished = true;
    try {
      const json: unknown = JSON.parse(this.#text + this.#decoder.decode());
      const usage = isRecord(json) ? json["usage"] : undefined;
      if (isRecord(usage)) this.#usage = usage;
    } catch (error) {
      this.#error = error;
    }
  }

  #close(failure: AttemptFailure | undefined): undefined {
    if (this.#end !== undefined) return;
    this.#input.clocks.stop();
    this.#end = { failure, usage: this.#usage };
    this.#onEnd?.(this.#end);
  }
}

function ignore(): void {
  // The body is over; how its connection closes is nobody's concern.
}
