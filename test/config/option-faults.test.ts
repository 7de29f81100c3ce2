import { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.ts";
import { faultsOf, optionsOf } from "./options-of.ts";

/** A price for long prompts. */
const step = { promptTokens: 1_000, promptUsd: 1, completionUsd: 1 };

const faults = (changes: object) => faultsOf(() => resolveConfig(optionsOf(changes)));

describe("the form of options", () => {
  it.each([
    ["a string", "options", ": must be an object, got a string"],
    ["nothing", undefined, ": must be an object, got nothing"],
    ["null", null, ": must be an object, got null"],
    ["an array", [], ": must be an object, got an array"],
  ])("refuses %s for the options", (_, options, fault) => {
    expect(faultsOf(() => resolveConfig(options as never))).toContain(fault);
  });

  it("names what is missing", () => {
    expect(faultsOf(() => resolveConfig({} as never))).toEqual([
      "client: is missing; give it an OpenAI client, as in new OpenAI({ … })",
      "tiers: is missing; give it an object of tier name → targets",
    ]);
  });

  it.each([
    ["a string", "sk-secret", "got a string"],
    ["null", null, "got null"],
    ["the class itself", OpenAI, "got a function; make an instance with new"],
    ["a promise", Promise.resolve(), "got a promise; await it first"],
    ["options of a client", { apiKey: "sk-secret" }, "got an object without post and withOptions"],
    ["half a client", { post() {} }, "got an object without withOptions"],
  ])("refuses %s for a client and does not show it", (_, client, got) => {
    const must = "must be an instance of OpenAI or of a subclass such as AzureOpenAI";
    expect(faults({ client, clients: { other: client } })).toEqual([
      `client: ${must}, ${got}`,
      `clients.other: ${must}, ${got}`,
    ]);
  });

  it("takes a client of another copy of the openai package", () => {
    expect(faults({ client: { post() {}, withOptions() {} } })).toEqual([]);
  });

  it.each([
    [{ tiers: ["cheap"] }, "tiers: must be an object of tier name → targets, got an array"],
    [{ tiers: {} }, "tiers: needs at least one tier"],
    [
      { tiers: { cheap: "gpt-4o" } },
      "tiers.cheap: must be an array of targets, or an object with targets, got a string",
    ],
    [
      { tiers: { cheap: undefined } },
      "tiers.cheap: must be an array of targets, or an object with targets, got nothing",
    ],
    [{ tiers: { cheap: [] } }, "tiers.cheap: has no targets; name at least one"],
    [{ tiers: { cheap: { targets: [] } } }, "tiers.cheap.targets: has no targets; name at least one"],
    [{ tiers: { cheap: {} } }, "tiers.cheap.targets: must be an array of target ids or model ids, got nothing"],
    [{ tiers: { cheap: ["a-1", 5] } }, "tiers.cheap[1]: must be a string, got a number"],
    [{ tiers: { cheap: ["a-1", ""] } }, "tiers.cheap[1]: must not be empty"],
    [{ tiers: { cheap: ["a-1", " b-1"] } }, 'tiers.cheap[1]: has spaces around it: " b-1"'],
  ])("refuses %j", (changes, fault) => {
    expect(faults(changes)).toEqual([fault]);
  });

  it.each([
    [{ deadlinems: 5 }, 'deadlinems: is not an option (did you mean "deadlineMs"?)'],
    [{ timeouts: { headerMs: 5 } }, 'timeouts.headerMs: is not an option (did you mean "headersMs"?)'],
    [{ zebra: 5 }, "zebra: is not an option"],
    [
      { tiers: { cheap: { targets: ["a-1"], stratgy: "cheapest" } } },
      'tiers.cheap.stratgy: is not an option (did you mean "strategy"?)',
    ],
    [
      { targets: { a: { limits: { requestPerMinute: 5 } } } },
      'targets.a.limits.requestPerMinute: is not an option (did you mean "requestsPerMinute"?)',
    ],
    [{ clientLimits: { default: { learn: true } } }, "clientLimits.default.learn: is not an option"],
    [{ keyLimits: { default: { learn: true } } }, "keyLimits.default.learn: is not an option"],
    [{ targets: { "a/b": { modle: "x" } } }, 'targets["a/b"].modle: is not an option (did you mean "model"?)'],
    [
      { prices: { x: { promptUsd: 1, completionUsd: 1, cacheUsd: 1 } } },
      'prices.x.cacheUsd: is not an option (did you mean "cachedUsd"?)',
    ],
  ])("refuses the unknown option in %j", (changes, fault) => {
    expect(faults(changes)).toEqual([fault]);
  });

  it("gives every unknown option a line of its own", () => {
    expect(faults({ retry: { maxRetry: 1, minDelay: 1 } })).toEqual([
      'retry.maxRetry: is not an option (did you mean "maxRetries"?)',
      'retry.minDelay: is not an option (did you mean "minDelayMs"?)',
    ]);
  });
});

describe("numbers of options", () => {
  const limit = "must be milliseconds above 0, at most 2147483647, or Infinity for no limit";
  const duration = "must be milliseconds above 0, at most 2147483647";
  const price = "must be USD per 1,000,000 tokens, 0 or more";

  it.each(["headersMs", "firstContentMs", "idleMs", "attemptMs"])("refuses limits out of range for %s", (name) => {
    for (const [value, shown] of [
      [-1, "-1"],
      [0, "0"],
      [NaN, "NaN"],
      [2 ** 31, "2147483648"],
      ["5s", '"5s"'],
      [null, "null"],
    ]) {
      expect(faults({ timeouts: { [name]: value } })).toEqual([`timeouts.${name}: ${limit}, got ${shown}`]);
    }
  });

  it.each([
    [{ deadlineMs: 0 }, `deadlineMs: ${limit}, got 0`],
    [{ slowMs: -5 }, `slowMs: ${limit}, got -5`],
    [{ classifierTimeoutMs: 0 }, `classifierTimeoutMs: ${limit}, got 0`],
    [{ conversations: { ttlMs: 0 } }, `conversations.ttlMs: ${limit}, got 0`],
    [
      { conversations: { maxConversations: 0 } },
      "conversations.maxConversations: must be a whole number, 1 or more, got 0",
    ],
    [{ retry: { maxRetries: 1.5 } }, "retry.maxRetries: must be a whole number of retries, 0 or more, got 1.5"],
    [
      { retry: { maxRetries: Infinity } },
      "retry.maxRetries: must be a whole number of retries, 0 or more, got Infinity",
    ],
    [{ retry: { minDelayMs: -1 } }, "retry.minDelayMs: must be milliseconds from 0, at most 2147483647, got -1"],
    [{ retry: { minDelayMs: 9, maxDelayMs: 8 } }, "retry.minDelayMs: must not be more than maxDelayMs"],
    [{ breaker: { failureThreshold: 0 } }, "breaker.failureThreshold: must be a whole number, 1 or more, got 0"],
    [{ breaker: { errorRate: 50 } }, "breaker.errorRate: must be a share from 0 to 1, got 50"],
    [{ breaker: { windowMs: Infinity } }, `breaker.windowMs: ${duration}, got Infinity`],
    [{ breaker: { cooldownMs: 0 } }, `breaker.cooldownMs: ${duration}, got 0`],
    [
      { targets: { a: { limits: { requestsPerMinute: 0 } } } },
      "targets.a.limits.requestsPerMinute: must be a whole number, 1 or more, or Infinity for no limit, got 0",
    ],
    [
      { clientLimits: { default: { tokensPerMinute: 0.5 } } },
      "clientLimits.default.tokensPerMinute: must be a whole number, 1 or more, or Infinity for no limit, got 0.5",
    ],
    [
      { clientLimits: { default: { concurrency: "2" } } },
      'clientLimits.default.concurrency: must be a whole number, 1 or more, or Infinity for no limit, got "2"',
    ],
    [{ waiting: { maxWaiting: 0 } }, "waiting.maxWaiting: must be a whole number, 1 or more, got 0"],
    [{ waiting: { maxWaitMs: 0 } }, `waiting.maxWaitMs: ${limit}, got 0`],
    [{ slow: { latencyMs: 0 } }, `slow.latencyMs: ${limit}, got 0`],
    [
      { hedge: { afterMs: "p99" } },
      'hedge.afterMs: must be "p95", or milliseconds above 0, at most 2147483647, got "p99"',
    ],
    [{ hedge: { maxExtraLoad: 5 } }, "hedge.maxExtraLoad: must be a share from 0 to 1, got 5"],
    [{ hedge: true }, "hedge: must be false or an object, got true"],
    [{ slow: { slowRate: 50 } }, "slow.slowRate: must be a share from 0 to 1, got 50"],
    [
      { tiers: { cheap: { targets: ["a-1"], slo: { availability: 99.9 } } } },
      "tiers.cheap.slo.availability: must be a share above 0 and below 1, such as 0.999, got 99.9",
    ],
    [
      { tiers: { cheap: { targets: ["a-1"], slo: { p99Ms: 500, burnRate: 0 } } } },
      "tiers.cheap.slo.burnRate: must be a factor above 0, got 0",
    ],
    [
      { tiers: { cheap: { targets: ["a-1"], slo: {} } } },
      "tiers.cheap.slo: promises nothing; give p95Ms, p99Ms or availability",
    ],
    [{ targets: { a: { weight: -1 } } }, "targets.a.weight: must be a share of traffic, 0 or more, got -1"],
    [
      { targets: { a: { contextWindow: 0 } } },
      "targets.a.contextWindow: must be a whole number of tokens, 1 or more, got 0",
    ],
    [{ prices: { a: -1 } }, `prices.a: ${price}, or an object with promptUsd and completionUsd, got -1`],
    [{ prices: { a: NaN } }, `prices.a: ${price}, or an object with promptUsd and completionUsd, got NaN`],
    [{ prices: { a: Infinity } }, `prices.a: ${price}, or an object with promptUsd and completionUsd, got Infinity`],
    [{ prices: { a: "1" } }, `prices.a: ${price}, or an object with promptUsd and completionUsd, got "1"`],
    [{ prices: { a: { promptUsd: 1, completionUsd: -1 } } }, `prices.a.completionUsd: ${price}, got -1`],
    [
      {
        targets: {
          a: {
            price: { promptUsd: 1, completionUsd: 1, above: [{ promptTokens: 0, promptUsd: 1, completionUsd: 1 }] },
          },
        },
      },
      "targets.a.price.above[0].promptTokens: must be a whole number of tokens, 1 or more, got 0",
    ],
    [
      { prices: { m: { promptUsd: 1, completionUsd: 1, above: [{ ...step }, { ...step, promptUsd: 3 }] } } },
      "prices.m.above: has two prices for the same promptTokens",
    ],
    [
      { prices: { m: { promptUsd: 1, completionUsd: 1, above: step } } },
      "prices.m.above: must be an array of prices for long prompts, got an object",
    ],
    [
      { targets: { a: { price: { promptUsd: 1, completionUsd: 1, requestUsd: -1 } } } },
      "targets.a.price.requestUsd: must be USD per request, 0 or more, got -1",
    ],
  ])("refuses %j", (changes, fault) => {
    expect(faults(changes)).toEqual([fault]);
  });

  it("refuses an empty price", () => {
    expect(faults({ prices: { a: {} } })).toEqual([
      `prices.a.promptUsd: ${price}, got nothing`,
      `prices.a.completionUsd: ${price}, got nothing`,
    ]);
  });

  it.each([
    { timeouts: { headersMs: Infinity } },
    { deadlineMs: 0.5 },
    { retry: { maxRetries: 0, minDelayMs: 0, maxDelayMs: 0 } },
    { breaker: { failureThreshold: 1, errorRate: 0, windowMs: 1, cooldownMs: 1 } },
    { prices: { free: 0 } },
    { targets: { a: { weight: 0 } } },
    { conversations: { ttlMs: Infinity } },
  ])("takes %j", (changes) => {
    expect(faults(changes)).toEqual([]);
  });
});

describe("the other values of options", () => {
  it.each([
    [{ timeouts: true }, "timeouts: must be false or an object, got true"],
    [{ retry: 3 }, "retry: must be false or an object, got 3"],
    [{ breaker: null }, "breaker: must be false or an object, got null"],
    [{ conversations: true }, "conversations: must be false or an object, got true"],
    [{ streamUsage: "yes" }, 'streamUsage: must be true or false, got "yes"'],
    [{ fallbackOnContentFilter: 1 }, "fallbackOnContentFilter: must be true or false, got 1"],
    [{ onStreamBreak: "restrat" }, 'onStreamBreak: no policy "restrat" (did you mean "restart"?)'],
    [{ onStreamBreak: true }, 'onStreamBreak: must be one of "error", "restart", "continue", got true'],
    [{ targets: { a: { continues: "prefx" } } }, 'targets.a.continues: no style "prefx" (did you mean "prefix"?)'],
    [{ accept: "jsn" }, 'accept: no check "jsn" (did you mean "json"?)'],
    [
      { accept: ["json", 5] },
      'accept: must be a function of the answer, one of "json", "notEmpty", "noRefusal", an array of them, or false, got a number',
    ],
    [
      { tiers: { cheap: { targets: ["a-1"], accept: { "~standard": {} } } } },
      'tiers.cheap.accept: must be a function of the answer, one of "json", "notEmpty", "noRefusal", an array of them, or false, got an object; give a schema as acceptSchema(schema)',
    ],
    [{ strategy: "cheepest" }, 'strategy: no strategy "cheepest" (did you mean "cheapest"?)'],
    [
      { strategy: "random" },
      'strategy: no strategy "random"; there are "priority", "cheapest", "fastest", "weighted", "least-busy"',
    ],
    [
      { strategy: 5 },
      'strategy: must be one of "priority", "cheapest", "fastest", "weighted", "least-busy" or an object with name and order, got a number',
    ],
    [
      { strategy: () => [] },
      'strategy: must be one of "priority", "cheapest", "fastest", "weighted", "least-busy" or an object with name and order, got a function; call it if it makes one',
    ],
    [{ strategy: { order() {} } }, "strategy: needs a name, which events and errors show"],
    [{ strategy: { name: "own" } }, 'strategy: "own" needs order, a function'],
    [
      { tiers: { cheap: { targets: ["a-1"], strategy: "prioriti" } } },
      'tiers.cheap.strategy: no strategy "prioriti" (did you mean "priority"?)',
    ],
    [
      { classifier: () => undefined },
      "classifier: must be a classifier, an object with name and classify, got a function; call it if it makes one",
    ],
    [{ classifier: 5 }, "classifier: must be a classifier, an object with name and classify, got a number"],
    [{ classifier: { classify() {} } }, "classifier: needs a name, which events and errors show"],
    [{ classifier: [{ name: "own" }] }, 'classifier[0]: "own" needs classify, a function'],
    [
      { classifier: { name: "own", classify() {}, timeoutMs: 0 } },
      "classifier: its timeoutMs must be milliseconds above 0, at most 2147483647, or Infinity for no limit, got 0",
    ],
    [
      { targets: { a: { capabilities: ["tool"] } } },
      'targets.a.capabilities[0]: no capability "tool" (did you mean "tools"?)',
    ],
    [
      { targets: { a: { capabilities: ["magic"] } } },
      'targets.a.capabilities[0]: must be one of "tools", "vision", "audio", "json", "streaming", "reasoning", got "magic"',
    ],
    [{ targets: { a: { region: 5 } } }, "targets.a.region: must be a string, got a number"],
    [{ targets: { a: { headers: [] } } }, "targets.a.headers: must be an object of header name → value, got an array"],
    [{ targets: { a: { headers: { "x y": "1" } } } }, 'targets.a.headers: "x y" can not be the name of a header'],
    [{ targets: { a: { headers: { "x-y": 1 } } } }, 'targets.a.headers: "x-y" must be a string, got a number'],
    [
      { targets: { a: { headers: { "x-y": "secret\nb" } } } },
      'targets.a.headers: "x-y" has characters that no header may have',
    ],
    [{ targets: { a: { params: 5 } } }, "targets.a.params: must be an object of body parameter → value, got a number"],
    [
      { targets: { a: { params: { model: "x" } } } },
      'targets.a.params: can not set "model": set the target\'s own model instead',
    ],
    [
      { targets: { a: { params: { stream: true } } } },
      'targets.a.params: can not set "stream": whether a call streams is up to its caller',
    ],
  ])("refuses %j", (changes, fault) => {
    expect(faults(changes)).toEqual([fault]);
  });
});

describe("names that are properties of every object", () => {
  it.each(["tiers", "targets", "clients", "clientRules", "aliases", "prices"])(
    "refuses an own __proto__ in %s",
    (section) => {
      const given: unknown = JSON.parse('{"__proto__": {"polluted": true}}');
      expect(faults({ [section]: given })).toContain(`${section}: can not have "__proto__" as a name`);
    },
  );

  it("refuses an own __proto__ among the options", () => {
    const given = JSON.parse('{"__proto__": {"polluted": true}}') as object;
    const options = Object.defineProperties(
      {},
      Object.getOwnPropertyDescriptors({ ...given, ...(optionsOf() as object) }),
    );
    expect(faultsOf(() => resolveConfig(options as never))).toEqual(["__proto__: is not an option"]);
  });

  it("pollutes no prototype", () => {
    const given: unknown = JSON.parse(
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
    );
    faults({ tiers: given, targets: given, timeouts: given });
    expect({}).not.toHaveProperty("polluted");
  });

  it("takes constructor and toString for names like any others", () => {
    const { tiers, meaningOf } = resolveConfig(
      optionsOf({ tiers: { constructor: ["toString"] }, aliases: { valueOf: "constructor" } }),
    );
    expect(tiers.get("constructor")?.targets.map(({ id }) => id)).toEqual(["toString"]);
    expect(meaningOf("valueOf")).toMatchObject({ kind: "tier", tier: { name: "constructor" } });
    expect(meaningOf("hasOwnProperty")).toMatchObject({ kind: "other", target: { id: "hasOwnProperty" } });
  });
});

describe("the error", () => {
  it("names every fault at once, those of form and those of reference", () => {
    expect(
      faults({
        deadlineMs: -1,
        defaultTier: "chaep",
        targets: { a: { client: "pro" } },
        tiers: { cheap: ["small-model-1", "small-model-1"], auto: [5] },
      }),
    ).toEqual([
      "deadlineMs: must be milliseconds above 0, at most 2147483647, or Infinity for no limit, got -1",
      "tiers.auto[0]: must be a string, got a number",
      'tiers.cheap[1]: "small-model-1" is in this tier already, at [0]',
      'tiers.auto: can not be called "auto", which means that a classifier picks the tier',
      'defaultTier: no tier "chaep" (did you mean "cheap"?)',
      'targets.a.client: no client "pro"; the only client is "default"',
    ]);
  });

  it("is a ConfigError with code invalid_config, whose message has a line for every fault", () => {
    expect(() => resolveConfig(optionsOf({ slowMs: 0, tiers: {} }))).toThrow(
      expect.objectContaining({
        name: "ConfigError",
        code: "invalid_config",
        message: [
          "tiers: needs at least one tier",
          "slowMs: must be milliseconds above 0, at most 2147483647, or Infinity for no limit, got 0",
        ].join("\n"),
      }),
    );
  });

  it("never shows a key, wherever it stands", () => {
    const key = "sk-very-secret";
    const given = {
      client: key,
      clients: { [key]: { apiKey: key } },
      deadlineMs: key,
      strategy: key,
      defaultTier: key,
      baseline: key,
      aliases: { [key]: key },
      clientRules: { [key]: key },
      targets: { [key]: { client: key, headers: { [key]: 5 }, region: ` ${key}`, capabilities: [key] } },
      tiers: { [key]: [key, key], auto: key },
      [key]: key,
    };
    const faultsShown = faultsOf(() => resolveConfig(given as never)).join("\n");
    expect(faultsShown.split("\n").length).toBeGreaterThan(10);
    expect(faultsShown).not.toContain("very-secret");
  });
});
