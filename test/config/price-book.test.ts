import { AzureOpenAI, OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.ts";
import { optionsOf, someClient } from "./options-of.ts";

const gpt4o = { promptUsd: 2.5, cachedUsd: 1.25, completionUsd: 10 };

function clientAt(baseURL: string): OpenAI {
  return new OpenAI({ apiKey: "sk-never-shown", baseURL });
}

const openai = clientAt("https://api.openai.com/v1");

/** What the first target of the tier costs. */
function pricedBy(options: object) {
  const [target] = resolveConfig(
    optionsOf({ client: openai, tiers: { main: ["gpt-4o"] }, ...options }),
  ).targets.values();
  return { price: target?.price, priceFrom: target?.priceFrom };
}

const baselineOf = (options: object) => resolveConfig(optionsOf(options)).baseline;

describe("the price of a target", () => {
  it("is its own before all others", () => {
    const given = { targets: { "gpt-4o": { price: 1 } }, prices: { "gpt-4o": 2 } };
    expect(pricedBy(given)).toEqual({ price: 1, priceFrom: "target" });
  });

  it("is that of prices before the bundled one", () => {
    expect(pricedBy({ prices: { "gpt-4o": 2 } })).toEqual({ price: 2, priceFrom: "prices" });
  });

  it("can be 0 in prices", () => {
    expect(pricedBy({ prices: { "gpt-4o": 0 } })).toEqual({ price: 0, priceFrom: "prices" });
  });

  it("is the bundled one of the host that is called", () => {
    expect(pricedBy({})).toEqual({ price: gpt4o, priceFrom: "bundled" });
  });

  it("is the bundled one of its model, not of its id", () => {
    const given = { tiers: { main: ["big"] }, targets: { big: { model: "gpt-4o-2024-08-06" } } };
    expect(pricedBy(given)).toEqual({ price: gpt4o, priceFrom: "bundled" });
  });

  it("is the bundled one of the client it goes to", () => {
    const given = {
      client: someClient(),
      clients: { direct: openai },
      targets: { "gpt-4o": { client: "direct" } },
    };
    expect(pricedBy(given)).toEqual({ price: gpt4o, priceFrom: "bundled" });
  });

  it.each([
    ["at another host", clientAt("https://gateway.example/v1")],
    ["at a host whose name only begins alike", clientAt("https://api.openai.com.example/v1")],
    [
      "on Azure",
      new AzureOpenAI({ apiKey: "sk-never-shown", endpoint: "https://a.openai.azure.com", apiVersion: "1" }),
    ],
    ["at a base URL that is none", clientAt("nowhere")],
  ])("is unknown for the same model id %s", (_, client) => {
    expect(pricedBy({ client })).toEqual({ price: undefined, priceFrom: undefined });
  });

  it("is unknown when the bundled prices are switched off", () => {
    expect(pricedBy({ bundledPrices: false })).toEqual({ price: undefined, priceFrom: undefined });
  });

  it("is the bundled one also for a model that only the caller names", () => {
    const { meaningOf } = resolveConfig(optionsOf({ client: openai }));
    expect(meaningOf("gpt-4o-mini")).toMatchObject({ target: { priceFrom: "bundled" } });
  });
});

describe("the price of the baseline", () => {
  it("is that of prices before the bundled one", () => {
    expect(baselineOf({ baseline: "gpt-4o", prices: { "gpt-4o": 10 } })?.price).toBe(10);
  });

  it("is the bundled one wherever the calls go", () => {
    expect(baselineOf({ baseline: "gpt-4o" })).toEqual({ model: "gpt-4o", price: gpt4o });
  });

  it("is that of the wrapped client's host where it is listed there", () => {
    const client = clientAt("https://global-apis.com/v1");
    expect(baselineOf({ client, baseline: "deepseek-chat" })?.price).toBe(0.25);
  });
});
