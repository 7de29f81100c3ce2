import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";

/** A message or item of a request's input. Nothing is known of it but that it may have a `role` and a `content`. */
export type Entry = Readonly<Record<string, unknown>>;

const nothing: readonly unknown[] = [];

/** What a request says, oldest first, in one form for all endpoints. Takes any body; what is no entry is left out. */
export function entriesOf(endpoint: Endpoint, body: JsonObject): readonly Entry[] {
  // A body is the caller's: plain JavaScript may hand over anything.
  if (!isRecord(body)) return [];
  if (endpoint === "chat") return listOf(body["messages"]).filter(isRecord);
  const content = body[endpoint === "completions" ? "prompt" : "input"];
  if (content === undefined) return [];
  const isItems = endpoint === "responses" && Array.isArray(content);
  return isItems ? content.filter(isRecord) : [{ role: "user", content }];
}

/** Text that stands beside the entries: the instructions of a Responses call. */
export function instructionsOf(endpoint: Endpoint, body: JsonObject): string {
  const instructions = endpoint === "responses" && isRecord(body) ? body["instructions"] : undefined;
  return typeof instructions === "string" ? instructions : "";
}

/** The parts of a content; a content that is no list has none. */
export function listOf(content: unknown): readonly unknown[] {
  return Array.isArray(content) ? content : nothing;
}

/** The texts of a content: the string itself, or those of its parts. Images, sounds and files have none. */
export function textsOf(content: unknown): readonly string[] {
  const texts: string[] = [];
  addTextsOf(content, texts);
  return texts;
}

/** Adds the texts of a content to `texts`, one by one: spreading a list of a million parts would overflow the stack. */
export function addTextsOf(content: unknown, texts: string[]): void {
  if (typeof content === "string") texts.push(content);
  for (const part of listOf(content)) {
    if (typeof part === "string") texts.push(part);
    else if (isRecord(part)) addTextOf(part, texts);
  }
}

function addTextOf(part: Entry, texts: string[]): void {
  if (typeof part["text"] === "string") texts.push(part["text"]);
  else if (typeof part["refusal"] === "string") texts.push(part["refusal"]);
}
