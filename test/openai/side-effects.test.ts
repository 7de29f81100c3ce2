import { describe, expect, it } from "vitest";
import type { Endpoint, JsonObject } from "../../src/index.ts";
import { sideEffectOf } from "../../src/openai/side-effects.ts";

const tool = { type: "function", name: "now", parameters: {} };

describe("a request has no effects at its provider", () => {
  it.each<[string, Endpoint, JsonObject]>([
    ["when it only asks", "chat", { messages: [] }],
    ["when it says that it is not to be stored", "chat", { store: false }],
    ["when it brings functions", "chat", { tools: [{ type: "function", function: { name: "now" } }] }],
    ["when it brings tools with free text", "chat", { tools: [{ type: "custom", custom: { name: "shell" } }] }],
    ["when it searches nothing", "chat", { web_search_options: null }],
    ["when it asks for an embedding", "embeddings", { input: "text", store: true }],
    ["when it asks for a completion", "completions", { prompt: "Once upon a time" }],
    ["when its answer is not stored", "responses", { input: "text", store: false }],
    ["when it brings functions that the caller runs", "responses", { input: "text", store: false, tools: [tool] }],
    ["when there is nothing in what it names", "responses", { store: false, conversation: null, prompt: null }],
  ])("%s (%s)", (_, endpoint, body) => {
    expect(sideEffectOf(endpoint, body)).toBeUndefined();
  });
});

describe("a request has effects at its provider", () => {
  it.each<[string, Endpoint, JsonObject]>([
    ["when it is to be stored", "chat", { store: true }],
    ["when it is to be stored", "completions", { store: true }],
    ["when it searches the web", "chat", { web_search_options: {} }],
    ["when the provider runs a tool", "chat", { tools: [{ type: "function" }, { type: "web_search" }] }],
    ["when it says nothing of storing", "responses", { input: "text" }],
    ["when it is to be stored", "responses", { store: true }],
    ["when it runs in the background", "responses", { store: false, background: true }],
    ["when it is added to a conversation", "responses", { store: false, conversation: "conv_1" }],
    ["when it is added to a conversation", "responses", { store: false, conversation: { id: "conv_1" } }],
    ["when it goes on from an answer", "responses", { store: false, previous_response_id: "resp_1" }],
    ["when its prompt is a stored one", "responses", { store: false, prompt: { id: "pmpt_1" } }],
    ...[
      "web_search",
      "web_search_preview",
      "file_search",
      "code_interpreter",
      "image_generation",
      "mcp",
      "computer_use_preview",
      "not known yet",
    ].map((type): [string, Endpoint, JsonObject] => [
      `when its tool is ${type}`,
      "responses",
      { store: false, tools: [tool, { type }] },
    ]),
    ["when a tool is no tool", "responses", { store: false, tools: ["web_search"] }],
  ])("%s (%s)", (_, endpoint, body) => {
    expect(sideEffectOf(endpoint, body)).toEqual(expect.any(String));
  });
});
