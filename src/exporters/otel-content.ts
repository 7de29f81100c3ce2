import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";

/** The input of a call in the form of `gen_ai.input.messages`: roles with parts. Images and sounds are named, not copied. */
export function inputMessagesOf(endpoint: Endpoint, body: JsonObject): string {
  const { messages, input, prompt, instructions } = body;
  const turns = endpoint === "chat" ? messages : endpoint === "completions" ? prompt : input;
  const all = typeof turns === "string" ? [{ role: "user", content: turns }] : Array.isArray(turns) ? turns : [];
  const system = typeof instructions === "string" ? [{ role: "system", content: instructions }] : [];
  return JSON.stringify([...system, ...all].map((turn: unknown) => messageOf(turn)));
}

/**
 * An answer in the form of `gen_ai.output.messages`: a message for each choice, with why it ended. Undefined for what is no
 * text, such as embeddings.
 */
export function outputMessagesOf(body: JsonObject, finishReasons: readonly string[]): string | undefined {
  const { choices, output } = body;
  if (Array.isArray(output)) return JSON.stringify([messageOfOutput(output.filter(isRecord), finishReasons[0])]);
  if (!Array.isArray(choices)) return undefined;
  return JSON.stringify(choices.filter(isRecord).map((choice) => messageOfChoice(choice)));
}

function messageOfChoice({ message, text, finish_reason: reason }: JsonObject): object {
  if (!isRecord(message)) return { role: "assistant", parts: partsOf(text), finish_reason: reasonOf(reason) };
  const { role, parts } = messageOf(message);
  const refusal = typeof message["refusal"] === "string" ? [{ type: "refusal", content: message["refusal"] }] : [];
  return { role, parts: [...parts, ...refusal], finish_reason: reasonOf(reason) };
}

function messageOfOutput(items: readonly JsonObject[], status: string | undefined): object {
  const parts = items.flatMap((item) => (item["type"] === "message" ? partsOf(item["content"]) : partsOfItem(item)));
  const isCall = status === "completed" && items.some(({ type }) => type === "function_call");
  return { role: "assistant", parts, finish_reason: reasonOf(isCall ? "tool_calls" : status) };
}

function partsOfItem({ type, call_id: id, name, arguments: given }: JsonObject): readonly object[] {
  return type === "function_call" ? [{ type: "tool_call", id, name, arguments: given }] : [];
}

// The words of the conventions for what the API calls otherwise; an answer that ends without a reason broke off.
const reasons: Readonly<Record<string, string>> = {
  tool_calls: "tool_call",
  function_call: "tool_call",
  completed: "stop",
  max_output_tokens: "length",
};

function reasonOf(reason: unknown): string {
  return typeof reason === "string" ? (reasons[reason] ?? reason) : "error";
}

function messageOf(turn: unknown): { readonly role: unknown; readonly parts: readonly object[] } {
  if (!isRecord(turn)) return { role: "user", parts: [{ type: "text", content: String(turn) }] };
  const { role = "user", content, tool_calls: toolCalls, tool_call_id: callId } = turn;
  if (typeof callId === "string")
    return { role, parts: [{ type: "tool_call_response", id: callId, response: content }] };
  const calls = Array.isArray(toolCalls) ? toolCalls.map((call: unknown) => toolCallOf(call)) : [];
  return { role, parts: [...partsOf(content), ...calls] };
}

function partsOf(content: unknown): readonly object[] {
  if (typeof content === "string") return [{ type: "text", content }];
  if (!Array.isArray(content)) return [];
  return content.map((part: unknown) => {
    if (!isRecord(part)) return { type: "text", content: String(part) };
    return typeof part["text"] === "string" ? { type: "text", content: part["text"] } : { type: part["type"] };
  });
}

function toolCallOf(call: unknown): object {
  if (!isRecord(call)) return { type: "tool_call" };
  const called = isRecord(call["function"]) ? call["function"] : {};
  return { type: "tool_call", id: call["id"], name: called["name"], arguments: called["arguments"] };
}
