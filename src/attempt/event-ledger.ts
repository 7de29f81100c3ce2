import type { Received } from "../broken-streams.ts";
import type { GivenAnswer } from "../given-answer.ts";
import type { Endpoint, JsonObject } from "../glossary.ts";
import { joined, latin1 } from "../lib/bytes.ts";
import { eventsIn, signOf, type EventText, type StreamSign } from "../openai/sse.ts";
import { AnswerNotes } from "./answer-notes.ts";
import { ContentMeter } from "./content-meter.ts";
import { AttemptFailure } from "./failure.ts";
import { Transcript } from "./transcript.ts";

/** What a ledger needs to know. */
export interface EventLedgerInput {
  readonly endpoint: Endpoint;
  /** A stream that breaks may go on elsewhere: a provider's own error breaks it, and is not given out. */
  readonly mends: boolean;
  /** Takes the usage chunk out again: the router asked for it, the caller did not. */
  readonly dropsUsage: boolean;
  /** How many answers the request asks for: each that begins must be complete. */
  readonly choices: number;
  /** Blacks out keys in what a provider says when it fails. */
  redact(text: string): string;
}

const newline = 10;
const opening = [...Buffer.from("data: {")];

/** Reads the events of a stream as they go by, and says which bytes go on: those of whole events. */
export class EventLedger {
  readonly #input: EventLedgerInput;
  readonly #choices: number;
  #carry: Uint8Array | undefined;
  #committed = false;
  #finished = false;
  readonly #begun = new Set<number>();
  readonly #completed = new Set<number>();
  #done = false;
  #usage: JsonObject | undefined;
  #responseId: string | undefined;
  #providerError: string | undefined;
  #fault: AttemptFailure | undefined;
  #usualEnd: Uint8Array | undefined;
  readonly #meter = new ContentMeter();
  readonly #transcript = new Transcript();
  readonly #answer = new AnswerNotes(() => this.#transcript.body(this.#input.endpoint));

  constructor(input: EventLedgerInput) {
    this.#input = input;
    this.#choices = input.choices;
  }

  /** Content has come: from here on nothing is held back. */
  get committed(): boolean {
    return this.#committed;
  }

  /** The answer is complete, or the provider's own error ends it. */
  get complete(): boolean {
    return this.#finished || this.#providerError !== undefined;
  }

  /** `[DONE]` came, behind a complete answer. */
  get done(): boolean {
    return this.#done;
  }

  get usage(): JsonObject | undefined {
    return this.#usage;
  }

  /** About how many tokens of content were given out. */
  get contentTokens(): number {
    return this.#meter.tokens;
  }

  /** What was given out. */
  get received(): Received {
    return this.#transcript.read(this.#input.endpoint);
  }

  /** What was said of the answer, and the answer as far as it was given out. */
  get answer(): GivenAnswer {
    return this.#answer;
  }

  /** Id of the answer, of a Responses stream that is complete. */
  get responseId(): string | undefined {
    return this.#responseId;
  }

  /** What the provider said in an error event. */
  get providerError(): string | undefined {
    return this.#providerError;
  }

  /** What is wrong with the stream; nothing behind it is handed on. */
  get fault(): AttemptFailure | undefined {
    return this.#fault;
  }

