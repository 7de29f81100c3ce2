import { describe, expect, it } from "vitest";
import { checkHints, hintsFromHeaders } from "../../src/config/hints.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { faultsOf, optionsOf } from "./options-of.ts";

const config = resolveConfig(optionsOf({ tiers: { cheap: ["small-1"], premium: ["big-1", "small-1"] } }));

describe("checkHints", () => {
  it("gives back every hint that holds", () => {
    const hints = {
      tier: "premium",
      target: "big-1",
      task: "titles",
      priority: "gold",
      tags: { team: "search", empty: "" },
      user: "u-1",
      conversation: "c-1",
      region: "eu-west-1",
      deadlineMs: 5000,
    };
    expect(checkHints(hints, config)).toEqual(hints);
  });

  it("leaves out what is undefined, so that it hides no other hint", () => {
    expect(checkHints({ tier: undefined, task: "titles" }, config)).toStrictEqual({ task: "titles" });
  });

  it("gives a copy", () => {
    const hints = { task: "titles" };
    const checked = checkHints(hints, config);
    hints.task = "other";
    expect(checked.task).toBe("titles");
  });

  it.each([
    ["tier", "hints: must be an object, got a string"],
    [null, "hints: must be an object, got null"],
    [{ teir: "cheap" }, 'hints.teir: no hint "teir" (did you mean "tier"?)'],
    [{ zebra: 1 }, 'hints.zebra: no hint "zebra"'],
    [{ tier: "premum" }, 'hints.tier: no tier "premum" (did you mean "premium"?)'],
    [{ tier: "zebra" }, 'hints.tier: no tier "zebra"; there are "cheap", "premium"'],
    [{ tier: "constructor" }, 'hints.tier: no tier "constructor"; there are "cheap", "premium"'],
    [{ tier: null }, "hints.tier: must be the name of a tier, got null"],
    [{ target: "smal-1" }, 'hints.target: no target "smal-1" (did you mean "small-1"?)'],
    [{ target: 5 }, "hints.target: must be the name of a target, got 5"],
    [{ task: "" }, 'hints.task: must be a string that is not empty, got ""'],
    [{ priority: 1 }, "hints.priority: must be a string that is not empty, got 1"],
    [{ user: {} }, "hints.user: must be a string that is not empty, got an object"],
    [
      { deadlineMs: 0 },
      "hints.deadlineMs: must be milliseconds above 0, at most 2147483647, or Infinity for no limit, got 0",
    ],
    [
      { deadlineMs: "5s" },
      'hints.deadlineMs: must be milliseconds above 0, at most 2147483647, or Infinity for no limit, got "5s"',
    ],
    [{ onStreamBreak: "go on" }, 'hints.onStreamBreak: no policy "go on"; there are "error", "restart", "continue"'],
    [{ onStreamBreak: 5 }, 'hints.onStreamBreak: must be one of "error", "restart", "continue", got 5'],
    [{ accept: "jsonn" }, 'hints.accept: no check "jsonn" (did you mean "json"?)'],
    [{ tags: "search" }, 'hints.tags: must be an object such as { team: "search" }, got "search"'],
    [{ tags: { team: 5 } }, 'hints.tags: must have strings only, and "team" is a number'],
  ])("refuses %j", (hints, fault) => {
    expect(faultsOf(() => checkHints(hints, config))).toEqual([fault]);
  });

  it("names every fault in one error with code invalid_hint", () => {
    const hints = { tier: "x", deadlineMs: -1, nope: 1 };
    expect(faultsOf(() => checkHints(hints, config))).toHaveLength(3);
    expect(() => checkHints(hints, config)).toThrow(
      expect.objectContaining({ name: "ConfigError", code: "invalid_hint" }),
    );
  });

  it("refuses names that are properties of every object", () => {
    expect(faultsOf(() => checkHints({ toString: "x" }, config))).toEqual(['hints.toString: no hint "toString"']);
    const hints: unknown = JSON.parse('{"__proto__": {"tier": "premium"}}');
    expect(faultsOf(() => checkHints(hints, config))).toEqual(['hints.__proto__: no hint "__proto__"']);
  });

  it("never shows a key", () => {
    const hints = { tier: "sk-secret", target: "sk-secret", deadlineMs: "sk-secret", tags: "sk-secret" };
    expect(faultsOf(() => checkHints(hints, config)).join("\n")).not.toContain("sk-secret");
  });
});

describe("hintsFromHeaders", () => {
  it("reads every hint", () => {
    const headers = {
      "x-router-tier": "premium",
      "x-router-target": "big-1",
      "x-router-task": "titles",
      "x-router-priority": "gold",
      "x-router-user": "u-1",
      "x-router-conversation": "c-1",
      "x-router-region": "eu-west-1",
      "x-router-deadline-ms": "5000",
      "x-router-tags": "team=search,feature=titles",
      "x-router-accept": "json, notEmpty",
    };
    expect(hintsFromHeaders(Object.entries(headers))).toEqual({
      tier: "premium",
      target: "big-1",
      task: "titles",
      priority: "gold",
      user: "u-1",
      conversation: "c-1",
      region: "eu-west-1",
      deadlineMs: 5000,
      tags: { team: "search", feature: "titles" },
      accept: ["json", "notEmpty"],
    });
  });

  it("reads a Headers object and a Map", () => {
    expect(hintsFromHeaders(new Headers({ "X-Router-Tier": "cheap" }))).toEqual({ tier: "cheap" });
    expect(hintsFromHeaders(new Map([["x-router-tier", "cheap"]]))).toEqual({ tier: "cheap" });
  });

  it("gives no hints when there are no headers", () => {
    expect(hintsFromHeaders([])).toEqual({});
  });

  it.each([
    ["team=search", { team: "search" }],
    [" team = search , feature=titles ", { team: "search", feature: "titles" }],
    ["query=a=b", { query: "a=b" }],
    ["team=", { team: "" }],
    ["__proto__=x", JSON.parse('{"__proto__": "x"}')],
  ])("reads the tags %j", (value, tags) => {
    expect(hintsFromHeaders([["x-router-tags", value]])).toStrictEqual({ tags });
  });

  it.each(["", "team", "team=search,", "=search", "team=a,,feature=b"])("refuses the tags %j", (value) => {
    const [fault] = faultsOf(() => hintsFromHeaders([["x-router-tags", value]]));
    expect(fault).toMatch(/^x-router-tags: must be pairs such as team=search,feature=titles, got "/);
  });

  it("leaves a deadline that is no number as it is, for the check to show", () => {
    const hints = hintsFromHeaders([["x-router-deadline-ms", "5s"]]);
    expect(faultsOf(() => checkHints(hints, config))).toEqual([
      'hints.deadlineMs: must be milliseconds above 0, at most 2147483647, or Infinity for no limit, got "5s"',
    ]);
    expect(hintsFromHeaders([["x-router-deadline-ms", ""]])).toEqual({ deadlineMs: "" });
  });

  it("names every header that is no hint", () => {
    const headers: [string, string][] = [
      ["x-router-tir", "cheap"],
      ["x-router-deadlinems", "5"],
      ["x-router-zebra", "5"],
    ];
    expect(faultsOf(() => hintsFromHeaders(headers))).toEqual([
      'x-router-tir: no hint "x-router-tir" (did you mean "x-router-tier"?)',
      'x-router-deadlinems: no hint "x-router-deadlinems" (did you mean "x-router-deadline-ms"?)',
      'x-router-zebra: no hint "x-router-zebra"',
    ]);
    expect(() => hintsFromHeaders(headers)).toThrow(expect.objectContaining({ code: "invalid_hint" }));
  });
});
