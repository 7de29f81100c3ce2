import { expect, it } from "vitest";
import type { Capability, Endpoint, JsonObject } from "../../src/glossary.ts";
import { needsOf } from "../../src/openai/needs.ts";
import { oddBodies } from "../../src/testing/odd-bodies.ts";

const tool = { type: "function", function: { name: "look" } };
const user = (part: unknown) => ({ messages: [{ role: "user", content: [part] }] });
const item = (part: unknown) => ({ input: [{ role: "user", content: [part] }] });

it.each<[string, [Endpoint, JsonObject], Capability[]]>([
  ["nothing for plain text", ["chat", { messages: [{ role: "user", content: "Hello" }] }], []],
  ["tools when it has some", ["chat", { tools: [tool] }], ["tools"]],
  ["no tools for an empty list", ["chat", { tools: [] }], []],
  ["tools for the older functions", ["chat", { functions: [{ name: "look" }] }], ["tools"]],
  ["vision for an image in a chat", ["chat", user({ type: "image_url", image_url: { url: "x" } })], ["vision"]],
  ["vision for an image in a Responses call", ["responses", item({ type: "input_image", image_url: "x" })], ["vision"]],
  ["vision for a picture from a tool", ["responses", { input: [{ output: [{ type: "input_image" }] }] }], ["vision"]],
  ["vision for a screenshot", ["responses", { input: [{ output: { type: "computer_screenshot" } }] }], ["vision"]],
  ["audio for sound", ["chat", user({ type: "input_audio", input_audio: {} })], ["audio"]],
  ["audio for a spoken answer", ["chat", { modalities: ["text", "audio"] }], ["audio"]],
  ["no audio for a written answer", ["chat", { modalities: ["text"] }], []],
  ["json for an object", ["chat", { response_format: { type: "json_object" } }], ["json"]],
  ["json for a schema", ["chat", { response_format: { type: "json_schema" } }], ["json"]],
  ["no json for text", ["chat", { response_format: { type: "text" } }], []],
  ["json for a format of a Responses call", ["responses", { text: { format: { type: "json_schema" } } }], ["json"]],
  ["streaming for a stream", ["completions", { prompt: "Once", stream: true }], ["streaming"]],
  ["no streaming when it is off", ["chat", { stream: false }], []],
  ["nothing for an embedding", ["embeddings", { input: "Once", stream: true }], []],
])("needs %s", (_what, input, needs) => {
  expect([...needsOf(...input)]).toEqual(needs);
});

it("gathers needs over the whole conversation", () => {
  const messages = [
    { role: "user", content: [{ type: "image_url" }] },
    { role: "user", content: [{ type: "input_audio" }] },
  ];
  const needs = needsOf("chat", { messages, stream: true, tools: [tool], response_format: { type: "json_object" } });
  expect([...needs].toSorted()).toEqual(["audio", "json", "streaming", "tools", "vision"]);
});

it.each([...oddBodies])("takes %s", (_what, bodyOf) => {
  for (const endpoint of ["chat", "responses", "completions"] as const) {
    expect(needsOf(endpoint, bodyOf())).toBeInstanceOf(Set);
  }
});

it.each([null, undefined, "text", 7, []])("needs nothing for %j in place of a body", (body) => {
  expect(needsOf("chat", body as never).size).toBe(0);
});
