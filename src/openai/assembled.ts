import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { listOf } from "./input.ts";

/** What the events of a stream come to: the answer as it would have come in one piece. */
export function assembled(endpoint: Endpoint, events: readonly JsonObject[]): JsonObject {
  if (endpoint === "responses") return finalOf(events);
  const choices = new Map<unknown, Choice>();
  const whole: Record<string, unknown> = {};
  for (const event of events) {
    const { choices: parts, ...rest } = event;
    Object.assign(whole, known(rest));
    for (const part of listOf(parts)) if (isRecord(part)) choiceOf(choices, part["index"] ?? 0).add(part);
  }
  return { ...whole, choices: [...choices.values()].map((choice) => choice.whole) };
}

function finalOf(events: readonly JsonObject[]): JsonObject {
  const final = events.findLast(({ response }) => isRecord(response))?.["response"];
  return isRecord(final) ? final : {};
}

// A later event leaves out, or sets to null, what an earlier one has said.
function known(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

function choiceOf(choices: Map<unknown, Choice>, index: unknown): Choice {
  const choice = choices.get(index) ?? new Choice(index);
  choices.set(index, choice);
  return choice;
}

class Choice {
  readonly #index: unknown;
  readonly #texts = new Map<string, string[]>();
  readonly #calls = new Map<unknown, Record<string, unknown>>();
  #message: JsonObject | undefined;
  #finishReason: unknown = null;

  constructor(index: unknown) {
    this.#index = index;
  }

  add({ delta, text, finish_reason: finishReason }: JsonObject): void {
    if (isRecord(delta)) this.#addDelta(delta);
    this.#addText("text", text);
    this.#finishReason = finishReason ?? this.#finishReason;
  }

  get whole(): JsonObject {
    const texts = Object.fromEntries([...this.#texts].map(([name, parts]) => [name, parts.join("")]));
    const head = { index: this.#index, finish_reason: this.#finishReason };
    if (this.#message === undefined) return { ...head, text: "", ...texts };
    const calls = this.#calls.size === 0 ? {} : { tool_calls: [...this.#calls.values()] };
    return { ...head, message: { content: null, refusal: null, ...this.#message, ...texts, ...calls } };
  }

  #addDelta(delta: JsonObject): void {
    this.#message ??= { role: "assistant" };
    for (const [name, value] of Object.entries(delta)) {
      if (name === "tool_calls") for (const call of listOf(value)) this.#addCall(call);
      else if (name !== "role") this.#addText(name, value);
    }
  }

  // Texts come in pieces, whatever they are called; what is no text comes whole.
  #addText(name: string, value: unknown): void {
    if (typeof value === "string" && value !== "") {
      const parts = this.#texts.get(name) ?? [];
      this.#texts.set(name, parts);
      parts.push(value);
    } else if (isRecord(value)) this.#message = { ...this.#message, [name]: merged(this.#message?.[name], value) };
  }

  #addCall(call: unknown): void {
    if (!isRecord(call)) return;
    const { index, ...given } = call;
    this.#calls.set(index, merged(this.#calls.get(index), given));
  }
}

// Names and ids come once, arguments in pieces.
function merged(before: unknown, given: JsonObject): Record<string, unknown> {
  const all: Record<string, unknown> = isRecord(before) ? { ...before } : {};
  for (const [name, value] of Object.entries(given)) {
    if (isRecord(value)) all[name] = merged(all[name], value);
    else if (typeof value === "string" && inPieces.has(name)) all[name] = `${wordOf(all[name])}${value}`;
    else if (value !== null && value !== undefined) all[name] = value;
  }
  return all;
}

const inPieces: ReadonlySet<string> = new Set(["arguments", "input", "transcript", "data"]);

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
