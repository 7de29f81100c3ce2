import { describe, expect, it } from "vitest";
import { countTokens, cut, textIn } from "../../src/testing/text.ts";

describe("countTokens", () => {
  it.each([
    ["", 0],
    ["a", 1],
    ["abcd", 1],
    ["abcde", 2],
  ])("counts %j as %i", (text, tokens) => {
    expect(countTokens(text)).toBe(tokens);
  });
});

describe("textIn", () => {
  it("finds the text of messages, parts and items, and of nothing else", () => {
    const input = [
      "a",
      { role: "user", content: "b" },
      {
        role: "user",
        content: [
          { type: "text", text: "c" },
          { type: "image_url", image_url: { url: "no" } },
        ],
      },
      { type: "function_call_output", output: "d" },
      null,
      7,
    ];
    expect(textIn(input)).toBe("abcd");
  });
});

describe("cut", () => {
  it("cuts at words and loses nothing", () => {
    expect(cut(" one  two\nthree ", undefined)).toEqual([" one", "  two", "\nthree", " "]);
  });

  it("cuts into at most so many pieces, between characters", () => {
    expect(cut("🙂🙂🙂🙂🙂", 2)).toEqual(["🙂🙂🙂", "🙂🙂"]);
  });

  it("has no piece of an empty text", () => {
    expect([cut("", undefined), cut("", 3)]).toEqual([[], []]);
  });
});
