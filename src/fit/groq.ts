import type { KnownFit } from "./known-fit.ts";

const page = { host: /^api\.groq\.com$/, endpoint: "chat", asOf: "2026-11-25" } as const;

/** Groq. */
export const groqFits: readonly KnownFit[] = [
  {
    ...page,
    drop: ["logprobs", "top_logprobs", "logit_bias"],
    dropFromMessages: ["name"],
    source: "https://console.groq.com/docs/openai",
  },
  {
    ...page,
    dropFromMessages: ["reasoning_content"],
    source: "https://github.com/janhq/jan/issues/8136",
  },
];
