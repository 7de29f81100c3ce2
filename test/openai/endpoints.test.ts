import { describe, expect, it } from "vitest";
import { endpointOfPath, endpointOfUrl, pathOf } from "../../src/openai/endpoints.ts";

const base = "https://gate.example/v1";

describe("the endpoint of a path", () => {
  it.each([
    ["/chat/completions", "chat"],
    ["/responses", "responses"],
    ["/embeddings", "embeddings"],
    ["/completions", "completions"],
    ["/models", undefined],
    ["/responses/resp_1", undefined],
    ["/chat/completions/", undefined],
    ["", undefined],
  ])("%j is %s", (path, endpoint) => {
    expect(endpointOfPath(path)).toBe(endpoint);
  });

  it.each(["chat", "responses", "embeddings", "completions"] as const)("of %s is found again", (endpoint) => {
    expect(endpointOfPath(pathOf(endpoint))).toBe(endpoint);
  });
});

describe("the endpoint of a URL", () => {
  it.each([
    ["https://gate.example/v1/chat/completions", "chat"],
    ["https://gate.example/v1/responses?x=1", "responses"],
    ["https://api.openai.com/v1/embeddings", "embeddings"],
    ["https://other.example/some/where/v2/completions", "completions"],
    ["https://x.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=1", "chat"],
    ["https://x.openai.azure.com/openai/deployments/gpt/embeddings", "embeddings"],
    ["https://gate.example/v1/models", undefined],
    ["https://gate.example/v1/responses/resp_1/cancel", undefined],
    ["https://gate.example/chat/completions", "chat"],
    ["https://gate.example/v1/evil/chat/completions", undefined],
    ["/chat/completions", undefined],
    ["no url", undefined],
  ])("%j is %s", (url, endpoint) => {
    expect(endpointOfUrl(url, base)).toBe(endpoint);
  });

  it("is found under a base without a version", () => {
    expect(endpointOfUrl("https://gate.example/api/responses", "https://gate.example/api/")).toBe("responses");
  });

  it("is found under a base that is the root", () => {
    expect(endpointOfUrl("https://gate.example/responses", "https://gate.example")).toBe("responses");
  });
});
