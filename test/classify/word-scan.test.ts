import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wordScan } from "../../src/classify/word-scan.ts";

const words = ["prove", "proof that", "in-depth", "analy*", "ab", "c++"];

function scan(text: string, patterns: readonly string[] = []): unknown {
  const scanned = wordScan(words, patterns)(text, 0, text.length);
  return scanned === "beyond_ascii" ? scanned : scanned.found;
}

describe("a scan for words", () => {
  it.each([
    ["Prove it", "prove"],
    ["can you PROVE", "prove"],
    ["prove", "prove"],
    ["is there proof that it holds", "proof that"],
    ["an in-depth look", "in-depth"],
    ["do analyse", "analy"],
    ["analytics", "analy"],
    ["ab", "ab"],
    ["c++ or ab", "c++"],
    ["pro prove", "prove"],
    ["in in-in in-depth", "in-depth"],
  ])("finds the first of them in %j", (text, found) => {
    expect(scan(text)).toBe(found);
  });

  it.each(["", "improve", "proves", "prove2", "prove_", "_prove", "proof", "in depth", "an", "abc", "p r o v e"])(
    "finds none in %j",
    (text) => expect(scan(text)).toBeUndefined(),
  );

  it.each(["é prove", "imprové", "prové", "provee\u0301", "验证"])("leaves %j to others", (text) => {
    expect(scan(text)).toBe("beyond_ascii");
  });

  it("takes a pattern by what stands around it", () => {
    const pattern = "test(?= it)(?<!no test)";
    expect(scan("TEST it", [pattern])).toBe("test");
    expect(scan("no test it, test that", [pattern])).toBeUndefined();
  });

  it("looks at a part of a text only", () => {
    const text = "prove or analyse";
    expect(wordScan(words)(text, 6, 8)).toEqual({ found: undefined });
    expect(wordScan(words)(text, 9, text.length)).toEqual({ found: "analy" });
  });

  it("finds what a regular expression finds, in any ASCII text", () => {
    const letter = fc.constantFrom(..."prove anlyfthid-+cb_ ".split(""));
    const expression = /(?<!\w)(?:(?:prove|proof that|in-depth|ab|c\+\+)(?!\w)|analy)/;
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 40 }), fc.constantFrom(...words), (text, word) => {
        const whole = `${text} ${word.replace("*", "")}${text}`;
        expect(scan(whole)).toBe(expression.exec(whole)?.[0]);
      }),
    );
  });
});
