import { describe, expect, it } from "vitest";
import type { PriceByKind } from "../../src/glossary.ts";
import { costOf } from "../../src/record/cost.ts";
import { usageOf } from "../../src/record/usage.ts";

// USD per million tokens, each kind in a decimal place of its own: the cost shows what was charged as what.
const price: PriceByKind = {
  promptUsd: 1,
  cachedUsd: 0.01,
  cacheWriteUsd: 100,
  completionUsd: 10_000,
  reasoningUsd: 1_000_000,
};

/** Tokens of each kind, in millions. */
interface Charged {
  readonly fresh: number;
  readonly cached?: number;
  readonly written?: number;
  readonly completion: number;
  readonly reasoning?: number;
}

function usdOf({ fresh, cached = 0, written = 0, completion, reasoning = 0 }: Charged): number {
  return fresh + cached * 0.01 + written * 100 + completion * 10_000 + reasoning * 1_000_000;
}

const million = 1_000_000;

describe("the cost of what a provider reports", () => {
  it.each<{ readonly provider: string; readonly json: object; readonly charged: Charged }>([
    {
      provider: "OpenAI chat: cached inside the prompt, reasoning inside the completion",
      json: {
        usage: {
          prompt_tokens: 9 * million,
          completion_tokens: 8 * million,
          total_tokens: 17 * million,
          prompt_tokens_details: { cached_tokens: 4 * million, audio_tokens: 0 },
          completion_tokens_details: {
            reasoning_tokens: 3 * million,
            audio_tokens: 0,
            accepted_prediction_tokens: 0,
            rejected_prediction_tokens: 0,
          },
        },
      },
      charged: { fresh: 5, cached: 4, completion: 5, reasoning: 3 },
    },
    {
      provider: "OpenAI Responses",
      json: {
        usage: {
          input_tokens: 9 * million,
          input_tokens_details: { cached_tokens: 4 * million, cache_write_tokens: 2 * million },
          output_tokens: 8 * million,
          output_tokens_details: { reasoning_tokens: 3 * million },
          total_tokens: 17 * million,
        },
      },
      charged: { fresh: 3, cached: 4, written: 2, completion: 5, reasoning: 3 },
    },
    {
      provider: "the last event of a Responses stream",
      json: {
        type: "response.completed",
        response: { usage: { input_tokens: 2 * million, output_tokens: 3 * million, total_tokens: 5 * million } },
      },
      charged: { fresh: 2, completion: 3 },
    },
    {
      provider: "DeepSeek: cache hits and misses, reasoning inside",
      json: {
        usage: {
          prompt_tokens: 9 * million,
          completion_tokens: 8 * million,
          total_tokens: 17 * million,
          prompt_tokens_details: { cached_tokens: 7 * million },
          completion_tokens_details: { reasoning_tokens: 6 * million },
          prompt_cache_hit_tokens: 7 * million,
          prompt_cache_miss_tokens: 2 * million,
        },
      },
      charged: { fresh: 2, cached: 7, completion: 2, reasoning: 6 },
    },
    {
      provider: "xAI: reasoning beside the completion",
      json: {
        usage: {
          prompt_tokens: 3 * million,
          completion_tokens: 2 * million,
          total_tokens: 9 * million,
          completion_tokens_details: { reasoning_tokens: 4 * million },
        },
      },
      charged: { fresh: 3, completion: 2, reasoning: 4 },
    },
    {
      provider: "Gemini: reasoning in the total alone",
      json: { usage: { prompt_tokens: 3 * million, completion_tokens: 2 * million, total_tokens: 9 * million } },
      charged: { fresh: 3, completion: 2, reasoning: 4 },
    },
    {
      provider: "Anthropic: cache reads and writes beside the input",
      json: {
        usage: {
          input_tokens: 3 * million,
          cache_read_input_tokens: 4 * million,
          cache_creation_input_tokens: 5 * million,
          output_tokens: 2 * million,
        },
      },
      charged: { fresh: 3, cached: 4, written: 5, completion: 2 },
    },
    {
      provider: "Mistral: the three counts and no details",
      json: { usage: { prompt_tokens: 3 * million, completion_tokens: 2 * million, total_tokens: 5 * million } },
      charged: { fresh: 3, completion: 2 },
    },
    {
      provider: "Groq: in the last chunk, with its times",
      json: {
        choices: [],
        x_groq: {
          usage: {
            queue_time: 0.05,
            prompt_tokens: 3 * million,
            prompt_time: 0.01,
            completion_tokens: 2 * million,
            completion_time: 0.4,
            total_tokens: 5 * million,
            total_time: 0.41,
          },
        },
      },
      charged: { fresh: 3, completion: 2 },
    },
    {
      provider: "Qwen: both ways to say what was cached",
      json: {
        usage: {
          prompt_tokens: 5 * million,
          completion_tokens: 2 * million,
          total_tokens: 7 * million,
          prompt_tokens_details: { cached_tokens: 3 * million },
          completion_tokens_details: { reasoning_tokens: million },
          cached_tokens: 3 * million,
        },
      },
      charged: { fresh: 2, cached: 3, completion: 1, reasoning: 1 },
    },
    {
      provider: "embeddings: no completion",
      json: { usage: { prompt_tokens: 3 * million, total_tokens: 3 * million } },
      charged: { fresh: 3, completion: 0 },
    },
  ])("is right for $provider", ({ json, charged }) => {
    expect(costOf(usageOf(json), price)).toBeCloseTo(usdOf(charged), 6);
  });
});
