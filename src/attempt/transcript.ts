import type { Received } from "../broken-streams.ts";
import type { CheckedAnswer, Endpoint, JsonObject } from "../glossary.ts";
import { latin1 } from "../lib/bytes.ts";
import { isRecord } from "../lib/is-record.ts";
import { assembled } from "../openai/assembled.ts";
import { answersIn } from "../openai/checked-answer.ts";

const blockBytes = 2048;
const none = new Uint8Array(0);

/**
 * Remembers what a stream gives out, for the day it breaks. While it runs, bytes are put aside and nothing else: of an event
 * like the ones before only what differs. They are read when somebody asks.
 */
export class Transcript {
  readonly #parts: (string | Uint8Array)[] = [];
  #block = none;
  #from = 0;
  #at = 0;
  #markAt = -1;
  #tail = 0;

  /** Learns from one event where in those like it the part begins that differs, and how many bytes are the same again behind it. */
  learn(event: string, tail: number): void {
    const choices = event.indexOf('"choices"');
    const delta = event.indexOf('"delta":', choices);
    const at = delta === -1 ? event.indexOf('"text":', choices) : delta;
    this.#markAt = choices !== -1 && at < event.length - tail ? at : -1;
    this.#tail = tail;
  }

  /** An event of content that nobody has looked into, with its `data:` and the blank line. */
  passed(bytes: Uint8Array): void {
    const from = this.#markAt;
    if (from === -1 || !isMark(bytes, from)) return this.took(undefined, latin1(bytes).slice("data: ".length));
    const to = bytes.length - this.#tail;
    if (this.#block.length - this.#at <= to - from) this.#startBlock(to - from + 1);
    const block = this.#block;
    // Short as it is, a loop is faster than a view and a copy of it.
    for (let index = from; index < to; index += 1) block[this.#at++] = bytes[index] ?? 0;
    block[this.#at++] = 0;
  }

  /** The data of an event of content, a character a byte. */
  took(name: string | undefined, data: string): void {
    // Of a Responses stream: what stands behind the pieces says the same once more.
    if (name !== undefined && !name.endsWith(".delta") && name !== "response.output_item.added") return;
    this.#endBlock();
    this.#parts.push(data);
  }

  /** What was given out, as an answer in one piece would have it. */
  body(endpoint: Endpoint): JsonObject {
    const data = this.#data;
    return endpoint === "responses" ? outputOf(ofResponses(data)) : assembled(endpoint, data);
  }

  /** What was given out. */
  read(endpoint: Endpoint): Received {
    const data = this.#data;
    if (endpoint === "responses") return receivedOf(data);
    const answers = answersIn(endpoint as CheckedAnswer["endpoint"], assembled(endpoint, data));
    const [first] = answers;
    const texts = answers.map(({ text }) => text);
    return { text: first?.text ?? "", texts, toolCalls: first?.toolCalls ?? [], chunks: data.length };
  }

  get #data(): readonly JsonObject[] {
    this.#endBlock();
    const events = this.#parts.flatMap((part) => (typeof part === "string" ? [textOf(part)] : piecesIn(part)));
    return events.map((text): unknown => JSON.parse(text)).filter(isRecord);
  }

  #startBlock(bytes: number): void {
    this.#endBlock();
    this.#block = new Uint8Array(Math.max(blockBytes, bytes));
    this.#from = 0;
    this.#at = 0;
  }

  // What comes next is put behind it, in the same block.
  #endBlock(): void {
    if (this.#at === this.#from) return;
    this.#parts.push(this.#block.subarray(this.#from, this.#at));
    this.#from = this.#at;
  }
}

const quote = 34;
const colon = 58;

// `"delta":` or `"text":`, as far as these two can be mistaken for anything else.
function isMark(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === quote && (bytes[at + 7] === colon || bytes[at + 6] === colon);
}

// Of JSON no byte is 0.
function piecesIn(block: Uint8Array): string[] {
  const pieces = Buffer.from(block).toString().split("\0").slice(0, -1);
  return pieces.map((piece) => `{"choices":[{${piece}"finish_reason":null}]}`);
}

function textOf(data: string): string {
  return Buffer.from(data, "latin1").toString();
}

interface ResponsesOutput {
  readonly texts: readonly string[];
  readonly calls: readonly { readonly id: unknown; readonly name: string; readonly arguments: string }[];
}

function ofResponses(events: readonly JsonObject[]): ResponsesOutput {
  const texts: string[] = [];
  const calls = new Map<unknown, { id: unknown; name: string; arguments: string }>();
  for (const { type, delta, item, item_id: id } of events) {
    if (type === "response.output_text.delta") texts.push(String(delta));
    if (type === "response.output_item.added" && isRecord(item) && item["type"] === "function_call") {
      calls.set(item["id"], { id: item["call_id"], name: String(item["name"]), arguments: "" });
    }
    const call = type === "response.function_call_arguments.delta" ? calls.get(id) : undefined;
    if (call !== undefined) call.arguments += String(delta);
  }
  return { texts, calls: [...calls.values()] };
}

function receivedOf(events: readonly JsonObject[]): Received {
  const { texts, calls } = ofResponses(events);
  const text = texts.join("");
  const chunks = events.filter(({ type }) => String(type).endsWith(".delta")).length;
  const toolCalls = calls.map(({ name, arguments: given }) => ({ name, arguments: given }));
  return { text, texts: [text], toolCalls, chunks };
}

function outputOf({ texts, calls }: ResponsesOutput): JsonObject {
  const text = texts.join("");
  const message = { type: "message", role: "assistant", content: [{ type: "output_text", text }] };
  const items = calls.map(({ id, ...call }) => Object.assign({ type: "function_call", call_id: id }, call));
  return { output: [...(text === "" ? [] : [message]), ...items] };
}
