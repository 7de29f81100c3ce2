import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commonPatterns, wildcard } from "../../src/lib/wildcard.ts";

describe("wildcard", () => {
  it.each([
    ["Pro/*", "Pro/deepseek-ai/DeepSeek-V3.2"],
    ["Pro/*", "Pro/"],
    ["*", ""],
    ["*", "anything"],
    ["*-mini", "gpt-4o-mini"],
    ["gpt-*-mini", "gpt-4o-mini"],
    ["a*b*c", "a-b-b-c"],
    ["gpt-4o", "gpt-4o"],
    ["v3.2", "v3.2"],
    ["*[a]*", "x[a]y"],
  ])("%j matches %j", (pattern, text) => {
    expect(wildcard(pattern)(text)).toBe(true);
  });

  it.each([
    ["Pro/*", "pro/deepseek-ai/DeepSeek-V3.2"],
    ["Pro/*", "not/Pro/x"],
    ["gpt-4o", "gpt-4o-mini"],
    ["v3.2", "v3x2"],
    ["*[a]*", "a"],
    ["ab*ba", "aba"],
    ["a*b*b", "ab"],
    ["", "x"],
  ])("%j does not match %j", (pattern, text) => {
    expect(wildcard(pattern)(text)).toBe(false);
  });

  it("matches what the same pattern as a regular expression matches", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (stars, subject) => {
        const expression = new RegExp(`^${stars.replaceAll("*", ".*")}$`);
        expect(wildcard(stars)(subject)).toBe(expression.test(subject));
      }),
    );
  });
});

function matches(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => wildcard(pattern)(text));
}

describe("commonPatterns", () => {
  it.each([
    [["eu-*"], ["eu-west-1"], ["eu-west-1"]],
    [["eu-west-1"], ["eu-*"], ["eu-west-1"]],
    [["eu-*"], ["eu-*"], ["eu-*"]],
    [["eu-*"], ["eu-w*", "us-*"], ["eu-w*"]],
    [["*"], ["a", "b*"], ["a", "b*"]],
    [["a"], ["b"], []],
    [["eu-*"], ["*-1"], []],
    [
      ["a", "eu-*"],
      ["eu-1", "a"],
      ["a", "eu-1"],
    ],
  ])("of %j and %j are %j", (some, others, common) => {
    expect(commonPatterns(some, others)).toEqual(common);
  });

  it("match nothing that one of the lists does not", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 5 });
    const list = fc.array(pattern, { maxLength: 3 });
    fc.assert(
      fc.property(list, list, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 6 }), (some, others, text) => {
        fc.pre(matches(commonPatterns(some, others), text));
        expect([matches(some, text), matches(others, text)]).toEqual([true, true]);
      }),
    );
  });
});
