import { AzureOpenAI } from "openai";
import { AzureOpenAI as AzureOpenAI6 } from "openai6";
import { describe, expect, it } from "vitest";
import { ModelRouter } from "../../src/index.ts";
import type { Provider } from "../../src/testing/index.ts";
import { call, clientOf, hear, replyOf, startPair, textOf } from "./setup.ts";

const azureClasses = [
  { version: "openai 7", Azure: AzureOpenAI },
  { version: "openai 6", Azure: AzureOpenAI6 as unknown as typeof AzureOpenAI },
];

describe.each(azureClasses)("AzureOpenAI of $version", ({ Azure }) => {
  const azureOf = ({ origin }: Provider, options: object = {}): AzureOpenAI =>
    new Azure({ endpoint: origin, apiKey: "azure-key-1", apiVersion: "2025-01-01", ...options });

  it("is called by deployment, with its own kind of key, as wrapped client", async () => {
    await using pair = await startPair();
    await using router = new ModelRouter({ client: azureOf(pair.a), targets: { a: {} }, tiers: { main: ["a"] } });
    await router.chat.completions.create(call);
    const [request] = pair.a.requests;
    expect(request).toMatchObject({
      path: "/openai/deployments/a/chat/completions",
      query: { "api-version": "2025-01-01" },
      headers: { "api-key": "azure-key-1" },
    });
    expect(request?.headers).not.toHaveProperty("authorization");
  });

  it("is called by deployment, with its own kind of key, as fallback", async () => {
    await using pair = await startPair({ a: [500, 500] });
    await using router = new ModelRouter({
      client: clientOf(pair.a),
      clients: { azure: azureOf(pair.b) },
      targets: { a: {}, b: { client: "azure" } },
      tiers: { main: ["a", "b"] },
      retry: { minDelayMs: 0 },
    });
    const completion = await router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("b"));
    expect(pair.b.requests[0]).toMatchObject({
      path: "/openai/deployments/b/chat/completions",
      query: { "api-version": "2025-01-01" },
      headers: { "api-key": "azure-key-1" },
    });
    expect(pair.b.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  it("falls back to another deployment of its own", async () => {
    await using pair = await startPair({ a: [500] });
    await using router = new ModelRouter({
      client: azureOf(pair.a),
      targets: { a: {}, other: {} },
      tiers: { main: ["a", "other"] },
      retry: { maxRetries: 0 },
    });
    await router.chat.completions.create(call);
    expect(pair.a.requests.map(({ path }) => path)).toEqual([
      "/openai/deployments/a/chat/completions",
      "/openai/deployments/other/chat/completions",
    ]);
  });

  it("falls back to a client that is no Azure's", async () => {
    await using pair = await startPair({ a: [500] });
    await using router = new ModelRouter({
      client: azureOf(pair.a),
      clients: { other: clientOf(pair.b, "sk-test-key-2") },
      targets: { a: {}, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
      retry: { maxRetries: 0 },
    });
    await router.chat.completions.create(call);
    expect(pair.b.requests[0]).toMatchObject({ path: "/v1/chat/completions", key: "sk-test-key-2", query: {} });
    expect(pair.b.requests[0]?.headers).not.toHaveProperty("api-key");
  });

  it("keeps the deployment it was made for", async () => {
    await using pair = await startPair();
    const client = azureOf(pair.a, { deployment: "gpt-eu" });
    await using router = new ModelRouter({ client, targets: { a: {} }, tiers: { main: ["a"] } });
    await router.chat.completions.create(call);
    expect(pair.a.requests[0]?.path).toBe("/openai/deployments/gpt-eu/chat/completions");
  });

  it("keeps the deployment it was made for as fallback", async () => {
    await using pair = await startPair({ a: [500] });
    await using router = new ModelRouter({
      client: clientOf(pair.a),
      clients: { azure: azureOf(pair.b, { deployment: "gpt-eu" }) },
      targets: { a: {}, b: { client: "azure" } },
      tiers: { main: ["a", "b"] },
      retry: { maxRetries: 0 },
    });
    await router.chat.completions.create(call);
    expect(pair.b.requests[0]?.path).toBe("/openai/deployments/gpt-eu/chat/completions");
  });

  it("streams", async () => {
    await using pair = await startPair();
    await using router = new ModelRouter({ client: azureOf(pair.a), targets: { a: {} }, tiers: { main: ["a"] } });
    const { text, error } = await hear(router);
    expect([text, error]).toEqual([replyOf("a"), undefined]);
  });

  it("takes a Microsoft Entra token in place of a key", async () => {
    await using pair = await startPair({ a: [500] });
    const client = new Azure({
      endpoint: pair.b.origin,
      apiVersion: "2025-01-01",
      azureADTokenProvider: async () => "entra-token",
    });
    await using router = new ModelRouter({
      client: clientOf(pair.a),
      clients: { azure: client },
      targets: { a: {}, b: { client: "azure" } },
      tiers: { main: ["a", "b"] },
      retry: { maxRetries: 0 },
    });
    await router.chat.completions.create(call);
    expect(pair.b.requests[0]?.headers["authorization"]).toBe("Bearer entra-token");
  });

  it("can be cloned with other options", async () => {
    await using pair = await startPair();
    await using router = new ModelRouter({ client: azureOf(pair.a), targets: { a: {} }, tiers: { main: ["a"] } });
    const clone = router.openai.withOptions({ timeout: 5_000, apiVersion: "2025-01-01" });
    await clone.chat.completions.create(call);
    expect(pair.a.requests[0]).toMatchObject({ path: "/openai/deployments/a/chat/completions" });
  });

  it("keeps its class", async () => {
    await using pair = await startPair();
    await using router = new ModelRouter({ client: azureOf(pair.a), targets: { a: {} }, tiers: { main: ["a"] } });
    expect(router.openai).toBeInstanceOf(Azure);
  });
});
