import { http } from "msw";
import { setupServer } from "msw/node";
import OpenAI, { APIConnectionError, APIUserAbortError } from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { embed } from "../../src/testing/embeddings.ts";
import { faults } from "../../src/testing/faults.ts";
import { providerHandlers } from "../../src/testing/msw.ts";
import { messages } from "./clients.ts";

const server = setupServer(...providerHandlers({ http, models: { a: {} } }));
let client: OpenAI;
const ask = () => client.chat.completions.create({ model: "m", messages });
const askForStream = () => client.chat.completions.create({ model: "m", messages, stream: true });

beforeAll(() => {
  server.listen({ onUnhandledFrame: "error" });
  // Not sooner: a client keeps the `fetch` that it finds.
  client = new OpenAI({ baseURL: "https://provider.example/v1", apiKey: "k", maxRetries: 0 });
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe("providerHandlers", () => {
  it("answers every endpoint", async () => {
    const completion = await ask();
    const response = await client.responses.create({ model: "m", input: "hi" });
    const { data } = await client.embeddings.create({ model: "m", input: "hi", encoding_format: "float" });
    const text = await client.completions.create({ model: "m", prompt: "hi" });
    const models = await client.models.list();
    expect(completion.choices[0]?.message.content).toBe("This is m, played by the provider simulator.");
    expect(response.output_text).toBe(completion.choices[0]?.message.content);
    expect(data[0]?.embedding).toEqual(embed("hi"));
    expect(text.choices[0]?.text).toBe(response.output_text);
    expect(models.data.map(({ id }) => id)).toEqual(["a"]);
    expect((await client.models.retrieve("acme/b")).id).toBe("acme/b");
  });

  it("streams", async () => {
    const stream = client.chat.completions.stream({ model: "m", messages });
    expect(await stream.finalContent()).toBe("This is m, played by the provider simulator.");
  });

  it("follows the script", async () => {
    server.use(...providerHandlers({ http, script: [500, faults.rateLimited({ retryAfterS: 2 })] }));
    await expect(ask()).rejects.toMatchObject({ status: 500 });
    await expect(ask()).rejects.toMatchObject({ status: 429 });
    await expect(ask()).resolves.toBeDefined();
  });

  it("answers only under the URL it is given", async () => {
    server.use(...providerHandlers({ http, baseURL: "https://other.example/v1/", models: { m: { script: [503] } } }));
    const other = client.withOptions({ baseURL: "https://other.example/v1" });
    await expect(ask()).resolves.toBeDefined();
    await expect(other.chat.completions.create({ model: "m", messages })).rejects.toMatchObject({ status: 503 });
  });

  it("makes a broken connection a network error", async () => {
    server.use(...providerHandlers({ http, script: [faults.reset] }));
    await expect(ask()).rejects.toThrow(APIConnectionError);
  });

  it("breaks a stream in the middle", async () => {
    server.use(...providerHandlers({ http, script: [faults.cutStream({ afterChunks: 2 })] }));
    const contents: string[] = [];
    const reading = (async () => {
      for await (const chunk of await askForStream()) contents.push(chunk.choices[0]?.delta.content ?? "");
    })();
    await expect(reading).rejects.toThrow("terminated");
    expect(contents).toEqual(["", "This", " is"]);
  });

  it("hangs until the caller goes", async () => {
    const controller = new AbortController();
    const hangAndLeave = () => {
      controller.abort();
      return faults.hang;
    };
    server.use(...providerHandlers({ http, script: [hangAndLeave] }));
    const call = client.chat.completions.create({ model: "m", messages }, { signal: controller.signal });
    await expect(call).rejects.toThrow(APIUserAbortError);
  });

  it("stalls a stream until the caller leaves it", async () => {
    server.use(...providerHandlers({ http, script: [faults.stallStream({ afterChunks: 1 })] }));
    const contents: string[] = [];
    for await (const chunk of await askForStream()) {
      contents.push(chunk.choices[0]?.delta.content ?? "");
      if (contents.length === 2) break;
    }
    expect(contents).toEqual(["", "This"]);
  });

  it("refuses a status that HTTP does not have", () => {
    expect(() => providerHandlers({ http, script: [99] })).toThrow(RangeError);
  });
});
