import type { JsonObject } from "../glossary.ts";
import type { StreamPart } from "./step.ts";

/** One event of a stream, as its text, and the part of the stream it is; `other` is never left out and never counted. */
export interface StreamEvent {
  readonly part: StreamPart | "other";
  readonly text: string;
}

/** An event that has only data, as Chat Completions and Completions send. */
export function dataEvent(part: StreamPart, data: JsonObject): StreamEvent {
  return { part, text: `data: ${JSON.stringify(data)}\n\n` };
}

/** An event that is named after its `type`, as the Responses API sends. */
export function typedEvent(part: StreamEvent["part"], data: JsonObject & { readonly type: string }): StreamEvent {
  return { part, text: `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n` };
}

/** The end mark of Chat Completions and Completions. */
export const doneEvent: StreamEvent = { part: "done", text: "data: [DONE]\n\n" };
