import type { Endpoint, JsonObject } from "../glossary.ts";
import { joined, latin1 } from "../lib/bytes.ts";
import { eventsIn, signOf, type EventText, type StreamSign } from "../openai/sse.ts";
import { AttemptFailure } from "./failure.ts";

/** What a ledger needs to know. */
export interface EventLedgerInput {
  readonly endpoint: Endpoint;
  /** Takes the usage chunk out again: the router asked for it, the caller did not. */
  readonly dropUsage: boolean;
  /** Blacks out keys in what a provider says when it fails. */
  redact(text: string): string;
}

// A chunk without any of these can change nothing of what the router knows: it is handed on unparsed.
const marks = /"(?:finish_reason|usage|error)"\s*:\s*["{]|"type"\s*:\s*"(?:error|response\.(?:completed|incomplete|failed))"/;

const newline = 10;
const opening = [...Buffer.from("data: {")];

/** Reads the events of a stream as they go by, and says which bytes go on: those of whole events. */
export class EventLedger {
  readonly #input: EventLedgerInput;
  #carry: Uint8Array | undefined;
  #committed = false;
  #finished = false;
  #done = false;
  #usage: JsonObject | undefined;
  #providerError: string | undefined;
  #fault: AttemptFailure | undefined;
  #usualEnd: Uint8Array | undefined;

  constructor(input: EventLedgerInput) {
    this.#input = input;
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

  /** Takes note of what came. Returns the bytes to hand on, less a usage chunk nobody asked for. */
  take(bytes: Uint8Array): Uint8Array | undefined {
    const all = this.#carry === undefined ? bytes : Buffer.concat([this.#carry, bytes]);
    const text = latin1(all);
    if (this.#committed && isPlain(text)) {
      this.#carry = undefined;
      this.#usualEnd ??= endOfUsual(all, text);
      return all;
    }
    return this.#takeEvents(all, text);
  }

  /** Takes note of what is left when the stream has ended without a blank line, and returns it. */
  flush(): Uint8Array | undefined {
    const rest = this.#carry;
    this.#carry = undefined;
    if (rest !== undefined) for (const event of eventsIn(`${latin1(rest)}\n\n`)) this.#takeEvent(event);
    if (!this.complete) this.#fault ??= unfinished();
    return rest;
  }

  #takeEvents(all: Uint8Array, text: string): Uint8Array | undefined {
    const kept: Uint8Array[] = [];
    let end = 0;
    for (const event of eventsIn(text)) {
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
    if (this.complete) this.#done = true;
    else this.#fault = unfinished();
    return this.#done;
  }
}

function isPlain(text: string): boolean {
  return (text.startsWith("data: {") || text.startsWith("event: ")) && text.endsWith("}\n\n") && !marks.test(text);
}

function endOfUsual(bytes: Uint8Array, text: string): Uint8Array | undefined {
  const at = text.lastIndexOf('"finish_reason"');
  return at === -1 || !text.startsWith("data: ") ? undefined : bytes.slice(at);
}

function unfinished(): AttemptFailure {
  return new AttemptFailure("stream_interrupted", "the stream ended without a finish_reason");
}

function describe(error: unknown): string {
  const message = typeof error === "object" && error !== null && "message" in error ? error.message : error;
  return typeof message === "string" ? message : JSON.stringify(message);
}
