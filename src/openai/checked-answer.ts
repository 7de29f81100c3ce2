import type { CheckedAnswer, Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { listOf, textsOf } from "./input.ts";

type Seen = Pick<CheckedAnswer, "text" | "toolCalls" | "finishReason" | "refusal">;
type ToolCall = CheckedAnswer["toolCalls"][number];

/** What a body answers, as checks see it: each of several choices. A body without any is an answer that says nothing. */
export function answersIn(endpoint: CheckedAnswer["endpoint"], body: JsonObject): readonly CheckedAnswer[] {
  const seen = endpoint === "responses" ? [ofResponse(body)] : listOf(body["choices"]).filter(isRecord).map(ofChoice);
  return (seen.length === 0 ? [nothing] : seen).map((one) => new SeenAnswer(endpoint, body, one));
}

/** Whether an endpoint's answers say anything that could be checked. */
export function isChecked(endpoint: Endpoint): endpoint is CheckedAnswer["endpoint"] {
  return endpoint !== "embeddings";
}

class SeenAnswer implements CheckedAnswer {
  readonly endpoint: CheckedAnswer["endpoint"];
  readonly body: JsonObject;
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: string | undefined;
  readonly refusal: string | undefined;
  #json: { readonly value: unknown } | undefined;

  constructor(endpoint: CheckedAnswer["endpoint"], body: JsonObject, seen: Seen) {
    this.endpoint = endpoint;
    this.body = body;
    this.text = seen.text;
    this.toolCalls = seen.toolCalls;
    this.finishReason = seen.finishReason;
    this.refusal = seen.refusal;
  }

  json(): unknown {
    this.#json ??= { value: parsed(this.text) };
    return this.#json.value;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message quotes the text, and messages end up in logs.
    throw new SyntaxError("The text of the answer is not JSON.");
  }
}

const nothing: Seen = { text: "", toolCalls: [], finishReason: undefined, refusal: undefined };

function ofChoice(choice: JsonObject): Seen {
  const finishReason = wordOf(choice["finish_reason"]);
  const { message } = choice;
  if (!isRecord(message)) return { ...nothing, text: wordOf(choice["text"]) ?? "", finishReason };
  const { content, audio } = message;
  const spoken = isRecord(audio) ? wordOf(audio["transcript"]) : undefined;
  return {
    text: textsOf(content).join("") || (spoken ?? ""),
    toolCalls: [...listOf(message["tool_calls"]), { function: message["function_call"] }].flatMap(ofToolCall),
    finishReason,
    refusal: wordOf(message["refusal"]),
  };
}

function ofToolCall(call: unknown): ToolCall[] {
  if (!isRecord(call)) return [];
  const made = [call["function"], call["custom"]].find(isRecord);
  return made === undefined ? [] : [toolCall(made, "")];
}

function toolCall(made: JsonObject, name: string): ToolCall {
  return { name: wordOf(made["name"]) ?? name, arguments: wordOf(made["arguments"] ?? made["input"]) ?? "" };
}

// Tools that the provider itself has used: what they found goes into the text.
const providersOwn: ReadonlySet<string> = new Set([
  "web_search_call",
  "file_search_call",
  "code_interpreter_call",
  "mcp_call",
]);

function ofResponse(body: JsonObject): Seen {
  const items = listOf(body["output"]).filter(isRecord);
  const parts = items.filter(({ type }) => type === "message").flatMap(({ content }) => listOf(content));
  const refusals = parts.filter(isRecord).flatMap((part) => wordOf(part["refusal"]) ?? []);
  const { incomplete_details: details } = body;
  return {
    text: parts
      .filter((part) => !isRecord(part) || part["type"] !== "refusal")
      .flatMap((part) => textsOf([part]))
      .join(""),
    toolCalls: items.flatMap((item) => ofItem(item, String(item["type"]))),
    finishReason: (isRecord(details) ? wordOf(details["reason"]) : undefined) ?? wordOf(body["status"]),
    refusal: refusals.length === 0 ? undefined : refusals.join("\n"),
  };
}

function ofItem(item: JsonObject, type: string): ToolCall[] {
  const isCall = /_call$|^mcp_approval_request$/.test(type) && !providersOwn.has(type);
  return isCall ? [toolCall(item, type)] : [];
}

function wordOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
