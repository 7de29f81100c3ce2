import * as z from "zod";
import { describe, expect, it } from "vitest";
import { acceptJson } from "../../src/accept/json.ts";
import { acceptNoRefusal } from "../../src/accept/no-refusal.ts";
import { acceptNotEmpty } from "../../src/accept/not-empty.ts";
import { acceptSchema, type SchemaIssue } from "../../src/accept/schema.ts";
import type { CheckedAnswer } from "../../src/glossary.ts";

const look = { name: "look", arguments: "{}" };

function answer(facts: Partial<CheckedAnswer>): CheckedAnswer {
  const { text = "" } = facts;
  return {
    endpoint: "chat",
    text,
    json: () => JSON.parse(text) as unknown,
    toolCalls: [],
    finishReason: "stop",
    refusal: undefined,
    body: {},
    ...facts,
  };
}

describe("acceptJson", () => {
  it.each(['{"a":1}', "[]", "1", " null\n"])("accepts %j", (text) => {
    expect(acceptJson()(answer({ text }))).toBe(true);
  });

  it.each([
    ["```json\n{}\n```", "the text is not JSON"],
    ["Here: {}", "the text is not JSON"],
    ["{", "the text is not JSON"],
    ["", "the text is empty"],
  ])("does not accept %j", (text, reason) => {
    expect(acceptJson()(answer({ text }))).toBe(reason);
  });

  it("accepts a call of a tool without a text", () => {
    expect(acceptJson()(answer({ toolCalls: [look] }))).toBe(true);
  });
});

describe("acceptNotEmpty", () => {
  it.each<[string, Partial<CheckedAnswer>]>([
    ["a text", { text: "x" }],
    ["a call of a tool", { toolCalls: [look] }],
    ["a refusal", { refusal: "No." }],
  ])("accepts %s", (_, facts) => {
    expect(acceptNotEmpty()(answer(facts))).toBe(true);
  });

  it.each(["", " \n"])("does not accept %j", (text) => {
    expect(acceptNotEmpty()(answer({ text, finishReason: "length" }))).toBe("the answer is empty, and ended by length");
  });

  it("says no more than it knows", () => {
    expect(acceptNotEmpty()(answer({ finishReason: undefined }))).toBe("the answer is empty");
  });
});

describe("acceptNoRefusal", () => {
  it("accepts a text that declines in words", () => {
    expect(acceptNoRefusal()(answer({ text: "I'm sorry, but I can't." }))).toBe(true);
  });

  it("does not accept what is marked as a refusal, and does not repeat it", () => {
    expect(acceptNoRefusal()(answer({ refusal: "No, Mr. Smith." }))).toBe("the model refused");
  });

  it("does not accept what a content filter cut", () => {
    expect(acceptNoRefusal()(answer({ text: "x", finishReason: "content_filter" }))).toBe(
      "the content filter ended the answer",
    );
  });
});

describe("acceptSchema", () => {
  const schema = z.object({ name: z.string(), tags: z.array(z.string()) });

  it("accepts what the schema holds for", async () => {
    expect(await acceptSchema(schema)(answer({ text: '{"name":"x","tags":[]}' }))).toBe(true);
  });

  it("says where the schema does not hold", async () => {
    const reason = await acceptSchema(schema)(answer({ text: '{"name":"x","tags":["y",1]}' }));
    expect(reason).toMatch(/^tags\.1: .*string/);
  });

  it("does not accept what is no JSON", async () => {
    expect(await acceptSchema(schema)(answer({ text: "x" }))).toBe("the text is not JSON");
  });

  it("accepts a call of a tool without a text", async () => {
    expect(await acceptSchema(schema)(answer({ toolCalls: [look] }))).toBe(true);
  });

  it("awaits a schema that takes its time", async () => {
    const slow = z.object({ n: z.number().refine(async (n) => n > 1, "must be above 1") });
    expect(await acceptSchema(slow)(answer({ text: '{"n":1}' }))).toBe("n: must be above 1");
  });

  it("takes any validator of the standard, and names three faults at most", async () => {
    const issues: SchemaIssue[] = [
      { message: "no" },
      { message: "not so", path: [{ key: "a" }, 0] },
      { message: "nor so", path: ["b"] },
      { message: "never" },
    ];
    const own = { "~standard": { version: 1 as const, vendor: "own", validate: () => ({ issues }) } };
    expect(await acceptSchema(own)(answer({ text: "{}" }))).toBe("no; a.0: not so; b: nor so; and 1 more");
  });
});

it("checks are known by the names that data uses", () => {
  const checks = [acceptJson(), acceptNotEmpty(), acceptNoRefusal(), acceptSchema(z.string())];
  expect(checks.map(({ name }) => name)).toEqual(["json", "notEmpty", "noRefusal", "schema"]);
});
