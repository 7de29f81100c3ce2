import type { Endpoint, JsonObject } from "../glossary.ts";
import { addTextsOf, type Entry, entriesOf, instructionsOf, listOf, textsOf } from "./input.ts";
import { isRecord } from "../lib/is-record.ts";

const maxPromptChars = 8_192;

// Keeps the last word of the beginning and the first word of the end apart. In ASCII, so that a text stays it.
const gap = "\n...\n";

/**
 * What the user said last, as text: the texts of the last user message that has any, a line each.
 * Of more than 8,192 characters the beginning and the end; a long text is never copied as a whole.
 */
export function promptOf(endpoint: Endpoint, body: JsonObject): string {
  const entry = entriesOf(endpoint, body).findLast(isUserText);
  return entry === undefined ? "" : endsOf(textsOf(entry["content"]), maxPromptChars);
}

/**
 * Characters of text in the whole input: instructions, all turns, and the names, arguments and results of tool calls.
 * Images, sounds and files do not count, whatever form they are sent in; a token id of a pre-tokenised input counts as 4.
 */
export function inputCharsOf(endpoint: Endpoint, body: JsonObject): number {
  let chars = 0;
  for (const text of inputTextsOf(endpoint, body)) chars += text.length;
  return chars + 4 * tokenIdsOf(endpoint, body);
}

/** How many turns the user has had, the last one included: the user messages of the input. */
export function turnsOf(endpoint: Endpoint, body: JsonObject): number {
  let turns = 0;
  for (const entry of entriesOf(endpoint, body)) if (entry["role"] === "user") turns += 1;
  return turns;
}

/** Every text of the input, oldest first. The strings are the body's own: nothing is copied. */
export function inputTextsOf(endpoint: Endpoint, body: JsonObject): readonly string[] {
  const texts = [instructionsOf(endpoint, body)];
  for (const entry of entriesOf(endpoint, body)) addEntry(entry, texts);
  return texts;
}

/** How many token ids a pre-tokenised input has: `[1, 2]`, or `[[1, 2], [3]]` for several at once. */
export function tokenIdsOf(endpoint: Endpoint, body: JsonObject): number {
  if (endpoint !== "embeddings" && endpoint !== "completions") return 0;
  let ids = 0;
  for (const entry of entriesOf(endpoint, body)) {
    for (const item of listOf(entry["content"])) ids += typeof item === "number" ? 1 : listOf(item).length;
  }
  return ids;
}

// `arguments`, `output`, `input` and `summary` are those of Responses items: calls, their results, reasoning.
const textFields = ["content", "reasoning_content", "arguments", "output", "input", "summary"];
const callFields = ["name", "arguments", "input"];

/** Adds the texts of a message or item: what it says, and the names, arguments and results of tool calls. */
export function addEntry(entry: Entry, texts: string[]): void {
  for (const field of textFields) addTextsOf(entry[field], texts);
  for (const call of listOf(entry["tool_calls"])) if (isRecord(call)) addCall(call, texts);
}

function addCall(call: Entry, texts: string[]): void {
  for (const made of [call["function"], call["custom"]]) {
    if (!isRecord(made)) continue;
    for (const field of callFields) addTextsOf(made[field], texts);
  }
}

function isUserText(entry: Entry): boolean {
  return entry["role"] === "user" && textsOf(entry["content"]).some((text) => text !== "");
}

/** The texts joined, or where that is longer than `maxChars`, as much of its beginning and end as fits. */
export function endsOf(texts: readonly string[], maxChars: number): string {
  let chars = texts.length - 1;
  for (const text of texts) chars += text.length;
  if (chars <= maxChars) return texts.join("\n");
  const half = (maxChars - gap.length) >> 1;
  return beginningOf(texts, half) + gap + endOf(texts, half);
}

function beginningOf(texts: readonly string[], chars: number): string {
  let beginning = "";
  for (const text of texts) {
    if (beginning.length >= chars) break;
    beginning += `${text.slice(0, chars)}\n`;
  }
  // Half a surrogate pair at the cut would not survive UTF-8.
  return beginning.slice(0, isHigh(beginning.charCodeAt(chars - 1)) ? chars - 1 : chars);
}

function endOf(texts: readonly string[], chars: number): string {
  let end = "";
  for (let at = texts.length - 1; at >= 0 && end.length < chars; at -= 1) {
    end = `\n${texts[at]?.slice(-chars) ?? ""}${end}`;
  }
  const start = end.length - chars;
  return end.slice(isLow(end.charCodeAt(start)) ? start + 1 : start);
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
