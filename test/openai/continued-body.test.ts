import { describe, expect, it } from "vitest";
import { continuedBody, sentText } from "../../src/openai/continued-body.ts";

const user = { role: "user", content: "Hi?" };
const given = { text: "Hello, ", tokens: 2 };

describe("a body that goes on from a text", () => {
  it("has it as its last message", () => {
    expect(continuedBody({ messages: [user] }, "prefix", given)).toEqual({
      messages: [user, { role: "assistant", content: "Hello, ", prefix: true }],
    });
  });

  it("says in the body what is meant", () => {
    expect(continuedBody({ messages: [user] }, "continue-final-message", given)).toEqual({
      messages: [user, { role: "assistant", content: "Hello, " }],
      continue_final_message: true,
      add_generation_prompt: false,
    });
  });

  it("does not end in white space where that is refused", () => {
    expect(continuedBody({ messages: [user] }, "prefill", given)).toEqual({
      messages: [user, { role: "assistant", content: "Hello," }],
    });
    expect(sentText("prefill", "Hello, ")).toBe("Hello,");
  });

  it("adds to a beginning that the caller has made", () => {
    const body = { messages: [user, { role: "assistant", content: "Well: ", prefix: true }] };
    expect(continuedBody(body, "prefix", given)).toEqual({
      messages: [user, { role: "assistant", content: "Well: Hello, ", prefix: true }],
    });
  });

  it("adds to a prompt", () => {
    expect(continuedBody({ prompt: "Say: " }, "prefix", given)).toEqual({ prompt: "Say: Hello, " });
  });

  it.each([
    [{ max_tokens: 10 }, { max_tokens: 8 }],
    [{ max_completion_tokens: 10 }, { max_completion_tokens: 8 }],
    [{ max_tokens: 1 }, { max_tokens: 1 }],
  ])("asks for what is left of %j", (limits, left) => {
    expect(continuedBody({ messages: [], ...limits }, "prefix", given)).toMatchObject(left);
  });

  it("leaves the caller's own body alone", () => {
    const body = { messages: [user], max_tokens: 10 };
    continuedBody(body, "prefix", given);
    expect(body).toEqual({ messages: [user], max_tokens: 10 });
  });
});
