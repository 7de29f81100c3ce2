import type { JsonObject } from "../glossary.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { outputItems, response, responseHead, statusOf, summaryPart, textPart, type OutputItem } from "./responses.ts";
import type { Speech } from "./speech.ts";

import { typedEvent, type StreamEvent } from "./stream-event.ts";
import { cut } from "./text.ts";

/** An event before it has its number. */
type Draft = readonly [part: StreamEvent["part"], type: string, data: JsonObject];

/** The answer of `POST /responses` as a stream. */
export function responsesStream(speech: Speech, request: ReceivedRequest): StreamEvent[] {
  const head = responseHead(speech, request);
  const drafts: Draft[] = [
    ["opening", "response.created", { response: head }],
    ["opening", "response.in_progress", { response: head }],
    ...outputItems(speech).flatMap((item, index) => itemDrafts(item, index, speech)),
    ["finish", `response.${statusOf(speech)}`, { response: response(speech, request) }],
  ];
  return drafts.map(([part, type, data], index) => typedEvent(part, { type, sequence_number: index, ...data }));
}

function itemDrafts(item: OutputItem, index: number, speech: Speech): Draft[] {
  const place = { item_id: item.id, output_index: index };
  const [opened, inner] = bodyOf(item, place, speech);
  return [
    ["opening", "response.output_item.added", { output_index: index, item: { ...item, ...opened } }],
    ...inner,
    ["finish", "response.output_item.done", { output_index: index, item }],
  ];
}

// What an item lacks when it is announced, and the events that fill it.
function bodyOf(item: OutputItem, place: JsonObject, speech: Speech): [opened: JsonObject, drafts: Draft[]] {
  switch (item.type) {
    case "message":
      return [{ status: "in_progress", content: [] }, messageDrafts({ ...place, content_index: 0 }, speech)];
    case "reasoning":
      return [{ summary: [] }, reasoningDrafts({ ...place, summary_index: 0 }, speech.reasoning ?? "")];
    case "function_call":
      return [{ status: "in_progress", arguments: "" }, callDrafts(place, item)];
  }
}

function messageDrafts(place: JsonObject, { text, pieces }: Speech): Draft[] {
  return [
    ["opening", "response.content_part.added", { ...place, part: textPart("") }],
    ...deltas("response.output_text.delta", pieces, { ...place, logprobs: [] }),
    ["finish", "response.output_text.done", { ...place, text, logprobs: [] }],
    ["finish", "response.content_part.done", { ...place, part: textPart(text) }],
  ];
}

function reasoningDrafts(place: JsonObject, text: string): Draft[] {
  return [
    ["opening", "response.reasoning_summary_part.added", { ...place, part: summaryPart("") }],
    ...deltas("response.reasoning_summary_text.delta", cut(text, undefined), place),
    ["other", "response.reasoning_summary_text.done", { ...place, text }],
    ["other", "response.reasoning_summary_part.done", { ...place, part: summaryPart(text) }],
  ];
}

function callDrafts(place: JsonObject, { name, arguments: args }: JsonObject & { arguments: string }): Draft[] {
  return [
    ...deltas("response.function_call_arguments.delta", cut(args, 4), place),
    ["finish", "response.function_call_arguments.done", { ...place, name, arguments: args }],
  ];
}

function deltas(type: string, pieces: readonly string[], place: JsonObject): Draft[] {
  return pieces.map((delta): Draft => ["content", type, { ...place, delta }]);
}
