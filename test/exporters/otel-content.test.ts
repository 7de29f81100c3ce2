import { expect, it } from "vitest";
import { outputMessagesOf } from "../../src/exporters/otel-content.ts";

function messagesIn(body: object, finishReasons: readonly string[] = []): unknown {
  return JSON.parse(outputMessagesOf(body as Record<string, unknown>, finishReasons) ?? "null");
}

it("has a message for each of several choices", () => {
  const choices = ["one", "two"].map((content) => ({ message: { role: "assistant", content }, finish_reason: "stop" }));
  expect(messagesIn({ choices })).toEqual(
    ["one", "two"].map((content) => ({
      role: "assistant",
      parts: [{ type: "text", content }],
      finish_reason: "stop",
    })),
  );
});

it("has the text of a completion", () => {
  expect(messagesIn({ choices: [{ text: "one", finish_reason: "length" }] })).toEqual([
    { role: "assistant", parts: [{ type: "text", content: "one" }], finish_reason: "length" },
  ]);
});

it("has a refusal as one", () => {
  const message = { role: "assistant", content: null, refusal: "No." };
  expect(messagesIn({ choices: [{ message, finish_reason: "stop" }] })).toEqual([
    { role: "assistant", parts: [{ type: "refusal", content: "No." }], finish_reason: "stop" },
  ]);
});

it.each([
  ["completed", "stop"],
  ["max_output_tokens", "length"],
  ["content_filter", "content_filter"],
])("says of a response that ended as %s that its finish reason is %s", (given, told) => {
  expect(messagesIn({ output: [] }, [given])).toEqual([{ role: "assistant", parts: [], finish_reason: told }]);
});

it("has nothing of an answer that is no text", () => {
  expect(outputMessagesOf({ data: [{ embedding: [0.1] }] }, [])).toBeUndefined();
});
