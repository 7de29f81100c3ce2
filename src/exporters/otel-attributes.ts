import type { Attributes } from "@opentelemetry/api";
import type { GivenAnswer } from "../given-answer.ts";
import type { AttemptRecord, Endpoint, JsonObject, RouteRecord, Usage } from "../glossary.ts";

/*
 * Names of the semantic conventions for generative AI, as of version 1.45.0 of `@opentelemetry/semantic-conventions` (they
 * are in development; a test holds these against that package), and of our own, which begin with `modelrouter.`.
 */

/** What the conventions call the operation of an endpoint. */
export const operations: Readonly<Record<Endpoint, string>> = {
  chat: "chat",
  responses: "chat",
  embeddings: "embeddings",
  completions: "text_completion",
};

const providers: readonly (readonly [host: RegExp, provider: string])[] = [
  [/(^|\.)api\.deepseek\.com$/, "deepseek"],
  [/(^|\.)api\.anthropic\.com$/, "anthropic"],
  [/\.openai\.azure\.com$/, "azure.ai.openai"],
  [/\.services\.ai\.azure\.com$/, "azure.ai.inference"],
  [/^bedrock-runtime\..*\.amazonaws\.com$/, "aws.bedrock"],
  [/^generativelanguage\.googleapis\.com$/, "gcp.gemini"],
  [/aiplatform\.googleapis\.com$/, "gcp.vertex_ai"],
  [/(^|\.)api\.groq\.com$/, "groq"],
  [/(^|\.)api\.mistral\.ai$/, "mistral_ai"],
  [/(^|\.)api\.cohere\.(ai|com)$/, "cohere"],
  [/(^|\.)api\.perplexity\.ai$/, "perplexity"],
  [/(^|\.)api\.x\.ai$/, "x_ai"],
];

/**
 * The provider at a host, by the conventions' names. `openai` for any other host: it speaks the OpenAI API, and the
 * attribute tells the flavour of the telemetry, not who owns the machine.
 */
function providerAt(hostname: string): string {
  return providers.find(([host]) => host.test(hostname))?.[1] ?? "openai";
}

/** `server.address`, `server.port` and the provider at a base URL. */
export function serverAttributes(baseURL: string | undefined): Attributes {
  const url = baseURL === undefined ? null : URL.parse(baseURL);
  if (url === null) return { "gen_ai.provider.name": "openai" };
  return {
    "gen_ai.provider.name": providerAt(url.hostname),
    "server.address": url.hostname,
    "server.port": url.port === "" ? (url.protocol === "http:" ? 80 : 443) : Number(url.port),
  };
}

const numbers: Readonly<Record<string, string>> = {
  max_tokens: "gen_ai.request.max_tokens",
  max_completion_tokens: "gen_ai.request.max_tokens",
  max_output_tokens: "gen_ai.request.max_tokens",
  temperature: "gen_ai.request.temperature",
  top_p: "gen_ai.request.top_p",
  frequency_penalty: "gen_ai.request.frequency_penalty",
  presence_penalty: "gen_ai.request.presence_penalty",
  seed: "gen_ai.request.seed",
};

/** What the caller asked for besides content. */
export function requestAttributes(body: JsonObject): Attributes {
  const attributes: Attributes = {};
  for (const [param, name] of Object.entries(numbers)) {
    const value = body[param];
    if (typeof value === "number") attributes[name] = value;
  }
  const { n, stop, service_tier: serviceTier, stream } = body;
  if (typeof n === "number" && n !== 1) attributes["gen_ai.request.choice.count"] = n;
  if (typeof stop === "string") attributes["gen_ai.request.stop_sequences"] = [stop];
  else if (Array.isArray(stop)) attributes["gen_ai.request.stop_sequences"] = stop.map(String);
  if (typeof serviceTier === "string" && serviceTier !== "auto")
    attributes["openai.request.service_tier"] = serviceTier;
  if (stream === true) attributes["gen_ai.request.stream"] = true;
  return attributes;
}

function usageAttributes(usage: Usage | undefined): Attributes {
  if (usage === undefined) return {};
  const { promptTokens, completionTokens, cachedTokens, cacheWriteTokens, reasoningTokens } = usage;
  const attributes: Attributes = {
    "gen_ai.usage.input_tokens": promptTokens,
    "gen_ai.usage.output_tokens": completionTokens,
  };
  if (cachedTokens > 0) attributes["gen_ai.usage.cache_read.input_tokens"] = cachedTokens;
  if (cacheWriteTokens > 0) attributes["gen_ai.usage.cache_creation.input_tokens"] = cacheWriteTokens;
  if (reasoningTokens > 0) attributes["gen_ai.usage.reasoning.output_tokens"] = reasoningTokens;
  if (usage.estimated === true) attributes["modelrouter.usage.estimated"] = true;
  return attributes;
}

/** How an attempt ended. */
export function attemptAttributes({ status, failure, usage, costUsd, key }: AttemptRecord): Attributes {
  const attributes = usageAttributes(usage);
  if (status !== undefined) attributes["http.response.status_code"] = status;
  if (failure !== undefined) attributes["error.type"] = failure;
  if (costUsd !== undefined) attributes["modelrouter.cost_usd"] = costUsd;
  if (key !== undefined) attributes["modelrouter.key.label"] = key;
  return attributes;
}

/** What the provider said of its answer besides what it says. */
export function answerAttributes({ id, model, finishReasons }: GivenAnswer): Attributes {
  const attributes: Attributes = {};
  if (id !== undefined) attributes["gen_ai.response.id"] = id;
  if (model !== undefined) attributes["gen_ai.response.model"] = model;
  if (finishReasons.length > 0) attributes["gen_ai.response.finish_reasons"] = [...finishReasons];
  return attributes;
}

/** How a call ended, and why it went where it went. */
export function recordAttributes(record: RouteRecord): Attributes {
  const { tier, target, model, region, downgradedFrom, costUsd, savedUsd, ttftMs, task, tags } = record;
  const known: Readonly<Record<string, string | number | undefined>> = {
    "modelrouter.target": target,
    "modelrouter.model": model,
    "modelrouter.region": region,
    "modelrouter.downgraded_from": downgradedFrom,
    "modelrouter.cost_usd": costUsd,
    "modelrouter.saved_usd": savedUsd,
    "modelrouter.task": task,
    "modelrouter.experiment": record.experiment,
    "modelrouter.variant": record.variant,
    "gen_ai.response.time_to_first_chunk": ttftMs === undefined ? undefined : ttftMs / 1000,
  };
  const attributes: Attributes = {
    "modelrouter.tier": tier,
    "modelrouter.outcome": record.outcome,
    "modelrouter.fell_back": record.fellBack,
    "modelrouter.attempts": record.attempts.length,
  };
  for (const [name, value] of Object.entries(known)) if (value !== undefined) attributes[name] = value;
  for (const [tag, value] of Object.entries(tags)) attributes[`modelrouter.tag.${tag}`] = value;
  return attributes;
}
