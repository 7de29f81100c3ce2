import { describe, expect, it } from "vitest";
import { priceByKind } from "../../src/config/price-schema.ts";
import { bundledPriceOf, bundledPrices, pricesOf } from "../../src/prices/bundled-prices.ts";

const lines = bundledPrices.map((bundled) => [`${bundled.models[0]} at ${bundled.host}`, bundled] as const);
const openaiPriceOf = (model: string) => bundledPriceOf(model, "api.openai.com")?.price;

describe("the bundled prices", () => {
  it.each(lines)("say where and when they were published: %s", (_, { source, asOf }) => {
    expect(URL.parse(source)?.protocol).toBe("https:");
    expect(new Date(`${asOf}T00:00:00Z`).toISOString().slice(0, 10)).toBe(asOf);
  });

  it.each(lines)("are prices that the options would take: %s", (_, { price }) => {
    const isPrice = typeof price === "number" ? price > 0 : priceByKind.safeParse(price).success;
    expect(isPrice).toBe(true);
  });

  it.each(lines)("charge no more for a cached token than for a fresh one: %s", (_, { price }) => {
    const { promptUsd, cachedUsd = promptUsd } = typeof price === "number" ? { promptUsd: price } : price;
    expect(cachedUsd).toBeLessThanOrEqual(promptUsd);
  });

  it("have one price for a model at a host", () => {
    const ids = bundledPrices.flatMap(({ models, host }) => models.map((model) => `${model} at ${host}`));
    expect(ids).toEqual([...new Set(ids)]);
  });

  it.each([
    ["deepseek-ai/DeepSeek-V4-Flash", 0.25],
    ["Qwen/Qwen3-32B", 0.28],
    ["Pro/deepseek-ai/DeepSeek-V3.2", 2.5],
    ["deepseek-chat", 0.25],
    ["R1", 2.5],
    ["K2.5", 2.5],
  ])("have the reference model %s at %d", (model, price) => {
    expect(bundledPriceOf(model, "global-apis.com")?.price).toBe(price);
  });

  it("have the price of a dated snapshot, which is that of its model unless the host says otherwise", () => {
    expect(openaiPriceOf("gpt-4o-2024-08-06")).toEqual(openaiPriceOf("gpt-4o"));
    expect(openaiPriceOf("gpt-4o-2024-05-13")).toEqual({ promptUsd: 5, completionUsd: 15 });
  });

  it("have what a long prompt costs", () => {
    expect(openaiPriceOf("gpt-5.5")).toMatchObject({
      promptUsd: 5,
      above: [{ promptTokens: 272_000, promptUsd: 10, cachedUsd: 1, completionUsd: 45 }],
    });
    expect(bundledPriceOf("gemini-2.5-pro", "generativelanguage.googleapis.com")?.price).toMatchObject({
      promptUsd: 1.25,
      above: [{ promptTokens: 200_000, promptUsd: 2.5, cachedUsd: 0.25, completionUsd: 15 }],
    });
  });

  it.each(["gpt-4o-2099-01-01", "ft:gpt-4o-2024-08-06:mine", "GPT-4o", ""])("know nothing of %j", (model) => {
    expect(bundledPriceOf(model)).toBeUndefined();
  });
});

describe("pricesOf()", () => {
  it("gives the prices of a host in the form of the option", () => {
    expect(pricesOf("api.mistral.ai")["codestral-latest"]).toEqual({ promptUsd: 0.3, completionUsd: 0.9 });
  });

  it("gives none of other hosts", () => {
    expect(Object.keys(pricesOf("api.openai.com"))).not.toContain("codestral-latest");
  });

  it("is empty for a host without known prices", () => {
    expect(pricesOf("localhost")).toEqual({});
  });
});
