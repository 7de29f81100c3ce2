import type { Endpoint, Hints, JsonObject, RoutingRequest } from "../glossary.ts";
import { LazyRoutingRequest } from "../openai/request.ts";

/**
 * A request as classifiers and strategies get it, for unit tests of your own.
 * @param body - of any endpoint
 * @param hints - what the caller would give to `router.with()`
 * @param endpoint - needed for embeddings; else the body shows it: `messages` chat, `input` Responses, `prompt` completions
 */
export function requestOf(body: JsonObject, hints: Hints = {}, endpoint: Endpoint = endpointOf(body)): RoutingRequest {
  return new LazyRoutingRequest({ requestId: "test", endpoint, body, hints, stream: body["stream"] === true });
}

function endpointOf(body: JsonObject): Endpoint {
  if (Object.hasOwn(body, "input")) return "responses";
  return Object.hasOwn(body, "prompt") ? "completions" : "chat";
}
