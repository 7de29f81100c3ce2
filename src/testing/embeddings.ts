import type { JsonObject } from "../glossary.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { seededRandom } from "./seeded-random.ts";
import type { Behaviour } from "./behaviour.ts";
import { countTokens, textIn } from "./text.ts";

const defaultDimensions = 64;

/** The answer of `POST /embeddings`: texts that share words have vectors that are alike. */
export function embeddings({ body, model }: ReceivedRequest, { usage }: Behaviour): JsonObject {
  const dimensions = typeof body["dimensions"] === "number" ? body["dimensions"] : defaultDimensions;
  const inputs = inputsOf(body["input"]);
  const data = inputs.map((input, index) => {
    const vector = embed(input, dimensions);
    const embedding = body["encoding_format"] === "base64" ? base64(vector) : vector;
    return { object: "embedding", index, embedding };
  });
  const tokens = inputs.map(countTokens).reduce((sum, one) => sum + one, 0);
  const counted = { prompt_tokens: tokens, total_tokens: tokens };
  return { object: "list", data, model, ...(usage !== false && { usage: usage ?? counted }) };
}

/**
 * The vector that the simulator gives to a text: deterministic, of length 1, the more alike (cosine) the more words
 * two texts share.
 */
export function embed(text: string, dimensions: number = defaultDimensions): number[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text];
  const sum = Array.from({ length: dimensions }, () => 0);
  for (const word of words) {
    const random = seededRandom(hash(word));
    for (const index of sum.keys()) sum[index] = (sum[index] ?? 0) + random() * 2 - 1;
  }
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}

// A list of numbers is one text given as its tokens.
function inputsOf(input: unknown): string[] {
  if (!Array.isArray(input)) return [textIn(input)];
  if (typeof input[0] === "number") return [input.join(" ")];
  return input.map((one: unknown) => (Array.isArray(one) ? one.join(" ") : textIn(one)));
}

// FNV-1a, 32 bits.
function hash(word: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(word)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

function base64(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString("base64");
}
