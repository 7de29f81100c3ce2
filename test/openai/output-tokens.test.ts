import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../src/glossary.ts";
import { outputTokensOf } from "../../src/openai/output-tokens.ts";
import { tokensOfBytes } from "../../src/openai/text-tokens.ts";

const word = (tokens: number) => "word".repeat(tokens);

describe("outputTokensOf", () => {
  it.each([
    ["the text of a completion", "chat", { choices: [{ message: { role: "assistant", content: word(10) } }] }],
    ["every choice", "chat", { choices: [{ message: { content: word(4) } }, { message: { content: word(6) } }] }],
    ["reasoning that is shown", "chat", { choices: [{ message: { content: word(3), reasoning_content: word(7) } }] }],
    [
      "tool calls",
      "chat",
      { choices: [{ message: { content: null, tool_calls: [{ function: { name: word(4), arguments: word(6) } }] } }] },
    ],
    ["refusals", "chat", { choices: [{ message: { content: [{ type: "refusal", refusal: word(10) }] } }] }],
    [
      "the output of a response",
      "responses",
      { output: [{ type: "message", content: [{ type: "output_text", text: word(10) }] }] },
    ],
    ["the calls of a response", "responses", { output: [{ type: "function_call", name: "f", arguments: word(10) }] }],
    ["completions of the old kind", "completions", { choices: [{ text: word(10) }] }],
  ] as const)("counts %s", (_, endpoint, answer) => {
    expect(outputTokensOf(endpoint, answer)).toBe(10);
  });

  it("counts nothing for embeddings", () => {
    expect(outputTokensOf("embeddings", { data: [{ embedding: [1, 2] }] })).toBe(0);
  });

  it("takes any answer", () => {
    const endpoint = fc.constantFrom<Endpoint>("chat", "responses", "completions", "embeddings");
    const part = fc.oneof(fc.anything(), fc.record({ message: fc.object(), content: fc.anything() }));
    const answer = fc.record({ choices: fc.oneof(fc.anything(), fc.array(part)), output: fc.array(part) });
    fc.assert(
      fc.property(endpoint, answer, (where, given) => {
        expect(outputTokensOf(where, given)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("tokensOfBytes", () => {
  it.each([
    ["Latin letters", "word".repeat(100), 100],
    ["Cyrillic letters", "да".repeat(100), 100],
  ])("is the rule for characters in UTF-8 for %s", (_, text, tokens) => {
    expect(tokensOfBytes(Buffer.byteLength(text))).toBe(tokens);
  });
});
