import type { ReadableStreamReadResult } from "node:stream/web";
import type { Received, StreamMark } from "../broken-streams.ts";
import type { JsonObject, Usage } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { listOf } from "../openai/input.ts";
import { eventsIn } from "../openai/sse.ts";
import { dataOf, type Head } from "../openai/stream-mark.ts";
import { AttemptFailure } from "./failure.ts";
import { Seam, type SeamInput } from "./seam.ts";
import type { StreamListener, StreamSource } from "./stream-source.ts";

/** What a continuation goes on from. */
export interface Continuation extends SeamInput {
  readonly before: Received;
  /** Id and time of the answer that goes on: accumulators hold on to them. */
  readonly head: Head;
  /** What the parts before took. */
  readonly usage: Pick<Usage, "promptTokens" | "completionTokens" | "totalTokens">;
  readonly mark: StreamMark;
}

type Result = ReadableStreamReadResult<Uint8Array>;

/** The stream of a target that goes on from another's text: its events, made to be those of the answer that had begun. */
export class ContinuedSource {
  readonly #source: StreamSource;
  readonly #from: Continuation;
  readonly #seam: Seam;
  #isMarked = false;
  #text = "";
  #chunks = 0;

  constructor(source: StreamSource, from: Continuation) {
    this.#source = source;
    this.#from = from;
    this.#seam = new Seam(from);
  }

  listen({ ended, explain }: StreamListener): void {
    this.#source.listen({ ended, explain: (failure) => explain(failure, this.received) });
  }

  async read(): Promise<Result> {
    for (;;) {
      const { done, value } = await this.#source.read();
      if (done) return { done, value };
      const text = this.#rewritten(Buffer.from(value).toString());
      if (text !== "") return { done: false, value: Buffer.from(text) };
    }
  }

  get ending(): StreamSource["ending"] {
    return this.#source.ending;
  }

  /** What the caller was given, of this part and those before. */
  get received(): Received {
    const { before } = this.#from;
    const text = before.text + this.#text;
    const { toolCalls } = this.#source.received;
    return { text, texts: [text], toolCalls, chunks: before.chunks + this.#chunks };
  }

  cancel(reason: unknown): void {
    this.#source.cancel(reason);
  }

  #rewritten(text: string): string {
    try {
      return eventsIn(text)
        .map(({ data, start, end }) => this.#event(data) ?? text.slice(start, end))
        .join("");
    } catch (error) {
      throw error instanceof AttemptFailure ? this.#source.breakOff(error) : error;
    }
  }

  // Undefined for what goes on as it came.
  #event(data: string | undefined): string | undefined {
    const json: unknown = isJson(data) ? JSON.parse(data) : undefined;
    if (!isRecord(json) || !Array.isArray(json["choices"])) return undefined;
    const { id, created } = this.#from.head;
    const choices = listOf(json["choices"])
      .filter(isRecord)
      .map((choice) => this.#choice(choice));
    const usage = isRecord(json["usage"]) ? { usage: this.#sum(json["usage"]) } : {};
    if (choices.every(isNothing) && !("usage" in usage)) return "";
    const mark = this.#isMarked ? {} : { router: this.#from.mark };
    this.#isMarked = true;
    return dataOf({ ...json, id: id ?? json["id"], created: created ?? json["created"], choices, ...usage, ...mark });
  }

  #choice(choice: JsonObject): JsonObject {
    const isLast = typeof choice["finish_reason"] === "string";
    if (typeof choice["text"] === "string") return { ...choice, text: this.#piece(choice["text"], isLast) };
    const delta = isRecord(choice["delta"]) ? choice["delta"] : {};
    // The role was said, and what was thought before the first part is over.
    const { role: _, content, reasoning_content: __, reasoning: ___, ...rest } = delta;
    const given = typeof content === "string" ? content : "";
    const piece = this.#piece(given, isLast || Object.keys(rest).some((key) => !isEmpty(rest[key])));
    return { ...choice, delta: piece === "" ? rest : { ...rest, content: piece } };
  }

  #piece(text: string, isLast: boolean): string {
    const piece = text === "" ? "" : this.#seam.take(text);
    const all = isLast ? piece + this.#seam.end() : piece;
    if (all !== "") this.#chunks += 1;
    this.#text += all;
    return all;
  }

  // Of all parts, as if it had been one answer; the details are those of the last.
  #sum(usage: JsonObject): JsonObject {
    const { promptTokens, completionTokens, totalTokens } = this.#from.usage;
    return {
      ...usage,
      prompt_tokens: countOf(usage["prompt_tokens"]) + promptTokens,
      completion_tokens: countOf(usage["completion_tokens"]) + completionTokens,
      total_tokens: countOf(usage["total_tokens"]) + totalTokens,
    };
  }
}

function isJson(data: string | undefined): data is string {
  return data !== undefined && data !== "[DONE]";
}

function isNothing({ delta, text, finish_reason: reason }: JsonObject): boolean {
  const said = isRecord(delta)
    ? Object.values(delta).some((value) => !isEmpty(value))
    : text !== "" && text !== undefined;
  return !said && typeof reason !== "string";
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function countOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
