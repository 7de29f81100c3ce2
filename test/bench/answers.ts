import { prompt } from "./prompts.ts";

const id = "chatcmpl-Bq1zKc9yT4mXw0nRuE7sLhVgD2PfA";
const created = 1_760_000_000;
const model = "a-model-2025-08-07";
const usage = {
  prompt_tokens: 1_012,
  completion_tokens: 200,
  total_tokens: 1_212,
  prompt_tokens_details: { cached_tokens: 512, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

/** A chat completion of about 1 kB. */
export const completionJson = JSON.stringify({
  id,
  object: "chat.completion",
  created,
  model,
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: prompt(0, 400), refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage,
  service_tier: "default",
  system_fingerprint: "fp_3f58d112f7",
});

/** What a provider in trouble answers. */
export const errorJson = JSON.stringify({
  error: {
    message: "The server had an error while processing your request.",
    type: "server_error",
    param: null,
    code: null,
  },
});

/** The events of a chat completion that streams: `chunks` with a delta, the one that ends it, usage if asked, `[DONE]`. */
export function streamEvents(chunks: number, withUsage: boolean): readonly Uint8Array[] {
  const words = prompt(1, chunks * 12).split(" ");
  const deltas = Array.from({ length: chunks }, (_, index) =>
    index === 0 ? { role: "assistant", content: "", refusal: null } : { content: ` ${words[index] ?? ""}` },
  );
  return [
    ...deltas.map((delta) => chunkOf([{ index: 0, delta, logprobs: null, finish_reason: null }])),
    chunkOf([{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }]),
    ...(withUsage ? [chunkOf([], { usage })] : []),
    "[DONE]",
  ].map((data) => Buffer.from(`data: ${data}\n\n`));
}

function chunkOf(choices: readonly object[], more: object = {}): string {
  const facts = { id, object: "chat.completion.chunk", created, model, system_fingerprint: "fp_3f58d112f7" };
  return JSON.stringify({ ...facts, choices, ...more });
}
