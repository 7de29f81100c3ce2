import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { usageOf } from "../../src/record/usage.ts";

const none = { cachedTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

describe("usageOf", () => {
  it.each([
    {
      provider: "OpenAI chat",
      usage: {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 40, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 0 },
      },
      expected: { promptTokens: 100, completionTokens: 50, cachedTokens: 40, reasoningTokens: 30 },
    },
    {
      provider: "OpenAI Responses",
      usage: {
        input_tokens: 100,
        input_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
        output_tokens: 50,
        output_tokens_details: { reasoning_tokens: 30 },
        total_tokens: 150,
      },
      expected: {
        promptTokens: 100,
        completionTokens: 50,
        cachedTokens: 40,
        cacheWriteTokens: 10,
        reasoningTokens: 30,
      },
    },
    {
      provider: "embeddings",
      usage: { prompt_tokens: 8, total_tokens: 8 },
      expected: { promptTokens: 8, completionTokens: 0 },
    },
    {
      provider: "DeepSeek",
      usage: {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 64 },
        prompt_cache_hit_tokens: 64,
        prompt_cache_miss_tokens: 36,
      },
      expected: { promptTokens: 100, completionTokens: 50, cachedTokens: 64 },
    },
    {
      provider: "DeepSeek with hits and misses alone",
      usage: { prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36, completion_tokens: 50 },
      expected: { promptTokens: 100, completionTokens: 50, cachedTokens: 64 },
    },
    {
      provider: "Moonshot",
      usage: { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150, cached_tokens: 40 },
      expected: { promptTokens: 100, completionTokens: 50, cachedTokens: 40 },
    },
    {
      provider: "OpenRouter",
      usage: {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 30 },
      },
      expected: { promptTokens: 100, completionTokens: 50, cachedTokens: 40, cacheWriteTokens: 30 },
    },
    {
      provider: "Anthropic, cache counts outside",
      usage: {
        input_tokens: 30,
        cache_read_input_tokens: 20,
        cache_creation_input_tokens: 5,
        output_tokens: 50,
      },
      expected: { promptTokens: 55, completionTokens: 50, cachedTokens: 20, cacheWriteTokens: 5 },
    },
    {
      provider: "a gateway with Anthropic's names, cache counts inside by the total",
      usage: {
        prompt_tokens: 55,
        cache_read_input_tokens: 20,
        cache_creation_input_tokens: 5,
        completion_tokens: 50,
        total_tokens: 105,
      },
      expected: { promptTokens: 55, completionTokens: 50, cachedTokens: 20, cacheWriteTokens: 5 },
    },
    {
      provider: "a gateway with Anthropic's names, cache counts outside by the total",
      usage: { prompt_tokens: 30, cache_read_input_tokens: 20, completion_tokens: 50, total_tokens: 100 },
      expected: { promptTokens: 50, completionTokens: 50, cachedTokens: 20 },
    },
    {
      provider: "a gateway with more cached than sent, so outside",
      usage: { prompt_tokens: 3, completion_tokens: 50, prompt_tokens_details: { cached_tokens: 20 } },
      expected: { promptTokens: 23, completionTokens: 50, cachedTokens: 20 },
    },
    {
      provider: "xAI, reasoning outside by the total",
      usage: {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 450,
        completion_tokens_details: { reasoning_tokens: 300 },
      },
      expected: { promptTokens: 100, completionTokens: 350, reasoningTokens: 300 },
    },
    {
      provider: "less reasoning than completion, outside by the total",
      usage: {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 180,
        completion_tokens_details: { reasoning_tokens: 30 },
      },
      expected: { promptTokens: 100, completionTokens: 80, reasoningTokens: 30 },
    },
    {
      provider: "more reasoning than completion, so outside, without a total",
      usage: { prompt_tokens: 1, completion_tokens: 2, completion_tokens_details: { reasoning_tokens: 7 } },
      expected: { promptTokens: 1, completionTokens: 9, reasoningTokens: 7 },
    },
    {
      provider: "Gemini, reasoning in the total alone",
      usage: { prompt_tokens: 20, completion_tokens: 151, total_tokens: 553 },
      expected: { promptTokens: 20, completionTokens: 533, reasoningTokens: 382 },
    },
    {
      provider: "Perplexity, reasoning at the top",
      usage: { prompt_tokens: 20, completion_tokens: 100, total_tokens: 120, reasoning_tokens: 60 },
      expected: { promptTokens: 20, completionTokens: 100, reasoningTokens: 60 },
    },
  ])("reads the usage of $provider", ({ usage, expected }) => {
    const totalTokens = expected.promptTokens + expected.completionTokens;
    expect(usageOf({ usage })).toEqual({ ...none, totalTokens, ...expected });
  });

  const plain = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };

  it.each([
    ["in the body of an answer", { id: "chatcmpl_1", usage: plain }],
    ["in the last chunk of a stream", { choices: [], usage: plain }],
    ["in the last event of a Responses stream", { type: "response.completed", response: { usage: plain } }],
    ["where Groq puts it", { usage: null, x_groq: { usage: plain } }],
    ["by itself", plain],
  ])("finds the usage %s", (_, json) => {
    expect(usageOf(json)).toEqual({ ...none, promptTokens: 3, completionTokens: 4, totalTokens: 7 });
  });

  it.each([
    ["no usage", { id: "chatcmpl_1" }],
    ["an empty usage", { usage: {} }],
    ["a total alone", { usage: { total_tokens: 9 } }],
    ["counts that are no numbers", { usage: { prompt_tokens: "3", completion_tokens: null } }],
    ["negative counts", { usage: { prompt_tokens: -3, completion_tokens: -4 } }],
    ["infinite counts", { usage: { prompt_tokens: Infinity, completion_tokens: Number.NaN } }],
    ["nothing", undefined],
    ["text", "usage"],
    ["a list", [plain]],
  ])("finds none in %s", (_, json) => {
    expect(usageOf(json)).toBeUndefined();
  });

  it("passes over details that are no counts", () => {
    const usage = { ...plain, prompt_tokens_details: { cached_tokens: -1 }, completion_tokens_details: "none" };
    expect(usageOf({ usage })).toEqual({ ...none, promptTokens: 3, completionTokens: 4, totalTokens: 7 });
  });

  it("takes anything, and keeps the parts within the whole", () => {
    const value = fc.oneof(fc.nat(), fc.integer(), fc.constantFrom(undefined, null, "7", Number.NaN, Infinity));
    const details = fc.record({ cached_tokens: value, cache_write_tokens: value, reasoning_tokens: value });
    const usage = fc.record({
      prompt_tokens: value,
      input_tokens: value,
      completion_tokens: value,
      total_tokens: value,
      cache_read_input_tokens: value,
      prompt_cache_miss_tokens: value,
      prompt_tokens_details: fc.oneof(details, fc.anything()),
      completion_tokens_details: fc.oneof(details, fc.anything()),
    });
    fc.assert(
      fc.property(usage, (report) => {
        const read = usageOf({ usage: report });
        if (read === undefined) return;
        expect(read.cachedTokens + read.cacheWriteTokens).toBeLessThanOrEqual(read.promptTokens);
        expect(read.reasoningTokens).toBeLessThanOrEqual(read.completionTokens);
        expect(read.totalTokens).toBe(read.promptTokens + read.completionTokens);
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.anything(), (json) => {
        expect(() => usageOf(json)).not.toThrow();
      }),
    );
  });
});
