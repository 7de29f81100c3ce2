import type { ReadableStreamReadResult } from "node:stream/web";
import type { GivenAnswer } from "../given-answer.ts";
import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { bytesOf, latin1 } from "../lib/bytes.ts";
import { outputTokensOf } from "../openai/output-tokens.ts";
import { eventsIn, signOf } from "../openai/sse.ts";
import { givenIn } from "../openai/told-answer.ts";
import type { Clocks } from "./clocks.ts";
import { AnswerNotes } from "./answer-notes.ts";
import { ContentMeter } from "./content-meter.ts";
import { AttemptFailure } from "./failure.ts";
import type { Interrupt } from "./interrupt.ts";
import type { StreamEnd, StreamListener } from "./stream-source.ts";

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
  /** The bytes that are read come as they came in. */
  readonly wholeEvents = false;
  readonly #input: TransparentSourceInput;
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #decoder = new TextDecoder();
  #text = "";
  #usage: JsonObject | undefined;
  readonly #meter = new ContentMeter();
  #contentTokens: number | undefined;
  // Of a stream that is passed on nothing is put aside.
  readonly #notes = new AnswerNotes(() => undefined);
  #whole: GivenAnswer | undefined;
  #finished = false;
  #error: unknown;
  #end: StreamEnd | undefined;
  #broken: { readonly error: unknown } | undefined;
  #listener: StreamListener | undefined;

  constructor(body: ReadableStream<unknown>, input: TransparentSourceInput) {
    this.#input = input;
    this.#reader = body.getReader();
    input.interrupt.onCut(() => this.#interrupted());
  }

  /** Says who hears of the end. */
  listen(listener: StreamListener): void {
    this.#listener = listener;
    if (this.#end !== undefined) listener.ended(this.#end);
  }

  /** The next bytes, or the end. Rejects with what the body rejects with. */
  async read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    try {
      this.#input.clocks.waiting();
      const { done, value } = await this.#reader.read();
      if (this.#input.interrupt.isCut) throw this.#input.interrupt.reason;
      this.#input.clocks.arrived();
      if (done) return this.#done();
      const bytes = bytesOf(value);
      this.#note(bytes);
      return { done: false, value: bytes };
    } catch (error) {
      const failure = new AttemptFailure("stream_interrupted", error instanceof Error ? error.message : "it broke");
      this.#close(this.#finished ? undefined : failure);
      this.#broken = { error };
      throw error;
    }
  }

  #done(): ReadableStreamReadResult<Uint8Array> {
    this.#close(this.#verdict());
    return { done: true, value: undefined };
  }

  /** How it ended for the reader, once it has. */
  get ending(): "done" | { readonly error: unknown } | undefined {
    return this.#broken ?? (this.#end === undefined ? undefined : "done");
  }

  /** The caller wants no more. */
  cancel(reason: unknown): void {
    this.#leave(new AttemptFailure("aborted", "the caller cancelled the stream"));
    this.#reader.cancel(reason).catch(ignore);
  }

  #interrupted(): void {
    const { by, reason } = this.#input.interrupt;
    this.#leave(
      new AttemptFailure(by === "caller" ? "aborted" : "stream_interrupted", String(reason), { cause: reason }),
    );
    this.#reader.cancel(reason).catch(ignore);
  }

  // The client gives a stream up when it meets an error in it: then that is what ended it.
  #leave(failure: AttemptFailure): void {
    if (this.#finished) this.#close(undefined);
    else this.#close(this.#error === undefined ? failure : faulty());
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
      this.#notes.note(sign);
      if (sign.content) this.#meter.took(name, data);
      this.#usage = sign.usage ?? this.#usage;
      this.#error ??= sign.error;
    } catch (error) {
      this.#error ??= error;
    }
  }

  #verdict(): AttemptFailure | undefined {
    if (!this.#input.stream) this.#noteJson();
    if (this.#error !== undefined) return faulty();
    return this.#finished
      ? undefined
      : new AttemptFailure("stream_interrupted", "the stream ended without a finish_reason");
  }

  #noteJson(): void {
    this.#finished = true;
    try {
      const json: unknown = JSON.parse(this.#text + this.#decoder.decode());
      if (!isRecord(json)) return;
      this.#whole = givenIn(this.#input.endpoint, json);
      if (isRecord(json["usage"])) this.#usage = json["usage"];
      else if (!isError(json)) this.#contentTokens = outputTokensOf(this.#input.endpoint, json);
    } catch (error) {
      this.#error = error;
    }
  }

  // Of a body in one piece that did not come whole, nothing was given out that counts.
  #measured(): number | undefined {
    if (this.#usage !== undefined) return undefined;
    return this.#input.stream ? this.#meter.tokens : this.#contentTokens;
  }

  #close(failure: AttemptFailure | undefined): void {
    if (this.#end !== undefined) return;
    this.#input.clocks.stop();
    this.#end = { failure, usage: this.#usage, contentTokens: this.#measured(), answer: this.#whole ?? this.#notes };
    this.#listener?.ended(this.#end);
  }
}

function isError(json: JsonObject): boolean {
  return json["error"] !== undefined && json["error"] !== null;
}

function faulty(): AttemptFailure {
  return new AttemptFailure("invalid_response", "the answer holds an error");
}

function ignore(): void {
  // The body is over; how its connection closes is nobody's concern.
}
