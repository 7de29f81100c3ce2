import OpenAI, { AzureOpenAI } from "openai";
import { AzureOpenAI as AzureOpenAI6 } from "openai6";
import { expect, it } from "vitest";
import { cloneOf, transportOf, type Fetch } from "../../src/openai/transport.ts";

const own: Fetch = () => Promise.resolve(new Response());

it("finds the fetch that a client was given", () => {
  expect(transportOf(new OpenAI({ apiKey: "k", fetch: own }))).toBe(own);
});

it("finds the global fetch where a client was given none", () => {
  expect(transportOf(new OpenAI({ apiKey: "k" }))).toBe(globalThis.fetch);
});

it("gives a clone another fetch and leaves the client its own", () => {
  const client = new OpenAI({ apiKey: "k" });
  const clone = cloneOf(client, { fetch: own });
  expect([transportOf(clone), transportOf(client)]).toEqual([own, globalThis.fetch]);
});

it.each([
  ["openai 7", AzureOpenAI],
  ["openai 6", AzureOpenAI6 as unknown as typeof AzureOpenAI],
])("keeps what makes an Azure client of %s", (_, Azure) => {
  const client = new Azure({ endpoint: "https://x.example", apiKey: "k", apiVersion: "2025-01-01", deployment: "d" });
  const clone = cloneOf(client, { fetch: own });
  expect(clone).toBeInstanceOf(Azure);
  expect(clone).toMatchObject({ apiVersion: "2025-01-01", deploymentName: "d", baseURL: "https://x.example/openai" });
});
