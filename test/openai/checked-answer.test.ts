import { describe, expect, it } from "vitest";
import { answersIn } from "../../src/openai/checked-answer.ts";

const only = (endpoint: "chat" | "responses" | "completions", body: object) => {
  const [{ text, toolCalls, finishReason, refusal } = { text: undefined }] = answersIn(endpoint, body as never);
  return { text, toolCalls, finishReason, refusal };
};

const chat = (message: object, finish = "stop") => only("chat", { choices: [{ message, finish_reason: finish }] });
const responses = (output: readonly object[], more: object = { status: "completed" }) =>
  only("responses", { output, ...more });

const saying = (...content: object[]) => ({ type: "message", content });

describe("a chat completion as checks see it", () => {
  it("has a text and why it ends", () => {
    expect(chat({ content: "x" }, "length")).toEqual({
      text: "x",
      toolCalls: [],
      finishReason: "length",
      refusal: undefined,
    });
  });

  it.each<[string, object, object]>([
    [
      "a text in parts",
      {
        content: [
          { type: "text", text: "x" },
          { type: "text", text: "y" },
        ],
      },
      { text: "xy" },
    ],
    ["a text that was spoken", { content: null, audio: { transcript: "x" } }, { text: "x" }],
    ["a refusal", { content: null, refusal: "no" }, { text: "", refusal: "no" }],
    [
      "tool calls",
      {
        content: null,
        tool_calls: [{ function: { name: "f", arguments: "{}" } }, { custom: { name: "c", input: "i" } }],
      },
      {
        toolCalls: [
          { name: "f", arguments: "{}" },
          { name: "c", arguments: "i" },
        ],
      },
    ],
    [
      "a function call of old",
      { content: null, function_call: { name: "f", arguments: "{}" } },
      { toolCalls: [{ name: "f", arguments: "{}" }] },
    ],
    ["nothing", {}, { text: "", toolCalls: [], refusal: undefined }],
  ])("has %s", (_, message, seen) => {
    expect(chat(message)).toMatchObject(seen);
  });

  it.each([{}, { choices: [] }, { choices: "x" }, { choices: [5] }])("says nothing where there is none: %j", (body) => {
    expect(only("chat", body)).toMatchObject({ text: "", toolCalls: [] });
  });
});

describe("a response as checks see it", () => {
  it.each<[string, object[], object]>([
    [
      "the text of its messages",
      [saying({ type: "output_text", text: "x" }, { type: "output_text", text: "y" })],
      { text: "xy", finishReason: "completed" },
    ],
    ["a refusal apart from the text", [saying({ type: "refusal", refusal: "no" })], { text: "", refusal: "no" }],
    [
      "calls of functions and custom tools",
      [
        { type: "function_call", name: "f", arguments: "{}" },
        { type: "custom_tool_call", name: "c", input: "i" },
      ],
      {
        toolCalls: [
          { name: "f", arguments: "{}" },
          { name: "c", arguments: "i" },
        ],
      },
    ],
    ["images that were made", [{ type: "image_generation_call" }], { toolCalls: [{ name: "image_generation_call" }] }],
    ["no calls that the provider made itself", [{ type: "web_search_call" }, { type: "mcp_call" }], { toolCalls: [] }],
    ["no reasoning", [{ type: "reasoning", summary: [{ text: "hm" }] }], { text: "", toolCalls: [] }],
  ])("has %s", (_, output, seen) => {
    expect(responses(output)).toMatchObject(seen);
  });

  it("says why it is incomplete", () => {
    const more = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
    expect(responses([], more)).toMatchObject({ finishReason: "max_output_tokens" });
  });
});

describe("a completion as checks see it", () => {
  it("has its text", () => {
    expect(only("completions", { choices: [{ text: "x", finish_reason: "stop" }] })).toMatchObject({ text: "x" });
  });
});

it("quotes nothing of a text that is not JSON", () => {
  const [answer] = answersIn("completions", { choices: [{ text: "my secret" }] });
  expect(() => answer?.json()).toThrow(new SyntaxError("The text of the answer is not JSON."));
});
