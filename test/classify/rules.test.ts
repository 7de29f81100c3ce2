import { describe, expect, it } from "vitest";
import { type Rule, rulesClassifier } from "../../src/classify/rules.ts";
import type { RuleConditions } from "../../src/classify/rule-conditions.ts";
import { ConfigError } from "../../src/errors.ts";
import type { Hints, JsonObject } from "../../src/glossary.ts";
import { requestOf } from "../../src/testing/request-of.ts";

const signal = new AbortController().signal;
const user = (content: string) => ({ role: "user", content });
const saying = (...contents: string[]): JsonObject => ({ model: "auto", messages: contents.map(user) });

describe("conditions", () => {
  const tool = { tools: [{ type: "function" }] };
  const stream = { ...saying("Hello"), stream: true };

  it.each<[RuleConditions, JsonObject, Hints]>([
    [{}, {}, {}],
    [{ task: "legal" }, {}, { task: "legal" }],
    [{ task: ["legal", "medical"] }, {}, { task: "medical" }],
    [{ priority: "premium" }, {}, { priority: "premium" }],
    [{ tags: { team: "search" } }, {}, { tags: { team: "search", feature: "titles" } }],
    [{ tags: { team: ["a", "b"], feature: "c" } }, {}, { tags: { team: "b", feature: "c" } }],
    [{ model: "gpt-*" }, { model: "gpt-4o" }, {}],
    [{ model: ["o1", "gpt-4*"] }, { model: "gpt-4o" }, {}],
    [{ endpoint: "chat" }, saying("Hello"), {}],
    [{ endpoint: ["responses", "chat"] }, saying("Hello"), {}],
    [{ minChars: 5 }, saying("Hello"), {}],
    [{ maxChars: 5 }, saying("Hello"), {}],
    [{ contains: "WORLD" }, saying("Hello, world"), {}],
    [{ contains: ["sea", "world"] }, saying("Hello, world"), {}],
    [{ contains: "a.b" }, saying("a.b"), {}],
    [{ matches: "\\bselect\\b.*\\bfrom\\b" }, saying("SELECT a FROM b"), {}],
    [{ needs: "tools" }, { ...saying("Hello"), ...tool }, {}],
    [{ needs: ["tools", "streaming"] }, { ...stream, ...tool }, {}],
    [{ minTurns: 2 }, saying("Hello", "Again"), {}],
    [{ maxTurns: 2 }, saying("Hello", "Again"), {}],
    [{ stream: true }, stream, {}],
    [{ stream: false }, saying("Hello"), {}],
    [{ task: "legal", minChars: 5 }, saying("Hello"), { task: "legal" }],
  ])("%j hold", (when, body, hints) => {
    expect(rulesClassifier([{ when, tier: "premium" }]).classify(requestOf(body, hints), signal)).toBeDefined();
  });

  it.each<[RuleConditions, JsonObject, Hints]>([
    [{ task: "legal" }, {}, {}],
    [{ task: "legal" }, {}, { task: "medical" }],
    [{ priority: "premium" }, {}, { priority: "standard" }],
    [{ tags: { team: "search" } }, {}, {}],
    [{ tags: { team: "a", feature: "c" } }, {}, { tags: { team: "a" } }],
    [{ model: "gpt-*" }, { model: "auto" }, {}],
    [{ endpoint: "responses" }, saying("Hello"), {}],
    [{ minChars: 6 }, saying("Hello"), {}],
    [{ maxChars: 4 }, saying("Hello"), {}],
    [{ contains: "a.b" }, saying("acb"), {}],
    [{ matches: "^b" }, saying("ab"), {}],
    [{ needs: ["tools", "vision"] }, { ...saying("Hello"), ...tool }, {}],
    [{ minTurns: 2 }, saying("Hello"), {}],
    [{ maxTurns: 1 }, saying("Hello", "Again"), {}],
    [{ stream: true }, saying("Hello"), {}],
    [{ task: "legal", minChars: 6 }, saying("Hello"), { task: "legal" }],
  ])("%j do not hold", (when, body, hints) => {
    expect(rulesClassifier([{ when, tier: "premium" }]).classify(requestOf(body, hints), signal)).toBeUndefined();
  });
});

it("lets the first rule that holds decide", () => {
  const rules: Rule[] = [
    { when: { task: "legal" }, tier: "premium" },
    { when: ({ turns }) => turns === 1, tier: "cheap", reason: "first turn" },
    { when: {}, tier: "balanced" },
  ];
  const decision = rulesClassifier(rules).classify(requestOf(saying("Hello")), signal);
  expect(decision).toEqual({ tier: "cheap", confidence: 1, reason: "first turn" });
});

it("names a rule without a reason by its place", () => {
  const decision = rulesClassifier([{ when: {}, tier: "cheap" }]).classify(requestOf({}), signal);
  expect(decision).toMatchObject({ reason: "rule 1 holds" });
});

it("says nothing without rules", () => {
  expect(rulesClassifier([]).classify(requestOf({}), signal)).toBeUndefined();
});

it("takes rules from JSON", () => {
  const rules: Rule[] = JSON.parse('[{ "when": { "contains": "sql", "maxChars": 100 }, "tier": "cheap" }]');
  expect(rulesClassifier(rules).classify(requestOf(saying("Some SQL")), signal)).toMatchObject({ tier: "cheap" });
});

it.each<[unknown, string]>([
  [{ maxchars: 5 }, 'when.maxchars: is not an option (did you mean "maxChars"?)'],
  [{ minChars: "5" }, "when.minChars: must be a number from 0 up"],
  [{ task: 5 }, "when.task: must be a string, got a number"],
  [{ task: [] }, "when.task: must not be empty"],
  [{ task: ["a", 5] }, "when.task[1]: must be a string, got a number"],
  [{ tags: "search" }, "when.tags: must be an object of tag → value, got a string"],
  [{ endpoint: "chats" }, 'when.endpoint: no endpoint "chats" (did you mean "chat"?)'],
  [{ needs: ["tool"] }, 'when.needs[0]: no capability "tool" (did you mean "tools"?)'],
  [{ matches: "(" }, "when.matches: is no regular expression that JavaScript takes with the flag u"],
  [{ contains: "" }, "when.contains: must not be empty"],
  [{ stream: "yes" }, 'when.stream: must be true or false, got "yes"'],
  ["always", "when: must be an object of conditions or a function, got a string"],
  [undefined, "when: must be an object of conditions or a function, got nothing"],
])("refuses the conditions %j, and says where they are", (when, fault) => {
  const rules: Rule[] = JSON.parse(
    JSON.stringify([
      { when: {}, tier: "cheap" },
      { when, tier: "cheap" },
    ]),
  ); // as from a file
  const make = () => rulesClassifier(rules);
  expect(make).toThrow(ConfigError);
  expect(make).toThrow(`rulesClassifier[1].${fault}`);
});

it.each<[unknown, string]>([
  [{ when: {}, tier: 5 }, "rulesClassifier[0].tier: must be a string, got a number"],
  [{ when: {} }, "rulesClassifier[0].tier: must be a string, got nothing"],
  [{ when: {}, tier: "cheap", reson: "a" }, "rulesClassifier[0].reson: is not an option"],
])("refuses the rule %j, and says why", (rule, fault) => {
  const rules: Rule[] = JSON.parse(JSON.stringify([rule]));
  expect(() => rulesClassifier(rules)).toThrow(fault);
});

it("refuses what is no list of rules", () => {
  expect(() => rulesClassifier({} as never)).toThrow("rulesClassifier: must be an array of rules, got an object");
});
