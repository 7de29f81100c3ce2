import type { Endpoint, JsonObject } from "../glossary.ts";
import { entriesOf, listOf } from "./input.ts";
import { inputTextsOf, tokenIdsOf } from "./prompt.ts";

const maxSamples = 2_048;
const maxSchemaNodes = 10_000;

// OpenAI's cookbook counts 3 tokens around each message and one for its role.
const tokensPerEntry = 4;

/**
 * About how many tokens the input of a request takes up, tool definitions included. Not counted: images, sounds, files.
 *
 * A tokenizer would be exact for one family of models and slow for a long text. This is a rule of thumb on a sample of at
 * most 2,048 characters: 4 characters a token where letters are Latin (OpenAI's own rule for English), 1 for Chinese,
 * Japanese, Korean and emoji, 2 for other scripts. The last two are assumptions, on the high side for current models.
 */
export function inputTokensOf(endpoint: Endpoint, body: JsonObject): number {
  const texts = [...inputTextsOf(endpoint, body)];
  addSchemaTexts(listOf(body["tools"]), texts);
  const framing = tokensPerEntry * entriesOf(endpoint, body).length;
  return tokensOfTexts(texts) + tokenIdsOf(endpoint, body) + framing;
}

function tokensOfTexts(texts: readonly string[]): number {
  let chars = 0;
  for (const text of texts) chars += text.length;
  const step = Math.max(1, Math.ceil(chars / maxSamples));
  let samples = 0;
  let tokens = 0;
  let at = 0;
  for (const text of texts) {
    for (; at < text.length; at += step) {
      tokens += tokensOfChar(text.charCodeAt(at));
      samples += 1;
    }
    at -= text.length;
  }
  return samples === 0 ? 0 : Math.ceil((tokens / samples) * chars);
}

/** By UTF-16 code unit. From U+2E80 on come the CJK scripts, and the halves of surrogate pairs: emoji, rare Han. */
function tokensOfChar(code: number): number {
  if (code < 0x250) return 0.25;
  return code < 0x2e80 ? 0.5 : 1;
}

/** Keys and strings of a JSON value. The bound on nodes keeps a body that contains itself from going on for ever. */
function addSchemaTexts(root: unknown, texts: string[]): void {
  const nodes = [root];
  for (let seen = 0; nodes.length > 0 && seen < maxSchemaNodes; seen += 1) {
    const node = nodes.pop();
    if (typeof node === "string") texts.push(node);
    if (typeof node !== "object" || node === null) continue;
    for (const [key, value] of Object.entries(node)) {
      if (!Array.isArray(node)) texts.push(key);
      nodes.push(value);
    }
  }
}