  /**
   * Whether bytes are one event like the ones before, which tells nothing new: the same beginning, a single line, and the
   * same end from the `finish_reason` on, which is `null`. Says so without making a text of them.
   */
  isUsual(bytes: Uint8Array): boolean {
    const end = this.#usualEnd;
    if (end === undefined || this.#carry !== undefined || bytes.length < end.length + opening.length) return false;
    for (let at = 0; at < opening.length; at += 1) if (bytes[at] !== opening[at]) return false;
    const offset = bytes.length - end.length;
    for (let at = end.length - 1; at >= 0; at -= 1) if (bytes[offset + at] !== end[at]) return false;
    return bytes.indexOf(newline) === bytes.length - 2;
  }

  /** Takes note of bytes that {@link isUsual | are usual}. */
  pass(bytes: Uint8Array): void {
    this.#meter.passed(bytes);
    this.#transcript.passed(bytes);
  }

  /** Takes note of what came. Returns the bytes to hand on: those of whole events, less what nobody asked for. */
  take(bytes: Uint8Array): Uint8Array | undefined {
    const all = this.#carry === undefined ? bytes : Buffer.concat([this.#carry, bytes]);
    const text = latin1(all);
    const kept: Uint8Array[] = [];
    let end = 0;
    for (const event of eventsIn(text)) {
      kept.push(...this.#kept(event, all));
      end = event.end;
      if (this.#fault !== undefined) break;
    }
    this.#carry = end < all.length ? all.subarray(end) : undefined;
    if (this.#usualEnd === undefined && this.#learns && kept[0]?.length === all.length) this.#learn(all, text);
    return joined(kept);
  }

  /** Takes note of what is left when the stream has ended without a blank line, and returns it if it is an event. */
  flush(): Uint8Array | undefined {
    const before = this.complete;
    const last = this.#takeRest();
    // Of an event that was cut off there is nothing to hand on, and behind a complete answer nothing is missing.
    if (before) this.#fault = undefined;
    else if (!this.complete) this.#fault ??= unfinished();
    return last;
  }

  #takeRest(): Uint8Array | undefined {
    const rest = this.#carry;
    this.#carry = undefined;
    if (rest === undefined) return undefined;
    const [event] = eventsIn(`${latin1(rest)}\n\n`);
    if (event?.data === undefined) return undefined;
    const kept = this.#kept({ ...event, end: rest.length }, rest);
    return this.#fault === undefined ? joined(kept) : undefined;
  }

  // While one choice goes on and nothing else was said, an event tells how the usual ones end.
  get #learns(): boolean {
    return this.#committed && !this.complete && this.#fault === undefined && this.#choices === 1;
  }

  #learn(bytes: Uint8Array, text: string): void {
    this.#usualEnd = endOfUsual(bytes, text);
    if (this.#usualEnd !== undefined) this.#transcript.learn(text, this.#usualEnd.length);
  }

  // The bytes of an event that go on.
  #kept(event: EventText, all: Uint8Array): Uint8Array[] {
    const { name, data, start, end } = event;
    if (data === undefined) return [all.subarray(start, end)];
    if (data === "[DONE]") return this.#takeDone() ? [all.subarray(start, end)] : [];
    const sign = this.#read(name, data);
    if (sign === undefined || this.#fault !== undefined || (sign.usageOnly && this.#input.dropsUsage)) return [];
    return sign.error === undefined ? [all.subarray(start, end)] : [this.#redacted(all.subarray(start, end))];
  }

  #read(name: string | undefined, data: string): StreamSign | undefined {
    let sign: StreamSign;
    try {
      sign = signOf(this.#input.endpoint, name, data);
    } catch {
      this.#fault = new AttemptFailure("invalid_response", "the stream holds a line that is not JSON");
      return undefined;
    }
    if (sign.error !== undefined) this.#noteError(this.#input.redact(describe(sign.error)));
    if (sign.content) {
      this.#committed = true;
      this.#meter.took(name, data);
    }
    if (sign.content || name === "response.output_item.added") this.#transcript.took(name, data);
    this.#noteChoices(sign);
    this.#answer.note(sign);
    this.#responseId ??= sign.responseId;
    if (sign.usage !== undefined) this.#usage = sign.usage;
    return sign;
  }

  #noteError(words: string): void {
    const breaks = this.#input.mends && this.#committed && !this.#finished;
    if (breaks) this.#fault = new AttemptFailure("stream_interrupted", words);
    else this.#providerError = words;
  }

  #noteChoices({ choices, finishedChoices }: StreamSign): void {
    for (const index of choices) this.#begun.add(index);
    for (const index of finishedChoices) this.#completed.add(index);
    this.#finished = this.#completed.size > 0 && this.#completed.size >= this.#begun.size;
  }

  // A provider that fails may echo the key.
  #redacted(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes).toString("utf8");
    const clean = this.#input.redact(text);
    return clean === text ? bytes : Buffer.from(clean);
  }

  #takeDone(): boolean {
    if (this.complete) this.#done = true;
    else
      this.#fault = this.#committed
        ? unfinished()
        : new AttemptFailure("invalid_response", "[DONE] before any content");
    return this.#done;
  }
}

function endOfUsual(bytes: Uint8Array, text: string): Uint8Array | undefined {
  const at = text.lastIndexOf('"finish_reason"');
  const isOne = at !== -1 && text.startsWith("data: {") && text.indexOf("\n") === text.length - 2;
  return isOne && text.startsWith("null", text.indexOf(":", at) + 1) ? bytes.slice(at) : undefined;
}

function unfinished(): AttemptFailure {
  return new AttemptFailure("stream_interrupted", "the stream ended without a finish_reason");
}

function describe(error: unknown): string {
  const message = typeof error === "object" && error !== null && "message" in error ? error.message : error;
  return typeof message === "string" ? message : JSON.stringify(message);
}
