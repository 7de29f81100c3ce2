import { describe, expect, it } from "vitest";
import { eventsIn, signOf } from "../../src/openai/sse.ts";

const nothing = { content: false, finished: false, error: undefined, usage: undefined, usageOnly: false };

function chunk(choice: object, rest: object = {}): string {
  return JSON.stringify({ choices: [choice], ...rest });
}

describe("a chunk of a chat stream", () => {
  it.each([
    ["text", { delta: { content: "x" } }],
    ["reasoning", { delta: { reasoning_content: "x" } }],
    ["a refusal", { delta: { refusal: "no" } }],
    ["a tool call", { delta: { tool_calls: [{ index: 0 }] } }],
    ["a function call", { delta: { function_call: { name: "f" } } }],
    ["sound", { delta: { audio: { data: "AAAA" } } }],
    ["text of the old kind", { text: "x" }],
  ])("has content when it has %s", (_, choice) => {
    expect(signOf("chat", undefined, chunk(choice))).toMatchObject({ ...nothing, content: true });
  });

  it.each([
    ["the role", { delta: { role: "assistant" } }],
    ["an empty text", { delta: { role: "assistant", content: "", refusal: null } }],
    ["no tool calls", { delta: { tool_calls: [] } }],
    ["no delta", {}],
    ["an empty text of the old kind", { text: "" }],
    ["a null for a delta", { delta: null }],
  ])("has none when it has only %s", (_, choice) => {
    expect(signOf("chat", undefined, chunk(choice))).toMatchObject(nothing);
  });

  it("is content and the end when it has a finish_reason", () => {
    expect(signOf("chat", undefined, chunk({ delta: {}, finish_reason: "stop" }))).toMatchObject({
      ...nothing,
      content: true,
      finished: true,
    });
  });

  it("is not the end while finish_reason is null", () => {
    expect(signOf("chat", undefined, chunk({ delta: {}, finish_reason: null })).finished).toBe(false);
  });

  it("brings usage alone", () => {
    const usage = { total_tokens: 3 };
    expect(signOf("chat", undefined, JSON.stringify({ choices: [], usage }))).toMatchObject({
      ...nothing,
      usage,
      usageOnly: true,
    });
  });

  it("brings usage beside content", () => {
    const usage = { total_tokens: 3 };
    expect(signOf("chat", undefined, chunk({ delta: { content: "x" } }, { usage }))).toMatchObject({
      usage,
      usageOnly: false,
      content: true,
    });
  });

  it("brings none where it is null", () => {
    expect(signOf("chat", undefined, chunk({ delta: { content: "x" } }, { usage: null })).usage).toBeUndefined();
  });

  it.each(["[]", "5", '"text"', "null", "{}", '{"choices":null}', '{"choices":[null,5]}'])(
    "says nothing by %s",
    (data) => {
      expect(signOf("chat", undefined, data)).toMatchObject(nothing);
    },
  );

  it("throws when it is no JSON", () => {
    expect(() => signOf("chat", undefined, "{oops")).toThrow(SyntaxError);
  });
});

describe("an error", () => {
  it.each([
    { by: "an error object", data: { error: { message: "no" } }, error: { message: "no" } },
    { by: "an error text", data: { error: "no" }, error: "no" },
    { by: "the type error", data: { type: "error", message: "no" }, error: { type: "error", message: "no" } },
    { by: "the event name error", name: "error", data: { message: "no" }, error: { message: "no" } },
  ])("is told by $by", ({ name, data, error }) => {
    expect(signOf("chat", name, JSON.stringify(data))).toMatchObject({ ...nothing, error });
  });

  it("is not told by a null", () => {
    expect(signOf("chat", undefined, chunk({ delta: { content: "x" } }, { error: null })).error).toBeUndefined();
    expect(signOf("chat", undefined, chunk({ delta: { content: "x" } }, { error: false })).error).toBeUndefined();
  });
});

describe("an event of a Responses stream", () => {
  it.each(["response.completed", "response.incomplete"])("%s is the end, with usage", (type) => {
    const usage = { total_tokens: 3 };
    expect(signOf("responses", type, JSON.stringify({ type, response: { usage } }))).toMatchObject({
      ...nothing,
      content: true,
      finished: true,
      usage,
    });
  });

  it.each([
    "response.output_text.delta",
    "response.function_call_arguments.delta",
    "response.reasoning_summary_text.delta",
  ])("%s has content", (type) => {
    expect(signOf("responses", type, JSON.stringify({ type, delta: "x" })).content).toBe(true);
  });

  it("of a finished item has content", () => {
    const type = "response.output_item.done";
    expect(signOf("responses", type, JSON.stringify({ type, item: {} })).content).toBe(true);
  });

  it.each(["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"])(
    "%s has none",
    (type) => {
      expect(signOf("responses", type, JSON.stringify({ type, response: { error: null } }))).toMatchObject(nothing);
    },
  );

  it("with an empty delta has none", () => {
    const type = "response.output_text.delta";
    expect(signOf("responses", type, JSON.stringify({ type, delta: "" })).content).toBe(false);
  });

  it("response.failed is an error", () => {
    const type = "response.failed";
    const data = JSON.stringify({ type, response: { error: { message: "no" } } });
    expect(signOf("responses", type, data)).toMatchObject({ ...nothing, error: { message: "no" } });
  });
});

describe("the events in a text", () => {
  it.each([
    ["\n", "\n"],
    ["\r\n", "\r\n"],
    ["\r", "\r"],
  ])("are parted by blank lines of %j", (_, end) => {
    const text = `data: 1${end}${end}data: 2${end}${end}`;
    expect(eventsIn(text).map(({ data }) => data)).toEqual(["1", "2"]);
  });

  it("reach to behind their blank line", () => {
    const text = "data: 1\n\ndata: 2\r\n\r\ndata: 3";
    expect(eventsIn(text).map(({ start, end }) => [start, end])).toEqual([
      [0, 9],
      [9, 20],
    ]);
  });

  it("leave out what is not complete", () => {
    expect(eventsIn("data: 1\n")).toEqual([]);
  });

  it("have a name and several lines of data", () => {
    expect(eventsIn("event: x\ndata: 1\ndata:2\n\n")).toMatchObject([{ name: "x", data: "1\n2" }]);
  });

  it("may be comments, which have no data", () => {
    expect(eventsIn(": keep-alive\n\n")).toMatchObject([{ name: undefined, data: undefined }]);
  });

  it("may have fields that do not matter", () => {
    expect(eventsIn("id: 1\nretry: 5\nfoo: bar\n\n")).toMatchObject([{ name: undefined, data: undefined }]);
  });

  it("take one space off the data, no more", () => {
    expect(eventsIn("data:  x\n\n")).toMatchObject([{ data: " x" }]);
  });

  it("take blank lines in a row for one end", () => {
    const text = "data: 1\n\n\n\ndata: 2\n\n";
    expect(
      eventsIn(text)
        .map(({ data }) => data)
        .filter((data) => data !== undefined),
    ).toEqual(["1", "2"]);
  });

  it("cover the text without a gap up to the last end", () => {
    const text = "\n\ndata: 1\n\n: c\n\n\ndata: 2\r\n\r\nrest";
    const events = eventsIn(text);
    const starts = [0, ...events.map(({ end }) => end)].slice(0, -1);
    expect(events.map(({ start }) => start)).toEqual(starts);
  });

  it("take a field without a colon for one without a value, as the standard says", () => {
    expect(eventsIn("data\n\n")).toMatchObject([{ data: "" }]);
  });
});
