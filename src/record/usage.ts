import type { Usage } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";

/**
 * The usage that an answer reports, whatever its provider calls the parts; `undefined` when it reports none. Takes the
 * body of an answer, a chunk or event of a stream, or the usage object itself. Never throws: what is no count of tokens
 * is passed over.
 */
export function usageOf(json: unknown): Usage | undefined {
  const counts = countsIn(reportIn(json));
  if (counts.prompt === undefined && counts.completion === undefined) return undefined;
  const promptTokens = promptOf(counts);
  const { completionTokens, reasoningTokens } = completionOf(counts, promptTokens);
  return {
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens,
    cachedTokens: counts.cached,
    cacheWriteTokens: counts.written,
    reasoningTokens,
  };
}

type Fields = Readonly<Record<string, unknown>>;

const nothing: Fields = {};

/** Where providers put the usage: in the body or chunk, in the last event of a Responses stream, in Groq's own place. */
function reportIn(json: unknown): Fields {
  const body = fieldsOf(json);
  const places = [body["usage"], fieldsOf(body["response"])["usage"], fieldsOf(body["x_groq"])["usage"]];
  return places.find(isRecord) ?? body;
}

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : nothing;
}

/** The counts as reported: what is inside of what is not yet known. */
interface Counts {
  readonly prompt: number | undefined;
  readonly completion: number | undefined;
  readonly total: number | undefined;
  readonly cached: number;
  readonly written: number;
  readonly reasoning: number;
  /** Cache counts come under Anthropic's names, whose `input_tokens` leave them out. */
  readonly anthropic: boolean;
}

function countsIn(report: Fields): Counts {
  const sent = fieldsOf(report["prompt_tokens_details"] ?? report["input_tokens_details"]);
  const received = fieldsOf(report["completion_tokens_details"] ?? report["output_tokens_details"]);
  const read = count(report["cache_read_input_tokens"]);
  const created = count(report["cache_creation_input_tokens"]);
  return {
    prompt: count(report["prompt_tokens"]) ?? count(report["input_tokens"]) ?? hitsAndMisses(report),
    completion: count(report["completion_tokens"]) ?? count(report["output_tokens"]),
    total: count(report["total_tokens"]),
    // The last two: DeepSeek, Moonshot.
    cached: largest(sent["cached_tokens"], read, report["prompt_cache_hit_tokens"], report["cached_tokens"]),
    written: largest(sent["cache_write_tokens"], sent["cache_creation_tokens"], created),
    reasoning: largest(received["reasoning_tokens"], report["reasoning_tokens"]),
    anthropic: read !== undefined || created !== undefined,
  };
}

/** DeepSeek's own way to say what was sent; hits and misses together are the whole prompt. */
function hitsAndMisses(report: Fields): number | undefined {
  const misses = count(report["prompt_cache_miss_tokens"]);
  return misses === undefined ? undefined : misses + (count(report["prompt_cache_hit_tokens"]) ?? 0);
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value < Infinity ? value : undefined;
}

function largest(...values: readonly unknown[]): number {
  return Math.max(0, ...values.map((value) => count(value) ?? 0));
}

function promptOf(counts: Counts): number {
  const { prompt = 0, cached, written } = counts;
  return isCacheOutside(counts) ? prompt + cached + written : prompt;
}

function isCacheOutside({ prompt = 0, completion = 0, total, cached, written, anthropic }: Counts): boolean {
  if (cached + written > prompt) return true;
  if (!anthropic) return false;
  return total === undefined || total === prompt + cached + written + completion;
}

/** Some providers count reasoning beside the completion: the total tells, or that there is more of it than of the whole. */
function completionOf(counts: Counts, prompt: number): Pick<Usage, "completionTokens" | "reasoningTokens"> {
  const { completion = 0, total = 0 } = counts;
  const surplus = Math.max(0, total - prompt - completion);
  const reasoning = counts.reasoning === 0 ? unnamedReasoning(counts, surplus) : counts.reasoning;
  const isOutside = reasoning > completion || reasoning === surplus;
  return { completionTokens: isOutside ? completion + reasoning : completion, reasoningTokens: reasoning };
}

// Gemini counts its thoughts in the total, and nowhere else.
function unnamedReasoning({ prompt, completion }: Counts, surplus: number): number {
  return prompt === undefined || completion === undefined ? 0 : surplus;
}
