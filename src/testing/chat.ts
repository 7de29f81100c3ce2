import type { JsonObject } from "../glossary.ts";
import type { Speech, SpokenToolCall } from "./speech.ts";
import { dataEvent, doneEvent, type StreamEvent } from "./stream-event.ts";
import { cut } from "./text.ts";
import { chatUsage } from "./usage.ts";

/** The answer of `POST /chat/completions` in one piece. */
export function chatCompletion(speech: Speech): JsonObject {
  const { text, reasoning, toolCalls, finishReason } = speech;
  const message = {
    role: "assistant",
    content: toolCalls.length > 0 ? null : text,
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    refusal: null,
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toolCall) }),
  };
  return {
    ...head(speech, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
    ...chatUsage(speech),
  };
}

/** The answer of `POST /chat/completions` as a stream. */
export function chatStream(speech: Speech): StreamEvent[] {
  const { reasoning, toolCalls, pieces, finishReason, includeUsage } = speech;
  const start = { ...head(speech, "chat.completion.chunk"), ...(includeUsage && { usage: null }) };
  const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
    ...start,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  const thoughts = reasoning === undefined ? [] : cut(reasoning, undefined);
  return [
    dataEvent("opening", chunk({ role: "assistant", content: "", refusal: null })),
    ...thoughts.map((thought) => dataEvent("content", chunk({ reasoning_content: thought }))),
    ...pieces.map((piece) => dataEvent("content", chunk({ content: piece }))),
    ...toolCalls.flatMap(toolCallDeltas).map((delta) => dataEvent("content", chunk({ tool_calls: [delta] }))),
    dataEvent("finish", chunk({}, finishReason)),
    ...(includeUsage ? [dataEvent("usage", { ...start, choices: [], ...chatUsage(speech) })] : []),
    doneEvent,
  ];
}

function head({ number, created, model }: Speech, object: string): JsonObject {
  return { id: `chatcmpl-${number}`, object, created, model };
}

function toolCall({ id, name, arguments: args }: SpokenToolCall): JsonObject {
  return { id, type: "function", function: { name, arguments: args } };
}

function toolCallDeltas(call: SpokenToolCall, index: number): JsonObject[] {
  const pieces = cut(call.arguments, 4).map((piece) => ({ index, function: { arguments: piece } }));
  return [{ index, ...toolCall({ ...call, arguments: "" }) }, ...pieces];
}
