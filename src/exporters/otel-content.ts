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

function messageOf(turn: unknown): object {
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
