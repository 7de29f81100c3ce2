import { isRecord } from "../lib/is-record.ts";

/** How many tokens the provider simulator counts for a text: one for every 4 characters begun. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** All text of an input, whatever its form: a string, messages, parts, items, or lists of them. */
export function textIn(input: unknown): string {
  if (typeof input === "string") return input;
  if (Array.isArray(input)) return input.map(textIn).join("");
  if (!isRecord(input)) return "";
  return textIn(input["content"] ?? input["text"] ?? input["output"] ?? input["arguments"]);
}

/** Cuts a text into its words, each with the space before it, or into at most so many pieces of like length. */
export function cut(text: string, pieces: number | undefined): string[] {
  if (pieces === undefined) return text.match(/\s*\S+|\s+$/g) ?? [];
  const characters = Array.from(text);
  const size = Math.max(1, Math.ceil(characters.length / pieces));
  const cuts: string[] = [];
  for (let start = 0; start < characters.length; start += size) {
    cuts.push(characters.slice(start, start + size).join(""));
  }
  return cuts;
}
