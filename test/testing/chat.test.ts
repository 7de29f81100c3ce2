import type { RunnableToolFunctionWithParse } from "openai/lib/RunnableFunction";
import { describe, expect, it } from "vitest";
import { startProvider } from "../../src/testing/start-provider.ts";
import { clientClasses, messages } from "./clients.ts";

const lookUp: RunnableToolFunctionWithParse<{ word: string }> = {
  type: "function",
  function: {
    name: "look_up",
    parameters: { type: "object", properties: { word: { type: "string" } } },
    parse: (text) => JSON.parse(text) as { word: string },
    description: "Looks a word up.",
    function: ({ word }) => `${word}: a device`,
  },
};

describe.each(clientClasses)("chat completions with $version", ({ Client }) => {
  const clientOf = ({ url }: { url: string }) => new Client({ baseURL: url, apiKey: "k", maxRetries: 0 });

  it("names the model in its reply", async () => {
    await using provider = await startProvider();
    const completion = await clientOf(provider).chat.completions.create({ model: "acme/one", messages });
    expect(completion.choices[0]?.message.content).toContain("acme/one");
  });

  it("counts one token for every 4 characters begun", async () => {
    await using provider = await startProvider({ reply: "12345" });
    const completion = await clientOf(provider).chat.completions.create({
      model: "m",
      messages: [
        { role: "system", content: "1234" },
        { role: "user", content: [{ type: "text", text: "56789" }] },
      ],
    });
    expect(completion.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 });
  });

  it("streams the same text that it gives in one piece", async () => {
    await using provider = await startProvider();
    const client = clientOf(provider);
    const whole = await client.chat.completions.create({ model: "m", messages });
    const streamed = await client.chat.completions.stream({ model: "m", messages }).finalContent();
    expect(streamed).toBe(whole.choices[0]?.message.content);
  });

  it("streams usage only when it is asked for", async () => {
    await using provider = await startProvider();
    const client = clientOf(provider);
    const usages: boolean[] = [];
    for (const options of [{}, { stream_options: { include_usage: true } }]) {
      const stream = await client.chat.completions.create({ model: "m", messages, stream: true, ...options });
      let seen = false;
      for await (const chunk of stream) seen ||= chunk.usage?.prompt_tokens === 5;
      usages.push(seen);
    }
    expect(usages).toEqual([false, true]);
  });

  it("sends reasoning before the text, and counts it", async () => {
    await using provider = await startProvider({ models: { r1: { reasoning: "I think", reply: "so" } } });
    const client = clientOf(provider);
    const stream = await client.chat.completions.create({ model: "r1", messages, stream: true });
    const deltas: unknown[] = [];
    for await (const chunk of stream) deltas.push(chunk.choices[0]?.delta);
    const whole = await client.chat.completions.create({ model: "r1", messages });
    expect(deltas).toEqual([
      { role: "assistant", content: "", refusal: null },
      { reasoning_content: "I" },
      { reasoning_content: " think" },
      { content: "so" },
      {},
    ]);
    expect(whole.usage).toMatchObject({ completion_tokens: 3, completion_tokens_details: { reasoning_tokens: 2 } });
  });

  it("sends JSON text to parse()", async () => {
    await using provider = await startProvider({ reply: '{"answer":42}' });
    const completion = await clientOf(provider).chat.completions.parse({
      model: "m",
      messages,
      response_format: { type: "json_schema", json_schema: { name: "a", strict: true, schema: { type: "object" } } },
    });
    expect(completion.choices[0]?.message.parsed).toEqual({ answer: 42 });
  });

  it("answers a JSON format with JSON when no reply is set", async () => {
    await using provider = await startProvider();
    const completion = await clientOf(provider).chat.completions.create({
      model: "m",
      messages,
      response_format: { type: "json_object" },
    });
    expect(JSON.parse(completion.choices[0]?.message.content ?? "")).toEqual({ model: "m" });
  });

  it.each([true, false])("calls a function, then answers with a text (stream: %s)", async (stream) => {
    await using provider = await startProvider({
      models: { m: { toolCalls: [{ name: "look_up", arguments: { word: "router" } }], reply: "It is a device." } },
    });
    const { completions } = clientOf(provider).chat;
    const runner = stream
      ? completions.runTools({ model: "m", messages, tools: [lookUp], stream: true })
      : completions.runTools({ model: "m", messages, tools: [lookUp] });
    expect(await runner.finalContent()).toBe("It is a device.");
    expect(provider.requests[1]?.body["messages"]).toMatchObject([
      {},
      { tool_calls: [{ function: { name: "look_up", arguments: '{"word":"router"}' } }] },
      { role: "tool", content: "router: a device" },
    ]);
  });
});

describe("chat completions", () => {
  it("send the usage object that a model is given, in one piece and as a stream", async () => {
    await using provider = await startProvider({
      models: { m: { usage: { prompt_tokens: 7, prompt_cache_hit_tokens: 3 } } },
    });
    const client = new clientClasses[0]!.Client({ baseURL: provider.url, apiKey: "k" });
    const whole = await client.chat.completions.create({ model: "m", messages });
    const stream = client.chat.completions.stream({ model: "m", messages, stream_options: { include_usage: true } });
    expect([whole.usage, await stream.totalUsage()]).toMatchObject([
      { prompt_cache_hit_tokens: 3 },
      { prompt_tokens: 7 },
    ]);
  });

  it("leave usage out when a model is to have none", async () => {
    await using provider = await startProvider({ usage: false });
    const client = new clientClasses[0]!.Client({ baseURL: provider.url, apiKey: "k" });
    expect(await client.chat.completions.create({ model: "m", messages })).not.toHaveProperty("usage");
  });

  it("end for the reason that a model is given", async () => {
    await using provider = await startProvider({ finishReason: "length" });
    const client = new clientClasses[0]!.Client({ baseURL: provider.url, apiKey: "k" });
    const completion = await client.chat.completions.create({ model: "m", messages });
    expect(completion.choices[0]?.finish_reason).toBe("length");
  });
});
