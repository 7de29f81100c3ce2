import { AzureOpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { startProvider } from "../../src/testing/start-provider.ts";
import { clientClasses, clientOf, messages } from "./clients.ts";

describe.each(clientClasses)("completions with $version", ({ Client }) => {
  it("come in one piece and as a stream", async () => {
    await using provider = await startProvider();
    const client = new Client({ baseURL: provider.url, apiKey: "k" });
    const whole = await client.completions.create({ model: "m", prompt: "Once upon" });
    const stream = await client.completions.create({
      model: "m",
      prompt: "Once upon",
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage: unknown;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.text ?? "";
      usage ??= chunk.usage;
    }
    expect(text).toBe(whole.choices[0]?.text);
    expect([whole.usage, usage]).toMatchObject([{ prompt_tokens: 3 }, { prompt_tokens: 3 }]);
  });
});

describe("models", () => {
  it("lists the configured ones", async () => {
    await using provider = await startProvider({ models: { a: {}, "acme/b": {} } });
    const ids: string[] = [];
    for await (const { id } of clientOf(provider).models.list()) ids.push(id);
    expect(ids).toEqual(["a", "acme/b"]);
  });

  it("retrieves one whose id has a slash", async () => {
    await using provider = await startProvider();
    expect(await clientOf(provider).models.retrieve("acme/b")).toMatchObject({ id: "acme/b", object: "model" });
  });

  it("takes no step of the script", async () => {
    await using provider = await startProvider(500);
    await clientOf(provider).models.list();
    await expect(clientOf(provider).chat.completions.create({ model: "m", messages })).rejects.toMatchObject({
      status: 500,
    });
  });
});

const azureOf = ({ origin }: { origin: string }) =>
  new AzureOpenAI({ endpoint: origin, apiKey: "azure-key", apiVersion: "2025-01-01-preview", maxRetries: 0 });

describe("Azure paths", () => {
  it("takes the deployment for the model, and keeps version and key", async () => {
    await using provider = await startProvider();
    const completion = await azureOf(provider).chat.completions.create({ model: "my-gpt", messages });
    expect(completion.model).toBe("my-gpt");
    expect(provider.requests[0]).toMatchObject({
      path: "/openai/deployments/my-gpt/chat/completions",
      query: { "api-version": "2025-01-01-preview" },
      key: "azure-key",
      model: "my-gpt",
    });
  });

  it("prefers the body's model to the deployment", async () => {
    await using provider = await startProvider();
    await fetch(`${provider.origin}/openai/deployments/models/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "gpt", messages }),
    });
    expect(provider.hits("gpt")).toBe(1);
  });

  it("serves responses and embeddings", async () => {
    await using provider = await startProvider();
    const client = azureOf(provider);
    const response = await client.responses.create({ model: "m", input: "hi" });
    const { data } = await client.embeddings.create({ model: "m", input: "hi" });
    expect([response.status, data.length]).toEqual(["completed", 1]);
  });
});
