import assert from "node:assert/strict";
import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { ConfigError, ModelRouter, type RouterConfig, type RouterOptions } from "../../src/index.ts";
import { startProvider } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, messages, startPair, startSingle } from "./setup.ts";

const before = [Object.prototype, Array.prototype, Function.prototype].map((prototype) => Reflect.ownKeys(prototype));

afterEach(() => {
  const after = [Object.prototype, Array.prototype, Function.prototype].map((prototype) => Reflect.ownKeys(prototype));
  assert.deepEqual(after, before, "The test has left something in a prototype that all objects have.");
});

// As JSON makes it: a property of its own, where `{ __proto__: … }` in code sets the prototype.
function own<T>(name: string, value: T): Record<string, T> {
  return JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`) as Record<string, T>;
}

const client = new OpenAI({ baseURL: "http://127.0.0.1:1/v1", apiKey: "sk-test" });
const inherited = ["constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];

function data(more: string): RouterConfig {
  return JSON.parse(`{"client":{"apiKeyEnv":"KEY"},"tiers":{"main":["a"]},${more}}`) as RouterConfig;
}

function ownNames(headers: Headers): string[] {
  return [...headers.keys()].filter((name) => name.startsWith("x-"));
}

describe("__proto__ as a name", () => {
  it.each<[string, Partial<RouterOptions>]>([
    ["a tier", { tiers: own("__proto__", ["a"]) }],
    ["a target", { targets: own("__proto__", { model: "m" }) }],
    ["an alias", { aliases: own("__proto__", "main") }],
    ["a budget", { budgets: own("__proto__", { limitUsd: 1, per: "day" as const }) }],
    ["a price", { prices: own("__proto__", 1) }],
    ["a client with limits", { clientLimits: own("__proto__", { concurrency: 1 }) }],
    ["a parameter", { targets: { a: { params: own("__proto__", { polluted: 1 }) } } }],
    ["an option", own("__proto__", { polluted: 1 }) as Partial<RouterOptions>],
  ])("is refused for %s", (_, options) => {
    expect(() => new ModelRouter({ client, tiers: { main: ["a"] }, ...options })).toThrow(ConfigError);
  });

  it("is refused in a configuration that is data, and in an update", async () => {
    const env = { KEY: "sk-test" };
    for (const more of ['"__proto__":{"polluted":1}', '"clients":{"__proto__":{"apiKeyEnv":"KEY"}}']) {
      expect(() => ModelRouter.fromConfig(data(more), { env })).toThrow(ConfigError);
    }
    await using router = new ModelRouter({ client, tiers: { main: ["a"] } });
    expect(() => router.update(own("__proto__", { polluted: 1 }))).toThrow(ConfigError);
    expect(() => router.with(own("__proto__", { polluted: 1 }))).toThrow(ConfigError);
  });

  it("is a word like any other in tags, tasks, model ids, bodies and answers", async () => {
    await using single = await startSingle({ a: [{ body: answer }], router: { prices: { a: 1 } } });
    const tags = own("__proto__", "polluted");
    const view = single.router.with({ tags, task: "__proto__", user: "__proto__", conversation: "__proto__" });
    const body = JSON.parse(`{"model":"__proto__","messages":[],"__proto__":{"polluted":1}}`) as typeof call;
    const record = view.recordOf(await view.chat.completions.create(body));
    expect(record).toMatchObject({ target: "__proto__", task: "__proto__" });
    expect(Object.entries(record.tags)).toEqual([["__proto__", "polluted"]]);
    expect(single.a.requests[0]?.rawBody).toContain('"__proto__":{"polluted":1}');
    expect(single.router.costs({ by: "tag:__proto__" }).total.calls).toBe(1);
    const headers = { "x-router-tags": "__proto__=polluted" };
    const completion = await single.router.chat.completions.create(call, { headers });
    expect(Object.entries(single.router.recordOf(completion).tags)).toEqual([["__proto__", "polluted"]]);
  });
});

const answer = `{"__proto__":{"polluted":1},"choices":[{"index":0,"message":{"role":"assistant","content":"x"},
  "finish_reason":"stop"}],"usage":{"__proto__":{"polluted":1},"prompt_tokens":1,"completion_tokens":1}}`;

describe.each(inherited)("%s, which every object has,", (name) => {
  it("is a good name for targets, aliases, budgets and prices", async () => {
    await using single = await startSingle({
      router: {
        targets: own(name, { model: name }),
        tiers: { main: [name] },
        aliases: own(`alias-${name}`, "main"),
        budgets: own(name, { limitUsd: 1, per: "day" as const }),
        prices: own(name, 1),
      },
    });
    const { router } = single;
    const record = router.recordOf(await router.chat.completions.create({ ...call, model: `alias-${name}` }));
    expect([record.target, record.costUsd]).toEqual([name, expect.any(Number)]);
    expect([Object.keys(router.stats().targets), router.health().targets[name]?.breaker]).toEqual([[name], "closed"]);
    expect((await router.budgets()).map(({ budget }) => budget)).toEqual([name]);
  });

  it("is a good name for a tier", async () => {
    await using single = await startSingle({ router: { tiers: own(name, ["a"]) } });
    const record = single.router.recordOf(await single.router.chat.completions.create({ ...call, model: name }));
    expect([record.tier, Object.keys(single.router.stats().tiers)]).toEqual([name, [name]]);
  });

  it("is not taken for something that was configured", async () => {
    await using single = await startSingle();
    const { router } = single;
    const record = router.recordOf(await router.chat.completions.create({ ...call, model: name }));
    expect([record.target, record.tier]).toEqual([name, "direct"]);
    expect(() => router.with({ tier: name })).toThrow(`no tier "${name}"`);
    expect(() => router.with({ target: name })).toThrow(`no target "${name}"`);
    expect(() => router.with(own(name, 1))).toThrow(`no hint "${name}"`);
    expect(() => router.costs({ by: name as "tier" })).toThrow(TypeError);
    const headers = { [`x-router-${name}`]: "1" };
    const error = await errorOf(router.chat.completions.create(call, { headers }));
    expect(error.code).toBe("invalid_hint");
  });
});

const odd = {
  "a line break": "a\r\nx-evil: 1",
  "a line feed": "a\nb",
  "a zero": "a\0b",
  "Latin-1": "café",
  Chinese: "日本",
  "an emoji": "🙂",
  "half a surrogate pair": "a\uD800b",
  "a megabyte": "x".repeat(1_000_000),
};

describe.each(Object.entries(odd))("a name with %s", (_, name) => {
  it("comes as one header that any server takes", async () => {
    await using single = await startSingle({
      router: { targets: { [name]: { model: "m" } }, tiers: { [`tier ${name}`]: [name] } },
    });
    for (const model of [name, `${name}, which nobody knows`]) {
      const { response } = await single.router.chat.completions.create({ model, messages }).withResponse();
      const added = [...response.headers].filter(([header]) => header.startsWith("x-router-"));
      for (const [, value] of added) expect(value).toMatch(/^[\x20-\x7E]{1,2500}$/);
      expect(response.headers.has("x-evil")).toBe(false);
      const whole = single.router.recordOf(response);
      expect(whole.target).toBe(model);
    }
  });

  it("is a good hint", async () => {
    await using single = await startSingle();
    const tags = { [name]: name };
    const view = single.router.with({ task: name, priority: name, user: name, conversation: name, tags });
    const record = view.recordOf(await view.chat.completions.create(call));
    expect([record.task, record.tags]).toEqual([name, tags]);
    expect(JSON.stringify(single.a.requests[0]).includes("x-evil")).toBe(false);
  });

  it("says nothing to the next target when a call falls back", async () => {
    await using pair = await startPair({
      a: [503, 503],
      router: { targets: { [name]: { model: "a" }, b: { client: "other" } }, tiers: { main: [name, "b"] } },
    });
    const { response } = await pair.router.chat.completions.create(call).withResponse();
    expect(response.headers.get("x-router-fell-back")).toBe("true");
    expect(JSON.stringify(pair.b.requests[0])).not.toContain("x-evil");
  });
});

it.each([
  ["a value with a line break", { "x-a": "1\r\nx-evil: 1" }],
  ["a value beyond Latin-1", { "x-a": "日本" }],
  ["a name with a line break", { "x-a\r\nx-evil": "1" }],
])("refuses a header of a target that has %s", (_, headers) => {
  expect(() => new ModelRouter({ client, targets: { a: { headers } }, tiers: { main: ["a"] } })).toThrow(
    /targets\.a\.headers/,
  );
});

describe("headers in the router's name that a provider sends", () => {
  const headers = { "x-router-fell-back": "true", "x-router-cost-usd": "0", "x-router-other": "evil", "x-own": "good" };
  const routers = ["x-request-id", "x-router-attempts", "x-router-request-id", "x-router-target", "x-router-tier"];

  it("are not passed on with an answer, however its headers are read", async () => {
    await using single = await startSingle({ a: [{ headers }] });
    const { response } = await single.router.chat.completions.create(call).withResponse();
    expect(ownNames(response.headers)).toEqual(["x-own", ...routers]);
    expect(["x-router-fell-back", "X-Router-Other"].map((name) => response.headers.get(name))).toEqual([null, null]);
    expect([response.headers.has("x-router-cost-usd"), response.headers.get("x-own")]).toEqual([false, "good"]);
    expect(ownNames(new Headers(response.headers))).toEqual(["x-own", ...routers]);
  });

  it("are not passed on with an error", async () => {
    await using provider = await startProvider({ status: 400, headers });
    await using router = new ModelRouter({ client: clientOf(provider), targets: { a: {} }, tiers: { main: ["a"] } });
    const error = (await errorOf(router.chat.completions.create(call))) as unknown as { headers: Headers };
    expect(ownNames(error.headers).filter((name) => Object.hasOwn(headers, name))).toEqual(["x-own"]);
  });
});
