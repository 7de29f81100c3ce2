import type { JsonObject } from "../glossary.ts";
import type { ReceivedRequest } from "./received-request.ts";
import type { Speech } from "./speech.ts";
import { responsesUsage } from "./usage.ts";

/** The answer of `POST /responses` in one piece. */
export function response(speech: Speech, request: ReceivedRequest): JsonObject {
  const status = statusOf(speech);
  return {
    ...responseHead(speech, request),
    status,
    incomplete_details: status === "incomplete" ? { reason: incompleteReason(speech) } : null,
    output: outputItems(speech),
    ...responsesUsage(speech),
  };
}

/** A response as it is while nothing has been said. */
export function responseHead({ number, created, model }: Speech, { body }: ReceivedRequest): JsonObject {
  return {
    id: `resp_${number}`,
    object: "response",
    created_at: created,
    status: "in_progress",
    error: null,
    incomplete_details: null,
    instructions: body["instructions"] ?? null,
    metadata: body["metadata"] ?? {},
    model,
    output: [],
    parallel_tool_calls: body["parallel_tool_calls"] ?? true,
    temperature: body["temperature"] ?? 1,
    text: body["text"] ?? { format: { type: "text" } },
    tool_choice: body["tool_choice"] ?? "auto",
    tools: body["tools"] ?? [],
    top_p: body["top_p"] ?? 1,
    usage: null,
  };
}

/** How a response ends: `completed`, or `incomplete` when it is cut short. */
export function statusOf({ finishReason }: Speech): "completed" | "incomplete" {
  return finishReason === "stop" || finishReason === "tool_calls" ? "completed" : "incomplete";
}

/** What a response consists of: a reasoning item where there is one, then a message or function calls. */
export function outputItems(speech: Speech): OutputItem[] {
  const { number, reasoning, text, toolCalls } = speech;
  const status = statusOf(speech);
  const calls = toolCalls.map(({ id, name, arguments: args }, index) => ({
    type: "function_call" as const,
    id: `fc_${number}_${index}`,
    call_id: id,
    name,
    arguments: args,
    status,
  }));
  const message = {
    type: "message" as const,
    id: `msg_${number}`,
    status,
    role: "assistant",
    content: [textPart(text)],
  };
  return [
    ...(reasoning === undefined
      ? []
      : [{ type: "reasoning" as const, id: `rs_${number}`, summary: [summaryPart(reasoning)] }]),
    ...(calls.length > 0 ? calls : [message]),
  ];
}

/** An item of a response's output. */
export type OutputItem = JsonObject & { readonly id: string } & (
    | { readonly type: "message" | "reasoning" }
    | { readonly type: "function_call"; readonly name: string; readonly arguments: string }
  );

/** The text of a message. */
export function textPart(text: string): JsonObject {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

/** The text of a reasoning item. */
export function summaryPart(text: string): JsonObject {
  return { type: "summary_text", text };
}

function incompleteReason({ finishReason }: Speech): string {
  return finishReason === "length" ? "max_output_tokens" : finishReason;
}
