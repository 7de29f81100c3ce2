import type { KnownFit } from "./known-fit.ts";

/**
 * DeepSeek. Its `reasoning_content` is left in messages: earlier models refuse it, and later ones refuse a tool call that
 * comes back without it (NousResearch/hermes-agent#17212).
 */
export const deepseekFits: readonly KnownFit[] = [
  {
    host: /^api\.deepseek\.com$/,
    endpoint: "chat",
    roles: { developer: "system" },
    source: "https://github.com/theopenco/llmgateway/pull/3462",
    asOf: "2026-11-25",
  },
];
