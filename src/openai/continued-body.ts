import type { JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import type { ContinueStyle } from "../options.ts";
import { listOf } from "./input.ts";

/** What was given out of an answer that another target is to continue. */
export interface GivenText {
  readonly text: string;
  /** About how many tokens that was. */
  readonly tokens: number;
}

const marks: Readonly<Record<ContinueStyle, { readonly message?: JsonObject; readonly body?: JsonObject }>> = {
  // https://api-docs.deepseek.com/guides/chat_prefix_completion, https://docs.mistral.ai/capabilities/completion/
  prefix: { message: { prefix: true } },
  // https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
  "continue-final-message": { body: { continue_final_message: true, add_generation_prompt: false } },
  // A last message of the assistant is continued as it is.
  prefill: {},
};

/** The body that asks a target to go on from a text: that text is its last message, or the end of its prompt. */
export function continuedBody(body: JsonObject, style: ContinueStyle, given: GivenText): JsonObject {
  const text = sentText(style, given.text);
  const rest = withTokensLeft(body, given.tokens);
  if (typeof body["prompt"] === "string") return { ...rest, prompt: body["prompt"] + text };
  const mark = marks[style];
  return { ...rest, ...mark.body, messages: withText(listOf(body["messages"]), text, mark.message) };
}

/** What of the text is sent: some models refuse a message that ends in white space. */
export function sentText(style: ContinueStyle, text: string): string {
  return style === "prefill" ? text.trimEnd() : text;
}

// The caller may have written the beginning of the answer himself.
function withText(messages: readonly unknown[], text: string, mark: JsonObject | undefined): readonly unknown[] {
  const last = messages.at(-1);
  const begun =
    isRecord(last) && last["role"] === "assistant" && typeof last["content"] === "string" ? last : undefined;
  if (begun === undefined) return [...messages, { role: "assistant", content: text, ...mark }];
  return [...messages.slice(0, -1), { ...begun, content: `${String(begun["content"])}${text}`, ...mark }];
}

// What is left of the tokens that the answer may have, by estimate.
function withTokensLeft(body: JsonObject, tokens: number): JsonObject {
  const left: Record<string, unknown> = { ...body };
  for (const name of ["max_tokens", "max_completion_tokens"]) {
    const limit = body[name];
    if (typeof limit === "number") left[name] = Math.max(1, limit - tokens);
  }
  return left;
}
