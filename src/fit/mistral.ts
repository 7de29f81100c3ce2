import type { KnownFit } from "./known-fit.ts";

const page = { host: /^api\.mistral\.ai$/, endpoint: "chat", asOf: "2026-11-25" } as const;

/** Mistral. */
export const mistralFits: readonly KnownFit[] = [
  {
    ...page,
    rename: { max_completion_tokens: "max_tokens" },
    source: "https://github.com/editor-code-assistant/eca/issues/231",
  },
  {
    ...page,
    rename: { seed: "random_seed" },
    source: "https://docs.rs/crate/mistral-openapi-client/latest/source/docs/CompletionArgs.md",
  },
  {
    ...page,
    dropFromMessages: ["reasoning_content"],
    source: "https://github.com/charmbracelet/crush/issues/1590",
  },
  {
    ...page,
    toolCallIds: { length: 9 },
    source: "https://github.com/langchain-ai/langchain/pull/24668",
  },
];
