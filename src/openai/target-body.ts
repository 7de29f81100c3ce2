import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";

/** What a target's body is made from. */
export interface BodyInput {
  readonly endpoint: Endpoint;
  readonly body: JsonObject;
  readonly stream: boolean;
  /** Whether the router wants a stream's usage. */
  readonly wantsUsage: boolean;
}

/** The body for a target: its parameters below the caller's, its model above. The caller's own body stays as it is. */
export function bodyFor(
  input: BodyInput,
  target: { readonly model: string; readonly params: JsonObject | undefined },
): JsonObject {
  const { body } = input;
  // A call without a model is the provider's to refuse.
  if (target.model === "") return body;
  const asks = addsUsage(input);
  if (!asks && target.params === undefined && body["model"] === target.model) return body;
  const own: JsonObject = target.params === undefined ? body : { ...target.params, ...body };
  if (!asks) return { ...own, model: target.model };
  const given = isRecord(body["stream_options"]) ? body["stream_options"] : {};
  return { ...own, model: target.model, stream_options: { ...given, include_usage: true } };
}

/** Whether the router asks for the usage of a stream whose caller did not: the extra chunk is taken out again. */
export function addsUsage({ endpoint, body, stream, wantsUsage }: BodyInput): boolean {
  if (!wantsUsage || !stream || (endpoint !== "chat" && endpoint !== "completions")) return false;
  const options = body["stream_options"];
  return !(isRecord(options) && options["include_usage"] !== undefined);
}

/** How many answers a request asks for: `n`, for each prompt of a completions call. */
export function choicesOf(endpoint: Endpoint, body: JsonObject): number {
  const n = typeof body["n"] === "number" && body["n"] > 1 ? body["n"] : 1;
  const prompt = body["prompt"];
  const prompts =
    endpoint === "completions" && Array.isArray(prompt) && typeof prompt[0] !== "number" ? prompt.length : 1;
  return endpoint === "responses" ? 1 : n * Math.max(1, prompts);
}
