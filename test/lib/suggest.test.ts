import { describe, expect, it } from "vitest";
import { suggest } from "../../src/lib/suggest.ts";

describe("suggest", () => {
  it.each([
    ["premum", "premium"],
    ["permium", "premium"],
    ["Premium", "premium"],
    ["cheep", "cheap"],
    ["qwen", "Qwen/Qwen3-32B"],
    ["qwen3-32b", "Qwen/Qwen3-32B"],
    ["other/Qwen3-32B", "Qwen/Qwen3-32B"],
    ["premium-tier", "premium"],
  ])("takes %j for %j", (name, meant) => {
    expect(suggest(name, ["cheap", "balanced", "premium", "Qwen/Qwen3-32B"])).toBe(meant);
  });

  it.each(["", "x", "zebra", "che"])("takes %j for nothing that is known", (name) => {
    expect(suggest(name, ["balanced", "premium", "no"])).toBeUndefined();
  });

  it("prefers the nearest of several", () => {
    expect(suggest("idelMs", ["headersMs", "idolMss", "idleMs"])).toBe("idleMs");
  });

  it("prefers the one with the same upper and lower case", () => {
    expect(suggest("Cheep", ["cheap", "Cheap"])).toBe("Cheap");
  });

  it("prefers a slip of the finger to a part of a longer name", () => {
    expect(suggest("prro", ["prro-of-concept", "pro"])).toBe("pro");
  });

  it("prefers the shorter of two names that contain it", () => {
    expect(suggest("deepseek", ["deepseek-ai/DeepSeek-V4-Flash", "deepseek-chat"])).toBe("deepseek-chat");
  });

  it("finds nothing among no names", () => {
    expect(suggest("premium", [])).toBeUndefined();
  });
});
