import type { Endpoint, JsonObject } from "../glossary.ts";
import { entriesOf, listOf } from "./input.ts";
import { inputTextsOf, tokenIdsOf } from "./prompt.ts";
import { tokensOfTexts } from "./text-tokens.ts";

const maxSchemaNodes = 10_000;

// OpenAI's cookbook counts 3 tokens around each message and one for its role.
const tokensPerEntry = 4;

/** About how many tokens the input of a request takes up, tool definitions included. Not counted: images, sounds, files. */
export function inputTokensOf(endpoint: Endpoint, body: JsonObject): number {
  const texts = [...inputTextsOf(endpoint, body)];
  addSchemaTexts(listOf(body["tools"]), texts);
  const framing = tokensPerEntry * entriesOf(endpoint, body).length;
  return tokensOfTexts(texts) + tokenIdsOf(endpoint, body) + framing;
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
