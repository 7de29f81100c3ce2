/**
 * What no target's refusal takes out of a request: without it the caller would get another answer than the one he asked for,
 * or more of them. Caps of the answer are here too: they are renamed or stay, as budgets count on them.
 */
export const essentialParams: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "input",
  "prompt",
  "instructions",
  "previous_response_id",
  "conversation",
  "tools",
  "tool_choice",
  "functions",
  "function_call",
  "response_format",
  "text",
  "modalities",
  "audio",
  "stream",
  "background",
  "web_search_options",
  "stop",
  "n",
  "dimensions",
  "encoding_format",
  "max_tokens",
  "max_completion_tokens",
  "max_output_tokens",
]);

/** The two names that chat endpoints have for the same cap. */
export const otherNames: ReadonlyMap<string, string> = new Map([
  ["max_tokens", "max_completion_tokens"],
  ["max_completion_tokens", "max_tokens"],
]);
