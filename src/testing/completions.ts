import type { JsonObject } from "../glossary.ts";
import type { Speech } from "./speech.ts";
import { dataEvent, doneEvent, type StreamEvent } from "./stream-event.ts";
import { chatUsage } from "./usage.ts";

/** The answer of `POST /completions` in one piece. */
export function completion(speech: Speech): JsonObject {
  return { ...chunk(speech, speech.text, speech.finishReason), ...chatUsage(speech) };
}

/** The answer of `POST /completions` as a stream. It has no opening. */
export function completionStream(speech: Speech): StreamEvent[] {
  const { pieces, finishReason, includeUsage } = speech;
  const usage = { ...chunk(speech, "", null), choices: [], ...chatUsage(speech) };
  return [
    ...pieces.map((piece) => dataEvent("content", chunk(speech, piece, null))),
    dataEvent("finish", chunk(speech, "", finishReason)),
    ...(includeUsage ? [dataEvent("usage", usage)] : []),
    doneEvent,
  ];
}

function chunk({ number, created, model }: Speech, text: string, finishReason: string | null): JsonObject {
  const choice = { index: 0, text, logprobs: null, finish_reason: finishReason };
  return { id: `cmpl-${number}`, object: "text_completion", created, model, choices: [choice] };
}
