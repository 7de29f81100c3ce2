import OpenAI, { NotFoundError } from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ModelRouter } from "../../src/index.ts";
import { startProvider, type Provider } from "../../src/testing/index.ts";
import { clientClasses } from "../testing/clients.ts";
import { call, errorOf, replyOf, streamingCall, textOf } from "./setup.ts";

const Answer = z.object({ answer: z.number() });

const lookUp = {
  type: "function" as const,
  function: {
    name: "look_up",
    description: "Looks a word up.",
    parameters: { type: "object", properties: { word: { type: "string" } } },
    parse: (text: string) => JSON.parse(text) as { word: string },
    function: ({ word }: { word: string }) => `${word}: a device`,
  },
};

// Each of these calls falls back: the first request is answered 500.
describe.each(clientClasses)("with $version", ({ Client }) => {
  async function start(behaviour: object = {}): Promise<{ provider: Provider; router: ModelRouter } & AsyncDisposable> {
    const provider = await startProvider({ models: { a: behaviour, b: behaviour }, script: [500] });
    const router = new ModelRouter({
      client: new Client({ baseURL: provider.url, apiKey: "sk-test-key-1" }),
      targets: { a: {}, b: {} },
      tiers: { main: ["a", "b"] },
      retry: { maxRetries: 0 },
    });
    return {
      provider,
      router,
      async [Symbol.asyncDispose]() {
        await router.close();
        await provider.close();
      },
    };
  }

  it("create() gives a completion", async () => {
    await using set = await start();
    expect(textOf(await set.router.chat.completions.create(call))).toBe(replyOf("b"));
  });

  it("create() gives a stream", async () => {
    await using set = await start();
    const stream = await set.router.chat.completions.create(streamingCall);
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe(replyOf("b"));
  });

  it("stream() gives a runner with events and the final completion", async () => {
    await using set = await start();
    const runner = set.router.openai.chat.completions.stream(call);
    const pieces: string[] = [];
    runner.on("content", (piece) => pieces.push(piece));
    const completion = await runner.finalChatCompletion();
    expect([pieces.join(""), textOf(completion)]).toEqual([replyOf("b"), replyOf("b")]);
  });

  it("parse() gives what the schema says", async () => {
    await using set = await start({ reply: '{"answer":42}' });
    const completion = await set.router.openai.chat.completions.parse({
      ...call,
      response_format: zodResponseFormat(Answer, "answer"),
    });
    expect(completion.choices[0]?.message.parsed).toEqual({ answer: 42 });
  });

  it("runTools() routes each of its calls", async () => {
    await using set = await start({ toolCalls: [{ name: "look_up", arguments: { word: "router" } }], reply: "done" });
    const runner = set.router.openai.chat.completions.runTools({ ...call, tools: [lookUp] });
    expect(await runner.finalContent()).toBe("done");
    expect(set.provider.requests.map(({ model }) => model)).toEqual(["a", "b", "a"]);
  });

  it("asResponse() gives a Response that can be read", async () => {
    await using set = await start();
    const response = await set.router.chat.completions.create(call).asResponse();
    expect(response).toBeInstanceOf(Response);
    expect(await response.json()).toMatchObject({ model: "b" });
  });

  it("asResponse() gives a stream's Response that can be read", async () => {
    await using set = await start();
    const response = await set.router.chat.completions.create(streamingCall).asResponse();
    expect(await response.text()).toMatch(/^data: .*data: \[DONE\]\n\n$/s);
  });

  it("withResponse() gives the completion, its Response and the provider's request id", async () => {
    await using set = await start();
    const { data, response, request_id: requestId } = await set.router.chat.completions.create(call).withResponse();
    expect([data.model, response.status, requestId]).toEqual(["b", 200, "req_000002"]);
    expect(response.url).toBe(`${set.provider.url}/chat/completions`);
  });

  it("a completion carries the provider's request id", async () => {
    await using set = await start();
    const completion = await set.router.chat.completions.create(call);
    expect(completion).toHaveProperty("_request_id", "req_000002");
  });

  it("the Responses API gives a response", async () => {
    await using set = await start();
    const response = await set.router.responses.create({ model: "main", input: "Hi?" });
    expect(response.output_text).toBe(replyOf("b"));
  });

  it("the Responses API streams", async () => {
    await using set = await start();
    const runner = set.router.openai.responses.stream({ model: "main", input: "Hi?" });
    const response = await runner.finalResponse();
    expect(response.output_text).toBe(replyOf("b"));
  });

  it("the Embeddings API gives vectors of numbers", async () => {
    await using set = await start();
    const { data, model } = await set.router.embeddings.create({ model: "main", input: "Hi?" });
    expect(model).toBe("b");
    expect(data[0]?.embedding[0]).toEqual(expect.any(Number));
  });

  it("the Completions API gives a completion", async () => {
    await using set = await start();
    const { choices, model } = await set.router.completions.create({ model: "main", prompt: "Hi?" });
    expect([model, choices.length]).toEqual(["b", 1]);
  });

  it("an endpoint that is not routed passes through", async () => {
    await using set = await start();
    const ids: string[] = [];
    for await (const { id } of set.router.openai.models.list()) ids.push(id);
    expect(ids).toEqual(["a", "b"]);
  });

  it("the client keeps its class", async () => {
    await using set = await start();
    expect(set.router.openai).toBeInstanceOf(Client);
  });

  it("the client that was given is left as it was", async () => {
    await using provider = await startProvider();
    const client = new Client({ baseURL: provider.url, apiKey: "sk-test-key-1", maxRetries: 0 });
    const before = Object.getOwnPropertyNames(client);
    await using router = new ModelRouter({ client, targets: { a: {} }, tiers: { main: ["a"] } });
    await router.chat.completions.create(call);
    expect(Object.getOwnPropertyNames(client)).toEqual(before);
    expect((await client.chat.completions.create({ ...call, model: "plain" })).model).toBe("plain");
  });

  it("what a provider refuses is an error with its status", async () => {
    await using set = await start();
    set.provider.fail("nobody", 400);
    const error = await errorOf(set.router.chat.completions.create({ ...call, model: "nobody" }));
    expect(error.status).toBe(400);
  });
});

it("errors are of the client's own classes where there is one copy of it", async () => {
  await using provider = await startProvider(404);
  await using router = new ModelRouter({
    client: new OpenAI({ baseURL: provider.url, apiKey: "sk-test-key-1" }),
    targets: { a: {} },
    tiers: { main: ["a"] },
  });
  const error = await errorOf(router.chat.completions.create(call));
  expect(error).toBeInstanceOf(NotFoundError);
});

describe("ask()", () => {
  it("gives the text of the answer and the record of the call", async () => {
    await using provider = await startProvider();
    await using router = new ModelRouter({
      client: new OpenAI({ baseURL: provider.url, apiKey: "sk-test-key-1" }),
      targets: { a: {}, b: {} },
      tiers: { first: ["a"], second: ["b"] },
    });
    const { text, record } = await router.ask("Hi?");
    expect([text, record.target, record.decidedBy]).toEqual([replyOf("a"), "a", "default"]);
  });

  it("takes hints", async () => {
    await using provider = await startProvider();
    await using router = new ModelRouter({
      client: new OpenAI({ baseURL: provider.url, apiKey: "sk-test-key-1" }),
      targets: { a: {}, b: {} },
      tiers: { first: ["a"], second: ["b"] },
    });
    const { record } = await router.ask("Hi?", { tier: "second" });
    expect(record).toMatchObject({ target: "b", decidedBy: "hint" });
  });
});
