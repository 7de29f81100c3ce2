import type { JsonObject } from "../glossary.ts";

/** Bodies that a router meets sooner or later, by what is odd about them. */
export const oddBodies: ReadonlyMap<string, () => JsonObject> = new Map<string, () => JsonObject>([
  ["an empty body", () => ({})],
  ["no messages", () => chat([])],
  ["an empty prompt", () => saying("")],
  ["white space alone", () => saying(" \n\t\u00a0")],
  ["no user message", () => chat([{ role: "system", content: "Be brief." }])],
  ["a prompt of 10 MB", () => saying("A long story goes on. ".repeat(500_000))],
  ["half a surrogate pair", () => saying("\ud83d? \udc4d")],
  ["right-to-left text", () => saying("ما عاصمة فرنسا؟")],
  ["text without spaces", () => saying("请用一句话解释这段代码".repeat(50))],
  ["parts of text and images", () => saying([text("What is this?"), image(), text("And that?")])],
  ["an image and no text", () => saying([image()])],
  ["sound", () => saying([{ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }])],
  ["tool calls and their results", () => chat(toolTurns())],
  [
    "a Responses input of items",
    () => ({ model: "auto", input: [{ role: "user", content: [responsesText("Why?")] }] }),
  ],
  ["several completion prompts", () => ({ model: "auto", prompt: ["One?", "Two?"] })],
  ["token ids", () => ({ model: "auto", prompt: [1, 2, 3] })],
  [
    "messages of other types",
    () => ({ model: "auto", messages: [null, 7, "text", [], { role: 5, content: { text: 1 } }] }),
  ],
  ["messages that are no list", () => ({ model: "auto", messages: { role: "user", content: "Hello?" } })],
  ["a model that is no string", () => ({ model: 5, messages: [{ role: "user", content: "Hello?" }] })],
  ["keys named __proto__ and constructor", () => JSON.parse(hostileJson)],
]);

const hostileJson = `{
  "model": "auto",
  "__proto__": { "messages": [{ "role": "user", "content": "inherited" }] },
  "constructor": { "prototype": { "polluted": true } },
  "messages": [{ "__proto__": { "role": "user" }, "role": "user", "content": "Hello?", "toString": "no function" }]
}`;

function chat(messages: readonly unknown[]): JsonObject {
  return { model: "auto", messages };
}

function saying(content: unknown): JsonObject {
  return chat([{ role: "user", content }]);
}

function text(words: string): JsonObject {
  return { type: "text", text: words };
}

function responsesText(words: string): JsonObject {
  return { type: "input_text", text: words };
}

function image(): JsonObject {
  return { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
}

function toolTurns(): readonly unknown[] {
  const call = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } };
  return [
    { role: "user", content: "How is the weather?" },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", tool_call_id: "call_1", content: "Rain." },
  ];
}
