import { describe, expect, it } from "vitest";
import { embed } from "../../src/testing/embeddings.ts";
import { startProvider } from "../../src/testing/start-provider.ts";
import { clientClasses } from "./clients.ts";

function cosine(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

describe("embed", () => {
  it("gives a vector of length 1", () => {
    expect(Math.hypot(...embed("the quick brown fox"))).toBeCloseTo(1, 10);
  });

  it("gives a text the same vector each time", () => {
    expect(embed("the quick brown fox")).toEqual(embed("the quick brown fox"));
  });

  it("finds texts the more alike the more words they share", () => {
    const about = embed("how do I reset my password");
    const near = cosine(about, embed("how do I reset the password"));
    const far = cosine(about, embed("best pizza in Naples"));
    expect(near).toBeGreaterThan(0.6);
    expect(far).toBeLessThan(0.4);
  });

  it("does not care about case and punctuation", () => {
    expect(embed("Reset, password!")).toEqual(embed("reset password"));
  });

  it("has a vector for a text without words", () => {
    expect(Math.hypot(...embed(""))).toBeCloseTo(1, 10);
  });
});

describe.each(clientClasses)("embeddings with $version", ({ Client }) => {
  const clientOf = ({ url }: { url: string }) => new Client({ baseURL: url, apiKey: "k" });

  it("come in base64, which the client asks for, and in floats alike", async () => {
    await using provider = await startProvider();
    const client = clientOf(provider);
    const encoded = await client.embeddings.create({ model: "e", input: "a quick fox" });
    const plain = await client.embeddings.create({ model: "e", input: "a quick fox", encoding_format: "float" });
    expect(provider.requests[0]?.body["encoding_format"]).toBe("base64");
    expect(encoded.data[0]?.embedding).toEqual([...Float32Array.from(plain.data[0]?.embedding ?? [])]);
  });

  it("come in the order of the inputs, with the tokens of all", async () => {
    await using provider = await startProvider();
    const { data, usage } = await clientOf(provider).embeddings.create({
      model: "e",
      input: ["one two", "three"],
      encoding_format: "float",
    });
    expect(data.map(({ embedding }) => embedding)).toEqual([embed("one two"), embed("three")]);
    expect(usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
  });

  it("have as many dimensions as are asked for", async () => {
    await using provider = await startProvider();
    const { data } = await clientOf(provider).embeddings.create({ model: "e", input: "a", dimensions: 8 });
    expect(data[0]?.embedding).toHaveLength(8);
  });
});
