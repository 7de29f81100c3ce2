import type { JsonObject } from "../glossary.ts";
import type { Speech } from "./speech.ts";

/** `{ usage }` in the words of Chat Completions and Completions; empty when the answer is to have none. */
export function chatUsage({ tokens, usage }: Speech): JsonObject {
  if (usage !== undefined) return usage === false ? {} : { usage };
  return {
    usage: {
      prompt_tokens: tokens.prompt,
      completion_tokens: tokens.completion,
      total_tokens: tokens.prompt + tokens.completion,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: tokens.reasoning },
    },
  };
}

/** `{ usage }` in the words of the Responses API; empty when the answer is to have none. */
export function responsesUsage({ tokens, usage }: Speech): JsonObject {
  if (usage !== undefined) return usage === false ? {} : { usage };
  return {
    usage: {
      input_tokens: tokens.prompt,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: tokens.completion,
      output_tokens_details: { reasoning_tokens: tokens.reasoning },
      total_tokens: tokens.prompt + tokens.completion,
    },
  };
}
