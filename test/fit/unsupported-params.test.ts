import { describe, expect, it } from "vitest";
import { unsupportedIn } from "../../src/fit/unsupported-params.ts";

const error = (message: string, more: object = {}): string => JSON.stringify({ error: { message, ...more } });

describe("unsupportedIn finds the parameter", () => {
  it.each([
    ["of OpenAI's code", error("no", { code: "unsupported_parameter", param: "max_tokens" }), ["max_tokens"]],
    ["of OpenAI's other code", error("no", { code: "unknown_parameter", param: "foo" }), ["foo"]],
    ["of OpenAI's words", error("Unrecognized request argument supplied: reasoning_effort"), ["reasoning_effort"]],
    ["of OpenAI's words, several", error("Unrecognized request arguments supplied: foo, bar"), ["foo", "bar"]],
    ["without a code", error("Unsupported parameter: 'seed' is not supported with this model."), ["seed"]],
    ["of Groq's words", error("property 'store' is unsupported, did you mean 'stop'?"), ["store"]],
    [
      "of Mistral's detail",
      JSON.stringify({
        object: "error",
        message: {
          detail: [
            { type: "extra_forbidden", loc: ["body", "max_completion_tokens"], msg: "Extra inputs are not permitted" },
          ],
        },
      }),
      ["max_completion_tokens"],
    ],
    [
      "of vLLM's words",
      JSON.stringify({
        object: "error",
        message:
          "[{'type': 'extra_forbidden', 'loc': ('body', 'store'), 'msg': 'Extra inputs are not permitted', 'input': True}]",
      }),
      ["store"],
    ],
  ])("%s", (_, text, params) => {
    expect(unsupportedIn(400, text)?.params).toEqual(params);
  });

  it("of a value that is refused, alone", () => {
    const text = error("Unsupported value: 'reasoning_effort' does not support 'none' with this model.", {
      code: "unsupported_value",
      param: "reasoning_effort",
    });
    expect(unsupportedIn(400, text)).toEqual({ params: ["reasoning_effort"], isValue: true });
  });

  it("of which only the default is taken, for every value", () => {
    const text = error(
      "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
    );
    expect(unsupportedIn(400, text)).toEqual({ params: ["temperature"], isValue: false });
  });
});

describe("unsupportedIn finds nothing", () => {
  it.each([
    ["in a part of a parameter", 400, error("no", { code: "unsupported_value", param: "messages[0].role" })],
    [
      "in a message's field",
      422,
      JSON.stringify({ detail: [{ type: "extra_forbidden", loc: ["body", "messages", 1, "x"], msg: "" }] }),
    ],
    [
      "in Groq's word of a message",
      400,
      error("'messages.1' : for 'role:assistant' property 'reasoning_content' is unsupported"),
    ],
    [
      "in another error",
      400,
      error("Invalid value for 'temperature'.", { code: "invalid_value", param: "temperature" }),
    ],
    ["in another status", 500, error("Unsupported parameter: 'seed'")],
    ["in no JSON", 400, "Unsupported"],
    ["in nothing", 400, ""],
    ["in JSON that is no object", 400, "[]"],
  ])("%s", (_, status, text) => {
    expect(unsupportedIn(status, text)).toBeUndefined();
  });
});
