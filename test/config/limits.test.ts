import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.ts";
import { optionsOf, someClient } from "./options-of.ts";

const resolve = (changes: object = {}) => resolveConfig(optionsOf(changes));

describe("the limits of a target", () => {
  it("are none by default, and its headers are heard", () => {
    const { limits, learns } = resolve().targets.get("small-model-1") ?? {};
    expect([limits, learns]).toEqual([[], true]);
  });

  it("are its own and those of its client", () => {
    const { targets } = resolve({
      clients: { other: someClient() },
      targets: { a: { client: "other", limits: { requestsPerMinute: 50, concurrency: 2 } } },
      clientLimits: { other: { tokensPerMinute: 1_000 }, default: { concurrency: 9 } },
    });
    expect(targets.get("a")?.limits).toEqual([
      { key: "limit:target:a:requests", owner: "target", of: "requests", most: 50 },
      { key: "limit:target:a:calls", owner: "target", of: "calls", most: 2 },
      { key: "limit:client:other:tokens", owner: "client", of: "tokens", most: 1_000 },
    ]);
  });

  it("are those of its client under the name that counts, also for a model id that only the call names", () => {
    const client = someClient();
    const config = resolve({ client, clients: { standard: client }, clientLimits: { standard: { concurrency: 9 } } });
    const limits = [{ key: "limit:client:default:calls", owner: "client", of: "calls", most: 9 }];
    const meaning = config.meaningOf("another-model");
    expect(config.targets.get("small-model-1")?.limits).toEqual(limits);
    expect(meaning.kind === "other" && meaning.target.limits).toEqual(limits);
  });

  it("leave out what is Infinity", () => {
    expect(
      resolve({ clientLimits: { default: { concurrency: Infinity } } }).targets.get("small-model-1")?.limits,
    ).toEqual([]);
  });

  it("are told to be there", () => {
    expect(resolve().limited).toBe(false);
    expect(resolve({ targets: { a: { limits: { learn: false } } } }).limited).toBe(false);
    expect(resolve({ targets: { a: { limits: { concurrency: 1 } } } }).limited).toBe(true);
    expect(resolve({ clientLimits: { default: { concurrency: 1 } } }).limited).toBe(true);
  });

  it("are told to be there when only a key has some", () => {
    expect(resolve({ keyLimits: { default: { concurrency: 1 } } }).limited).toBe(true);
    expect(resolve({ keys: { default: [{ apiKey: "k", limits: { concurrency: 1 } }] } }).limited).toBe(true);
    expect(resolve({ keys: { default: ["k"] } }).limited).toBe(false);
  });

  it("can be deaf to headers", () => {
    expect(resolve({ targets: { a: { limits: { learn: false } } } }).targets.get("a")?.learns).toBe(false);
  });
});

describe("waiting for limits", () => {
  it("has its defaults, each by itself", () => {
    expect(resolve().waiting).toEqual({ maxWaiting: 1_000, maxWaitMs: 65_000 });
    expect(resolve({ waiting: { maxWaitMs: 5 } }).waiting).toEqual({ maxWaiting: 1_000, maxWaitMs: 5 });
  });

  it("can be switched off", () => {
    expect(resolve({ waiting: false }).waiting).toBe(false);
  });
});

describe("the limits of a key", () => {
  it("are its own, and of the rest those of all keys of its client", () => {
    const client = someClient();
    const { keys } = resolve({
      client,
      clients: { standard: client },
      keys: { default: ["one", { apiKey: "two", label: "paid", limits: { requestsPerMinute: 500 } }] },
      keyLimits: { standard: { requestsPerMinute: 50, concurrency: 2 } },
    });
    expect(keys.get("default")?.map(({ limits }) => limits.map(({ key, most }) => `${key}: ${most}`))).toEqual([
      ["limit:key:default:1:requests: 50", "limit:key:default:1:calls: 2"],
      ["limit:key:default:paid:requests: 500", "limit:key:default:paid:calls: 2"],
    ]);
  });

  it("make a client's own key one of those that are known by label", () => {
    const client = someClient();
    const { keys } = resolve({ client, keyLimits: { default: { concurrency: 2 } } });
    expect(keys.get("default")).toMatchObject([{ label: "1", base: client, client, limits: [{ most: 2 }] }]);
  });
});
