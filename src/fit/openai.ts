import type { KnownFit } from "./known-fit.ts";

const host = /^api\.openai\.com$|\.openai\.azure\.com$/;
const asOf = "2026-11-25";

const oSeries = /^o[134](?:-(?:mini|preview|pro))?(?:-\d{4}-\d\d-\d\d)?$/;
// Not `gpt-5-chat`, which does not reason, and not 5.1 and later, which take a temperature where the effort is "none".
const gpt5 = /^gpt-5(?:-(?:mini|nano|pro))?(?:-\d{4}-\d\d-\d\d)?$/;
const reasoning = /^(?:o\d|gpt-5(?!-chat))/;
const plain = /^(?:gpt-4|gpt-3\.5|chatgpt-4o)/;

const sampling = ["temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs"];

/** OpenAI, also on Azure where the deployment is called as the model is. */
export const openaiFits: readonly KnownFit[] = [
  {
    host,
    models: reasoning,
    endpoint: "chat",
    rename: { max_tokens: "max_completion_tokens" },
    source: "https://github.com/openai/openai-python/issues/2046",
    asOf,
  },
  {
    host,
    models: oSeries,
    endpoint: "chat",
    drop: sampling,
    source: "https://community.openai.com/t/developer-role-not-accepted-for-o1-o1-mini-o3-mini/1110750/7",
    asOf,
  },
  {
    host,
    models: gpt5,
    endpoint: "chat",
    drop: sampling,
    source:
      "https://community.openai.com/t/request-for-compatibility-matrix-reasoning-effort-sampling-parameters-across-gpt-5-series/1371738",
    asOf,
  },
  {
    host,
    models: plain,
    endpoint: "chat",
    drop: ["reasoning_effort"],
    source: "https://github.com/davidmigloz/langchain_dart/issues/712",
    asOf,
  },
  {
    host,
    endpoint: "chat",
    toolCallIds: { maxLength: 40 },
    source: "https://github.com/vercel/ai/issues/5171",
    asOf,
  },
];
