import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Endpoint, JsonObject } from "../../src/glossary.ts";
import { inputCharsOf, promptOf, turnsOf } from "../../src/openai/prompt.ts";

const says = (content: unknown, role = "user") => ({ role, content });
const text = (words: string) => ({ type: "text", text: words });
const picture = { type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(1_000)}` } };

/** Bodies no client sends and a router gets all the same. */
const garbage: readonly unknown[] = [
  null,
  undefined,
  "text",
  7,
  [],
  {},
  { messages: null, input: null, prompt: null },
  { messages: {}, input: {}, prompt: {} },
  { messages: "hello", input: 5, prompt: true },
  { messages: [null, undefined, 1, "a", [], {}, { role: "user" }, { role: "user", content: 5 }] },
  { messages: [{ role: "user", content: [null, 1, {}, { type: "text" }, { text: 5 }] }] },
  { messages: [{ role: "assistant", tool_calls: [null, {}, { function: 5 }, { function: {} }] }] },
  { input: [null, { role: "user", content: { text: "a" } }, { type: "reasoning", summary: "none" }] },
  { prompt: [[1, "a"], null, { a: 1 }], input: [[[]], null] },
];

const endpoints = ["chat", "responses", "embeddings", "completions"] as const;

describe("promptOf", () => {
  it("takes the last user message of a chat", () => {
    const messages = [
      says("first"),
      says("answer", "assistant"),
      says("second"),
      says("call", "assistant"),
      says("result", "tool"),
    ];
    expect(promptOf("chat", { messages })).toBe("second");
  });

  it("joins the texts of a message in parts and passes over its images", () => {
    expect(promptOf("chat", { messages: [says([text("What is"), picture, text("this?")])] })).toBe("What is\nthis?");
  });

  it("goes back to the last user message with text when the last one has none", () => {
    expect(promptOf("chat", { messages: [says("Describe it."), says([picture])] })).toBe("Describe it.");
  });

  it("is empty when the user said nothing", () => {
    expect(promptOf("chat", { messages: [says("Be brief.", "system")] })).toBe("");
  });

  it("takes a Responses input that is a string", () => {
    expect(promptOf("responses", { input: "Why?", instructions: "Be brief." })).toBe("Why?");
  });

  it("takes the last user item of a Responses input", () => {
    const input = [
      says([{ type: "input_text", text: "Why?" }]),
      { type: "function_call", name: "look", arguments: "{}" },
      { type: "function_call_output", output: "nothing" },
    ];
    expect(promptOf("responses", { input })).toBe("Why?");
  });

  it.each<[string, [Endpoint, JsonObject], string]>([
    ["a completion's prompt", ["completions", { prompt: "Once" }], "Once"],
    ["a completion's prompts", ["completions", { prompt: ["Once", "Twice"] }], "Once\nTwice"],
    ["an embedding's input", ["embeddings", { input: "Once" }], "Once"],
    ["an embedding's inputs", ["embeddings", { input: ["Once", "Twice"] }], "Once\nTwice"],
    ["token ids", ["completions", { prompt: [1, 2] }], ""],
  ])("takes %s", (_what, input, prompt) => {
    expect(promptOf(...input)).toBe(prompt);
  });

  it("keeps 8,192 characters whole", () => {
    const content = "a".repeat(8_192);
    expect(promptOf("chat", { messages: [says(content)] })).toBe(content);
  });

  it("takes the beginning and the end of a longer text", () => {
    const prompt = promptOf("chat", { messages: [says(`Begin${"-".repeat(10_000_000)}end.`)] });
    expect(prompt).toMatch(/^Begin-+\n\.\.\.\n-+end\.$/);
    expect(prompt.length).toBeLessThanOrEqual(8_192);
  });

  it("takes the beginning and the end of many short parts", () => {
    const parts = Array.from({ length: 200_000 }, (_, at) => text(`part ${at}`));
    const prompt = promptOf("chat", { messages: [says(parts)] });
    expect(prompt).toMatch(/^part 0\npart 1\n[^]+\n\.\.\.\n[^]+\npart 199998\npart 199999$/);
    expect(prompt.length).toBeLessThanOrEqual(8_192);
  });

  it.each([0, 1, 2, 3])("never splits a surrogate pair, with the text shifted by %i", (shift) => {
    const content = "a".repeat(shift) + "👍".repeat(9_000) + "a".repeat(shift % 2);
    expect(promptOf("chat", { messages: [says(content)] }).isWellFormed()).toBe(true);
  });

  it.each(endpoints)("takes any body of %s for a string", (endpoint) => {
    for (const body of garbage) expect(promptOf(endpoint, body as never)).toBeTypeOf("string");
  });
});

describe("inputCharsOf", () => {
  it("counts instructions and earlier turns", () => {
    const messages = [says("1234", "system"), says("12"), says("123", "assistant"), says([text("1"), text("1")])];
    expect(inputCharsOf("chat", { messages })).toBe(4 + 2 + 3 + 2);
  });

  it("counts the instructions and items of a Responses call", () => {
    const input = [
      says([{ type: "input_text", text: "12" }]),
      { type: "function_call", arguments: "1234" },
      { type: "function_call_output", output: "123" },
      { type: "reasoning", summary: [{ type: "summary_text", text: "1" }], encrypted_content: "secret".repeat(9) },
    ];
    expect(inputCharsOf("responses", { instructions: "12345", input })).toBe(5 + 2 + 4 + 3 + 1);
  });

  it("counts tool calls", () => {
    const tool_calls = [{ function: { name: "look", arguments: "{}" } }, { custom: { name: "run", input: "1" } }];
    expect(inputCharsOf("chat", { messages: [{ role: "assistant", content: null, tool_calls }] })).toBe(4 + 2 + 3 + 1);
  });

  it("does not count images, sound and files", () => {
    const sound = { type: "input_audio", input_audio: { data: "A".repeat(99), format: "wav" } };
    const file = { type: "file", file: { file_data: "A".repeat(99) } };
    const shot = { type: "computer_call_output", output: { type: "computer_screenshot", image_url: "data:A" } };
    expect(inputCharsOf("chat", { messages: [says([picture, sound, file, text("1")])] })).toBe(1);
    expect(inputCharsOf("responses", { input: [shot] })).toBe(0);
  });

  it("counts a token id as 4 characters", () => {
    expect(inputCharsOf("embeddings", { input: [[1, 2], [3]] })).toBe(12);
    expect(inputCharsOf("completions", { prompt: [1, 2] })).toBe(8);
  });

  it("counts a list of 300,000 parts", () => {
    const parts = Array.from({ length: 300_000 }, () => text("1"));
    expect(inputCharsOf("chat", { messages: [says(parts)] })).toBe(300_000);
  });

  it.each(endpoints)("takes any body of %s for a number", (endpoint) => {
    for (const body of garbage) expect(inputCharsOf(endpoint, body as never)).toBeGreaterThanOrEqual(0);
  });
});

describe("turnsOf", () => {
  it("counts the user's messages", () => {
    expect(turnsOf("chat", { messages: [says("a", "system"), says("b"), says("c", "assistant"), says("d")] })).toBe(2);
  });

  it.each([
    ["responses", { input: "Why?" }],
    ["completions", { prompt: "Once" }],
  ] as const)("is 1 for a text given to %s", (endpoint, body) => {
    expect(turnsOf(endpoint, body)).toBe(1);
  });

  it.each(endpoints)("takes any body of %s for a number", (endpoint) => {
    for (const body of garbage) expect(turnsOf(endpoint, body as never)).toBeGreaterThanOrEqual(0);
  });
});

describe("whatever the body", () => {
  const key = fc.constantFrom(
    "messages",
    "input",
    "prompt",
    "role",
    "content",
    "text",
    "tool_calls",
    "output",
    "__proto__",
  );
  const { tree: anything } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom("user", "chat", "\ud83d", "", null, undefined, 0, true),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
    ),
  }));

  it.each(endpoints)("reads %s without throwing", (endpoint) => {
    fc.assert(
      fc.property(anything, (body) => {
        expect(promptOf(endpoint, body as never).length).toBeLessThanOrEqual(8_192);
        expect(inputCharsOf(endpoint, body as never)).toBeGreaterThanOrEqual(0);
        expect(turnsOf(endpoint, body as never)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
