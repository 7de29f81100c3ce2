import { describe, expect, it } from "vitest";
import { kindOf, looksLikeKey, quote, show, showPath } from "../../src/config/show.ts";

describe("show", () => {
  it.each([
    [undefined, "nothing"],
    [null, "null"],
    [NaN, "NaN"],
    [false, "false"],
    ["five", '"five"'],
    ["x".repeat(61), "a string"],
    ["sk-secret", "a string"],
    [[1], "an array"],
    [{ apiKey: "secret" }, "an object"],
    [() => 1, "a function"],
    [5n, "a bigint"],
    [Symbol("a"), "a symbol"],
  ])("shows %o as %s", (value, shown) => {
    expect(show(value)).toBe(shown);
  });
});

describe("kindOf", () => {
  it("tells nothing but the kind", () => {
    expect([undefined, null, 5, "secret", [], {}].map(kindOf)).toEqual([
      "nothing",
      "null",
      "a number",
      "a string",
      "an array",
      "an object",
    ]);
  });
});

describe("looksLikeKey", () => {
  it.each(["sk-proj-1", "ga_1", "ga_pro_1", " sk-1", "Bearer sk-1", "gsk_1", "xai-1", "AIzaSy1"])(
    "knows %j for a key",
    (key) => {
      expect(looksLikeKey(key)).toBe(true);
    },
  );

  it.each(["gpt-4o", "skip", "ga-model", "Qwen/Qwen3-32B", "GLOBAL_API_KEY", ""])("knows %j for no key", (text) => {
    expect(looksLikeKey(text)).toBe(false);
  });
});

describe("quote", () => {
  it("puts a name in quotes, and hides one that looks like a key", () => {
    expect([quote("cheap"), quote('a"b'), quote("sk-secret")]).toEqual(['"cheap"', '"a\\"b"', '"…"']);
  });
});

describe("showPath", () => {
  it.each([
    [[], ""],
    [["tiers", "premium", 0], "tiers.premium[0]"],
    [["prices", "gpt-4o", "promptUsd"], 'prices["gpt-4o"].promptUsd'],
    [["targets", "Qwen/Qwen3-32B"], 'targets["Qwen/Qwen3-32B"]'],
    [["tiers", ""], 'tiers[""]'],
    [["clients", "ga_secret"], 'clients["…"]'],
  ])("shows %j as %s", (path, shown) => {
    expect(showPath(path)).toBe(shown);
  });
});
