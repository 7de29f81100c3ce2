import type { JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import type { Behaviour } from "./behaviour.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { countTokens, cut, textIn } from "./text.ts";

/** What a simulated model says to one request, before an endpoint puts it into its words. */
export interface Speech {
  /** Number of the request: makes ids. */
  readonly number: number;
  readonly model: string;
  /** When, in seconds since the epoch. */
  readonly created: number;
  readonly text: string;
  /** The text as a stream brings it. */
  readonly pieces: readonly string[];
  readonly reasoning: string | undefined;
  readonly toolCalls: readonly SpokenToolCall[];
  readonly finishReason: string;
  readonly tokens: TokenCounts;
  /** The `usage` object that was asked for instead of a counted one; `false` for none. */
  readonly usage: JsonObject | false | undefined;
  /** Whether the caller asked for the usage of a stream. */
  readonly includeUsage: boolean;
}

/** A function call as it is sent. */
export interface SpokenToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** Tokens as the simulator counts them. */
export interface TokenCounts {
  readonly prompt: number;
  /** Reasoning included. */
  readonly completion: number;
  readonly reasoning: number;
}

/** Lets a model speak. */
export function speak(request: ReceivedRequest, behaviour: Behaviour): Speech {
  const toolCalls = toolCallsFor(request, behaviour);
  const text = toolCalls.length > 0 ? "" : replyTo(request, behaviour);
  const { reasoning, usage } = behaviour;
  const streamOptions = request.body["stream_options"];
  return {
    number: request.number,
    model: request.model,
    created: Math.floor(request.at / 1000),
    text,
    pieces: cut(text, behaviour.chunks),
    reasoning,
    toolCalls,
    finishReason: behaviour.finishReason ?? (toolCalls.length > 0 ? "tool_calls" : "stop"),
    tokens: count(request, [text, ...toolCalls.map((call) => call.name + call.arguments)].join(""), reasoning),
    usage,
    includeUsage: isRecord(streamOptions) && streamOptions["include_usage"] === true,
  };
}

function toolCallsFor(request: ReceivedRequest, { toolCalls = [] }: Behaviour): SpokenToolCall[] {
  if (endsInToolResult(request)) return [];
  return toolCalls.map((call, index) => ({
    id: `call_${request.number}_${index}`,
    name: call.name,
    arguments: typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments),
  }));
}

function count(request: ReceivedRequest, said: string, reasoning = ""): TokenCounts {
  const { instructions, messages, input, prompt } = request.body;
  const reasoningTokens = countTokens(reasoning);
  return {
    prompt: countTokens(textIn([instructions, messages, input, prompt])),
    completion: countTokens(said) + reasoningTokens,
    reasoning: reasoningTokens,
  };
}

function replyTo(request: ReceivedRequest, { reply }: Behaviour): string {
  if (typeof reply === "function") return reply(request);
  if (reply !== undefined) return reply;
  if (wantsJson(request)) return JSON.stringify({ model: request.model });
  return `This is ${request.model}, played by the provider simulator.`;
}

function wantsJson({ body }: ReceivedRequest): boolean {
  const text = body["text"];
  const format = body["response_format"] ?? (isRecord(text) ? text["format"] : undefined);
  return isRecord(format) && (format["type"] === "json_schema" || format["type"] === "json_object");
}

function endsInToolResult({ body }: ReceivedRequest): boolean {
  const turns = body["messages"] ?? body["input"];
  const last: unknown = Array.isArray(turns) ? turns.at(-1) : undefined;
  return isRecord(last) && (last["role"] === "tool" || last["type"] === "function_call_output");
}
