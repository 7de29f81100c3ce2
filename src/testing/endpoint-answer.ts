import type { JsonObject } from "../glossary.ts";
import type { Behaviour } from "./behaviour.ts";
import { chatCompletion, chatStream } from "./chat.ts";
import { completion, completionStream } from "./completions.ts";
import { embeddings } from "./embeddings.ts";
import { model, modelList } from "./models.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { response } from "./responses.ts";
import { responsesStream } from "./responses-stream.ts";
import { speak } from "./speech.ts";
import type { StreamEvent } from "./stream-event.ts";

/** The events of an endpoint's stream; undefined when none was asked for, or the endpoint has none. */
export function eventsOf(request: ReceivedRequest, behaviour: Behaviour): StreamEvent[] | undefined {
  if (!request.stream) return undefined;
  switch (request.endpoint) {
    case "chat":
      return chatStream(speak(request, behaviour));
    case "responses":
      return responsesStream(speak(request, behaviour), request);
    case "completions":
      return completionStream(speak(request, behaviour));
    case "embeddings":
    case "models":
    case "unknown":
      return undefined;
  }
}

/** The answer of an endpoint in one piece. */
export function bodyOf(request: ReceivedRequest, behaviour: Behaviour, models: readonly string[]): JsonObject {
  switch (request.endpoint) {
    case "chat":
      return chatCompletion(speak(request, behaviour));
    case "responses":
      return response(speak(request, behaviour), request);
    case "completions":
      return completion(speak(request, behaviour));
    case "embeddings":
      return embeddings(request, behaviour);
    case "models":
      return request.model === "" ? modelList(models) : model(request.model);
    case "unknown":
      return {};
  }
}
