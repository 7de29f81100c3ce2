import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";

// All others run at the provider, and so may those that are not known yet.
const runByCaller: ReadonlySet<unknown> = new Set(["function", "custom"]);

/**
 * What a request makes its provider do or keep beyond giving the answer, in words; undefined when nothing. Such a request is
 * sent a second time only when the first attempt has failed, never beside one that may still succeed: what it does would be
 * done twice.
 *
 * - `store: true`, and of the Responses API whatever does not say `store: false`: that stores by default
 * - `background: true`: the provider works on when the connection is cut
 * - `conversation`: the turn is added to it
 * - `previous_response_id`: the answer it goes on from is kept by one provider
 * - `prompt` of the Responses API: a template kept by the provider, which may bring tools
 * - tools that the provider runs: whatever is neither `function` nor `custom`, and `web_search_options`
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function sideEffectOf(endpoint: Endpoint, body: JsonObject): string | undefined {
  if (endpoint === "embeddings") return undefined;
  if (body["store"] === true) return "it is stored (store: true)";
  if (body["background"] === true) return "it runs in the background";
  const tool = toolRunByProvider(body["tools"]);
  if (tool !== undefined) return `the provider runs its tool ${tool}`;
  if (isGiven(body["web_search_options"])) return "the provider searches the web";
  return endpoint === "responses" ? effectOfResponse(body) : undefined;
}

function effectOfResponse(body: JsonObject): string | undefined {
  if (body["store"] !== false) return "it is stored, which the Responses API does unless store is false";
  if (isGiven(body["conversation"])) return "it is added to a conversation";
  if (isGiven(body["previous_response_id"])) return "it goes on from an answer that its provider keeps";
  return isGiven(body["prompt"]) ? "its prompt is kept by the provider, and may bring tools" : undefined;
}

function toolRunByProvider(tools: unknown): string | undefined {
  if (!Array.isArray(tools)) return undefined;
  const other: unknown = tools.find((tool) => !isRecord(tool) || !runByCaller.has(tool["type"]));
  if (other === undefined) return undefined;
  const type = isRecord(other) ? other["type"] : undefined;
  return typeof type === "string" ? `"${type}"` : "of an unknown type";
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
