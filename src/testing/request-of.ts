import { allowedRegionsOf } from "../config/allowed-regions.ts";
import type { Endpoint, Hints, JsonObject, RoutingRequest } from "../glossary.ts";
import { LazyRoutingRequest } from "../openai/request.ts";

/**
 * A request as classifiers and strategies get it, for unit tests of your own.
 * @param body - of any endpoint
 * @param hints - what the caller would give to `router.with()`
 * @param endpoint - needed for embeddings; else the body shows it: `messages` chat, `input` Responses, `prompt` completions
 */
export function requestOf(body: JsonObject, hints: Hints = {}, endpoint: Endpoint = endpointOf(body)): RoutingRequest {
  const [stream, allowedRegions] = [body["stream"] === true, allowedRegionsOf(hints, [])];
  return new LazyRoutingRequest({ requestId: "test", endpoint, body, hints, stream, allowedRegions });
}

function endpointOf(body: JsonObject): Endpoint {
  if (Object.hasOwn(body, "input")) return "responses";
  return Object.hasOwn(body, "prompt") ? "completions" : "chat";
}
