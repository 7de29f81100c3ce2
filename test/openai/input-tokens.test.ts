import { expect, it } from "vitest";
import { inputTokensOf } from "../../src/openai/input-tokens.ts";
import { oddBodies } from "../../src/testing/odd-bodies.ts";

const chat = (content: string) => ({ messages: [{ role: "user", content }] });
const aroundMessage = 4;

it.each([
  ["4 Latin characters", "word".repeat(1_000), 1_000],
  ["1 Chinese character", "字".repeat(1_000), 1_000],
  ["1 Japanese character", "かな".repeat(500), 1_000],
  ["1 Korean character", "글".repeat(1_000), 1_000],
  ["half an emoji", "👍".repeat(1_000), 2_000],
  ["2 Cyrillic characters", "да".repeat(1_000), 1_000],
])("counts a token for %s", (_what, content, tokens) => {
  expect(inputTokensOf("chat", chat(content))).toBe(tokens + aroundMessage);
});

it("samples a text of 10 MB", () => {
  const tokens = inputTokensOf("chat", chat("字word ".repeat(1_700_000)));
  const exact = 1_700_000 * (1 + 5 / 4);
  expect(tokens).toBeGreaterThan(exact * 0.9);
  expect(tokens).toBeLessThan(exact * 1.1);
});

it("weighs every text of the input, also after a long one", () => {
  const messages = [chat("a".repeat(8_000)).messages, chat("字".repeat(8_000)).messages].flat();
  expect(inputTokensOf("chat", { messages })).toBe(2_000 + 8_000 + 2 * aroundMessage);
});

it("counts token ids as they are", () => {
  expect(inputTokensOf("embeddings", { input: [1, 2, 3] })).toBe(3 + aroundMessage);
});

it("counts tool definitions", () => {
  const tools = [{ function: { description: "d".repeat(400) } }];
  const without = inputTokensOf("chat", chat("Hello"));
  expect(inputTokensOf("chat", { ...chat("Hello"), tools })).toBeGreaterThanOrEqual(without + 100);
});

it("comes to an end with a tool that contains itself", () => {
  const tool: Record<string, unknown> = {};
  tool["self"] = tool;
  expect(inputTokensOf("chat", { tools: [tool] })).toBeGreaterThan(0);
});

it("is 0 without any input", () => {
  expect(inputTokensOf("chat", {})).toBe(0);
});

it.each([...oddBodies])("takes %s for a number", (_what, bodyOf) => {
  for (const endpoint of ["chat", "responses", "completions", "embeddings"] as const) {
    expect(inputTokensOf(endpoint, bodyOf())).toBeGreaterThanOrEqual(0);
  }
});
