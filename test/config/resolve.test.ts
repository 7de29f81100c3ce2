import { AzureOpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.ts";
import type { Classifier } from "../../src/glossary.ts";
import type { Strategy } from "../../src/strategy.ts";
import { optionsOf, someClient } from "./options-of.ts";

const resolve = (changes: object = {}) => resolveConfig(optionsOf(changes));

describe("resolved options", () => {
  it("have a default for everything but client and tiers", () => {
    expect(resolve()).toMatchObject({
      defaultTier: "cheap",
      classifiers: [],
      classifierTimeoutMs: 50,
      conversations: { ttlMs: 600_000, maxConversations: 10_000 },
      baseline: undefined,
      prices: new Map(),
      fallbackOnContentFilter: false,
      streamUsage: true,
      slowMs: Infinity,
    });
  });

  it("keep what is given", () => {
    const given = {
      defaultTier: "cheap",
      classifierTimeoutMs: 5,
      conversations: { ttlMs: 7 },
      fallbackOnContentFilter: true,
      streamUsage: false,
      slowMs: 9,
    };
    expect(resolve(given)).toMatchObject({ ...given, conversations: { ttlMs: 7, maxConversations: 10_000 } });
    expect(resolve({ conversations: false }).conversations).toBe(false);
  });

  it("do not change when what was given changes", () => {
    const target = {
      price: { promptUsd: 1, completionUsd: 2 },
      headers: { "x-a": "1" },
      params: { seed: 1 },
      capabilities: ["tools"],
    };
    const given = { tiers: { cheap: ["a"] }, targets: { a: target }, timeouts: { idleMs: 5 } };
    const config = resolve(given);
    const before = structuredClone(config.targets.get("a"));
    Object.assign(target.price, { promptUsd: 9 });
    Object.assign(target.headers, { "x-a": "9" });
    Object.assign(target.params, { seed: 9 });
    target.capabilities.push("vision");
    given.tiers.cheap.push("b");
    given.timeouts.idleMs = 9;
    expect(config.targets.get("a")).toEqual(before);
    expect(config.tiers.get("cheap")?.targets.map(({ id }) => id)).toEqual(["a"]);
  });

  it("hold the wrapped client as default and the others by name", () => {
    const client = someClient();
    const azure = new AzureOpenAI({ apiKey: "never-shown", endpoint: "https://a.example", apiVersion: "1" });
    const { clients } = resolve({ client, clients: { azure, standard: client } });
    expect([...clients]).toEqual([
      ["default", client],
      ["azure", azure],
    ]);
    expect(clients.get("default")).toBe(client);
    expect(clients.get("azure")).toBe(azure);
  });
});

describe("tiers", () => {
  it("are ranked in the order in which they are given", () => {
    const { tiers } = resolve({ tiers: { small: ["a-1"], large: { targets: ["b-1"] }, huge: ["c-1"] } });
    expect([...tiers.values()].map(({ name, rank }) => [name, rank])).toEqual([
      ["small", 0],
      ["large", 1],
      ["huge", 2],
    ]);
  });

  it("share the targets that several of them name", () => {
    const { tiers, targets } = resolve({ tiers: { cheap: ["a-1", "b-1"], premium: ["b-1", "a-1"] } });
    expect(tiers.get("premium")?.targets[1]).toBe(tiers.get("cheap")?.targets[0]);
    expect(tiers.get("cheap")?.targets[0]).toBe(targets.get("a-1"));
  });

  it.each(["priority", "cheapest", "fastest", "weighted", "least-busy"])(
    "order by the strategy %s when it is named",
    (strategy) => {
      expect(resolve({ strategy }).tiers.get("cheap")?.strategy.name).toBe(strategy);
    },
  );

  it("order by their own strategy, else the router's, else by priority", () => {
    const own: Strategy = { name: "own", order: (targets) => targets };
    const tiers = { cheap: { targets: ["a-1"], strategy: own }, premium: ["a-1"] };
    expect(resolve({ tiers, strategy: "fastest" }).tiers.get("cheap")?.strategy).toBe(own);
    expect(resolve({ tiers, strategy: "fastest" }).tiers.get("premium")?.strategy.name).toBe("fastest");
    expect(resolve({ tiers }).tiers.get("premium")?.strategy.name).toBe("priority");
  });
});

describe("targets", () => {
  it("that tiers name by model id have what is known of the model", () => {
    const prices = { "a-1": 0.25 };
    expect(resolve({ tiers: { cheap: ["a-1"] }, prices }).targets.get("a-1")).toMatchObject({
      id: "a-1",
      model: "a-1",
      client: "default",
      region: undefined,
      price: 0.25,
      contextWindow: undefined,
      capabilities: undefined,
      weight: 1,
      headers: undefined,
      params: undefined,
    });
  });

  it("that are written out have what is written, also when no tier names them", () => {
    const given = {
      model: "gpt-4o",
      client: "azure",
      price: { promptUsd: 1, completionUsd: 2 },
      contextWindow: 1000,
      region: "eu-west-1",
      headers: { "X-Request-Priority": "high" },
      params: { seed: 1 },
      weight: 3,
    };
    const { targets } = resolve({
      clients: { azure: someClient() },
      targets: { eu: { ...given, capabilities: ["tools"] } },
    });
    expect(targets.get("eu")).toMatchObject({ id: "eu", ...given, capabilities: new Set(["tools"]) });
  });

  it("come in the order in which they are written out and then named", () => {
    const { targets } = resolve({ targets: { b: {}, a: {} }, tiers: { cheap: ["c-1", "a"] } });
    expect([...targets.keys()]).toEqual(["b", "a", "c-1"]);
  });

  it("have the price of their model unless they have one of their own", () => {
    const prices = { "gpt-4o": 10, own: 99 };
    const { targets } = resolve({
      prices,
      targets: { byModel: { model: "gpt-4o" }, own: { model: "gpt-4o", price: 7 }, none: {} },
    });
    expect([...targets.values()].map(({ id, price }) => [id, price])).toEqual([
      ["byModel", 10],
      ["own", 7],
      ["none", undefined],
      ["small-model-1", undefined],
    ]);
  });

  it("are on the client of the first rule that matches their model", () => {
    const { targets } = resolve({
      clients: { pro: someClient(), spare: someClient() },
      clientRules: { "Pro/*": "pro", "Pro/b*": "spare" },
      targets: { named: { model: "Pro/b-1" } },
      tiers: { cheap: ["Pro/a-1", "a-1", "named"] },
    });
    expect([...targets.values()].map(({ id, client }) => [id, client])).toEqual([
      ["named", "pro"],
      ["Pro/a-1", "pro"],
      ["a-1", "default"],
    ]);
  });

  it("know the wrapped client as default, whatever name it has", () => {
    const client = someClient();
    const { targets } = resolve({ client, clients: { standard: client }, targets: { a: { client: "standard" } } });
    expect(targets.get("a")?.client).toBe("default");
  });
});

describe("the classifiers", () => {
  const own: Classifier = { name: "own", classify: () => undefined };

  it("are the heuristic one when there are tiers cheap, balanced and premium", () => {
    const tiers = { cheap: ["a-1"], balanced: ["a-1"], premium: ["a-1"], huge: ["a-1"] };
    expect(resolve({ tiers }).classifiers.map(({ name }) => name)).toEqual(["heuristic"]);
  });

  it("are none when one of those tiers lacks", () => {
    expect(resolve({ tiers: { cheap: ["a-1"], premium: ["a-1"] } }).classifiers).toEqual([]);
  });

  it("are those that are given, one or many", () => {
    expect(resolve({ classifier: own }).classifiers).toEqual([own]);
    expect(resolve({ classifier: [own, own] }).classifiers).toEqual([own, own]);
    expect(resolve({ classifier: [] }).classifiers).toEqual([]);
  });

  it("are the objects that were given, which may be instances of a class", () => {
    class Counting implements Classifier {
      readonly name = "counting";
      #calls = 0;
      classify() {
        this.#calls++;
        return { tier: "cheap", confidence: 1, reason: String(this.#calls) };
      }
    }
    const classifier = new Counting();
    expect(resolve({ classifier }).classifiers[0]).toBe(classifier);
  });
});

describe("the baseline", () => {
  it("has the price of its model", () => {
    expect(resolve({ baseline: "gpt-4o", prices: { "gpt-4o": 10 } }).baseline).toEqual({ model: "gpt-4o", price: 10 });
  });

  it("has the price of the target", () => {
    expect(resolve({ baseline: "big", targets: { big: { price: 3 } } }).baseline).toEqual({ model: "big", price: 3 });
  });

  it("can be free", () => {
    expect(resolve({ baseline: "free", prices: { free: 0 } }).baseline).toEqual({ model: "free", price: 0 });
  });
});
