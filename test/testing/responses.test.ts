import { describe, expect, it } from "vitest";
import { faults } from "../../src/testing/faults.ts";
import { startProvider } from "../../src/testing/start-provider.ts";
import { clientClasses } from "./clients.ts";

const lookUp = {
  type: "function" as const,
  name: "look_up",
  strict: false,
  parameters: { type: "object", properties: { word: { type: "string" } } },
};

describe.each(clientClasses)("responses with $version", ({ Client }) => {
  const clientOf = ({ url }: { url: string }) => new Client({ baseURL: url, apiKey: "k", maxRetries: 0 });

  it("answer in one piece", async () => {
    await using provider = await startProvider();
    const response = await clientOf(provider).responses.create({
      model: "acme/one",
      input: "hello",
      instructions: "be kind",
    });
    expect(response.output_text).toContain("acme/one");
    expect(response).toMatchObject({
      status: "completed",
      usage: { input_tokens: 3, output_tokens: 13, total_tokens: 16 },
    });
  });

  it("stream to the same response that create() gives", async () => {
    await using provider = await startProvider({ models: { m: { reasoning: "I think", reply: "so it is" } } });
    const client = clientOf(provider);
    const {
      id: _,
      created_at: __,
      ...streamed
    } = await client.responses.stream({ model: "m", input: "hi" }).finalResponse();
    const whole = await client.responses.create({ model: "m", input: "hi" });
    expect(streamed.output_text).toBe("so it is");
    expect(streamed.usage).toEqual(whole.usage);
    expect(streamed.output.map(({ type }) => type)).toEqual(["reasoning", "message"]);
  });

  it("number the events of a stream from 0", async () => {
    await using provider = await startProvider({ reply: "so it is" });
    const stream = await clientOf(provider).responses.create({ model: "m", input: "hi", stream: true });
    const events: [number, string][] = [];
    for await (const event of stream) events.push([event.sequence_number, event.type]);
    expect(events).toEqual([
      [0, "response.created"],
      [1, "response.in_progress"],
      [2, "response.output_item.added"],
      [3, "response.content_part.added"],
      [4, "response.output_text.delta"],
      [5, "response.output_text.delta"],
      [6, "response.output_text.delta"],
      [7, "response.output_text.done"],
      [8, "response.content_part.done"],
      [9, "response.output_item.done"],
      [10, "response.completed"],
    ]);
  });

  it("parse JSON text", async () => {
    await using provider = await startProvider({ reply: '{"answer":42}' });
    const response = await clientOf(provider).responses.parse({
      model: "m",
      input: "hi",
      text: { format: { type: "json_schema", name: "a", strict: true, schema: { type: "object" } } },
    });
    expect(response.output_parsed).toEqual({ answer: 42 });
  });

  it("call functions until a request ends in a result", async () => {
    await using provider = await startProvider({
      models: { m: { toolCalls: [{ name: "look_up", arguments: { word: "router" } }], reply: "A device." } },
    });
    const client = clientOf(provider);
    const first = await client.responses.stream({ model: "m", input: "hi", tools: [lookUp] }).finalResponse();
    const call = first.output.find((item) => item.type === "function_call");
    const second = await client.responses.create({
      model: "m",
      input: [{ type: "function_call_output", call_id: call?.call_id ?? "", output: "a device" }],
    });
    expect([call?.name, call?.arguments, second.output_text]).toEqual(["look_up", '{"word":"router"}', "A device."]);
  });

  it("are incomplete when the answer is cut short", async () => {
    await using provider = await startProvider({ models: { m: { finishReason: "length" } } });
    const client = clientOf(provider);
    const whole = await client.responses.create({ model: "m", input: "hi" });
    const stream = await client.responses.create({ model: "m", input: "hi", stream: true });
    let last = "";
    for await (const event of stream) last = event.type;
    expect(whole).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
    expect(last).toBe("response.incomplete");
  });

  it("tell of an error in the middle of a stream", async () => {
    await using provider = await startProvider(faults.errorEvent({ afterChunks: 2, message: "Out of memory." }));
    const stream = await clientOf(provider).responses.create({ model: "m", input: "hi", stream: true });
    const deltas: string[] = [];
    const reading = (async () => {
      for await (const event of stream) if (event.type === "response.output_text.delta") deltas.push(event.delta);
    })();
    await expect(reading).rejects.toThrow("Out of memory.");
    expect(deltas).toHaveLength(2);
  });
});
