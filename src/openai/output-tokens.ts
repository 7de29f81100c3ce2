import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { listOf } from "./input.ts";
import { addEntry } from "./prompt.ts";
import { tokensOfTexts } from "./text-tokens.ts";

/** About how many tokens the text of an answer has, all choices, reasoning that is shown and tool calls included. */
export function outputTokensOf(endpoint: Endpoint, answer: JsonObject): number {
  const texts: string[] = [];
  for (const part of listOf(answer[endpoint === "responses" ? "output" : "choices"])) {
    if (isRecord(part)) addPart(endpoint, part, texts);
  }
  return tokensOfTexts(texts);
}

function addPart(endpoint: Endpoint, part: JsonObject, texts: string[]): void {
  const { message, text } = part;
  if (endpoint === "responses") addEntry(part, texts);
  else if (isRecord(message)) addEntry(message, texts);
  else if (typeof text === "string") texts.push(text);
}
