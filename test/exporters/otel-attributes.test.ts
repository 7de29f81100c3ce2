import { describe, expect, it } from "vitest";
import { serverAttributes } from "../../src/exporters/otel-attributes.ts";

describe("the attributes of a base URL", () => {
  it.each([
    ["https://api.openai.com/v1", ["openai", "api.openai.com", 443]],
    ["https://global-apis.com/v1", ["openai", "global-apis.com", 443]],
    ["https://api.deepseek.com", ["deepseek", "api.deepseek.com", 443]],
    ["https://mine.openai.azure.com/openai", ["azure.ai.openai", "mine.openai.azure.com", 443]],
    [
      "https://bedrock-runtime.eu-west-1.amazonaws.com/v1",
      ["aws.bedrock", "bedrock-runtime.eu-west-1.amazonaws.com", 443],
    ],
    ["https://api.mistral.ai.example.org/v1", ["openai", "api.mistral.ai.example.org", 443]],
    ["http://127.0.0.1:8000/v1", ["openai", "127.0.0.1", 8000]],
    ["http://[::1]/v1", ["openai", "[::1]", 80]],
  ])("of %s name the provider, the address and the port", (baseURL, [provider, address, port]) => {
    expect(serverAttributes(baseURL)).toEqual({
      "gen_ai.provider.name": provider,
      "server.address": address,
      "server.port": port,
    });
  });

  it("name no address where there is no URL", () => {
    expect(serverAttributes(undefined)).toEqual({ "gen_ai.provider.name": "openai" });
  });
});
