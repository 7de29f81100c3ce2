import { AzureOpenAI, type OpenAI } from "openai";
import { afterEach, describe, expect, it, vi } from "vitest";
import { optionsFromConfig } from "../../src/config/from-config.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { startProvider } from "../../src/testing/start-provider.ts";
import { faultsOf, someClient } from "./options-of.ts";

const env = { GLOBAL_API_KEY: "ga_standard", GLOBAL_PRO_KEY: "ga_pro_dedicated", ORG: "org-1", PROJECT: "proj-1" };

/** A valid configuration, as JSON would give it, and whatever a test changes in it. */
function configOf(changes: object = {}): unknown {
  return JSON.parse(
    JSON.stringify({
      client: "standard",
      clients: { standard: { baseURL: "https://a.example/v1", apiKeyEnv: "GLOBAL_API_KEY" } },
      tiers: { cheap: ["small-1"] },
      ...changes,
    }),
  );
}

const faults = (changes: object) => faultsOf(() => optionsFromConfig(configOf(changes), { env }));

afterEach(() => vi.unstubAllEnvs());

describe("a configuration as data", () => {
  it("becomes options with the clients it describes", () => {
    const { client, clients, tiers } = optionsFromConfig(configOf(), { env });
    expect(client).toMatchObject({
      baseURL: "https://a.example/v1",
      apiKey: "ga_standard",
      organization: null,
      project: null,
    });
    expect(clients?.["standard"]).toBe(client);
    expect(tiers).toEqual({ cheap: ["small-1"] });
  });

  it("holds every other option as it is", () => {
    const rest = {
      clientRules: { "Pro/*": "pro" },
      defaultTier: "cheap",
      strategy: "cheapest",
      aliases: { "gpt-4o": "auto" },
      baseline: "gpt-4o",
      prices: { "gpt-4o": { promptUsd: 1, completionUsd: 2 } },
      targets: { eu: { model: "small-1", region: "eu-west-1", capabilities: ["tools"], params: { seed: 1 } } },
      tiers: { cheap: { targets: ["small-1", "eu"], strategy: "fastest", retry: false } },
      timeouts: { idleMs: 5 },
      breaker: false,
      slowMs: 500,
      hedge: { afterMs: "p95", maxExtraLoad: 0.02 },
    };
    expect(optionsFromConfig(configOf(rest), { env })).toMatchObject(rest);
  });

  it("resolves, with the wrapped client known as default", () => {
    const clients = {
      standard: { apiKeyEnv: "GLOBAL_API_KEY" },
      pro: { apiKeyEnv: "GLOBAL_PRO_KEY" },
    };
    const config = configOf({ clients, clientRules: { "Pro/*": "pro" }, tiers: { cheap: ["small-1", "Pro/big-1"] } });
    const { targets } = resolveConfig(optionsFromConfig(config, { env }));
    expect([...targets.values()].map(({ client }) => client)).toEqual(["default", "pro"]);
  });

  it("can have the wrapped client written out", () => {
    const config = configOf({ client: { apiKeyEnv: "GLOBAL_PRO_KEY" }, clients: undefined });
    expect(optionsFromConfig(config, { env }).client).toMatchObject({ apiKey: "ga_pro_dedicated" });
  });

  it("reads keys from process.env unless it is told otherwise", () => {
    vi.stubEnv("GLOBAL_API_KEY", "ga_of_the_process");
    expect(optionsFromConfig(configOf()).client.apiKey).toBe("ga_of_the_process");
  });

  it("takes clients that were made elsewhere, also in the place of those it describes", () => {
    const mine = someClient();
    const { client, clients } = optionsFromConfig(configOf({ tiers: { cheap: ["a"] } }), {
      clients: { standard: mine },
      env: {},
    });
    expect(client).toBe(mine);
    expect(clients).toEqual({ standard: mine });
  });

  it("makes an AzureOpenAI client", async () => {
    vi.stubEnv("OPENAI_BASE_URL", "https://wrong.example");
    await using provider = await startProvider();
    const azure = { endpoint: new URL(provider.url).origin, apiVersion: "2025-04-01-preview", deployment: "mine" };
    const { client } = optionsFromConfig(configOf({ client: { apiKeyEnv: "GLOBAL_API_KEY", azure } }), { env });
    expect(client).toBeInstanceOf(AzureOpenAI);
    await ask(client);
    expect(provider.requests).toMatchObject([
      {
        path: "/openai/deployments/mine/chat/completions",
        query: { "api-version": "2025-04-01-preview" },
        key: "ga_standard",
      },
    ]);
  });

  it("sends the organisation, project and headers that it names", async () => {
    await using provider = await startProvider();
    const client = {
      baseURL: provider.url,
      apiKeyEnv: "GLOBAL_API_KEY",
      organizationEnv: "ORG",
      projectEnv: "PROJECT",
      defaultHeaders: { "X-Team": "search" },
    };
    await ask(optionsFromConfig(configOf({ client }), { env }).client);
    expect(provider.requests[0]?.headers).toMatchObject({
      authorization: "Bearer ga_standard",
      "openai-organization": "org-1",
      "openai-project": "proj-1",
      "x-team": "search",
    });
  });

  it("sends a provider nothing that the environment holds for another one", async () => {
    await using provider = await startProvider();
    const names = ["OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY", "OPENAI_API_KEY", "OPENAI_WEBHOOK_SECRET"];
    for (const name of names) vi.stubEnv(name, `leaked-${name}`);
    vi.stubEnv("OPENAI_BASE_URL", "https://wrong.example");
    const { client } = optionsFromConfig(configOf({ client: { baseURL: provider.url, apiKeyEnv: "GLOBAL_API_KEY" } }), {
      env,
    });
    await ask(client);
    expect(provider.requests).toHaveLength(1);
    expect(JSON.stringify(provider.requests[0]?.headers)).not.toContain("leaked");
    expect(client).toMatchObject({ adminAPIKey: null, webhookSecret: null });
  });

  it("goes to OpenAI when a client has no URL, whatever the environment says", () => {
    vi.stubEnv("OPENAI_BASE_URL", "https://wrong.example");
    const { client } = optionsFromConfig(configOf({ client: { apiKeyEnv: "GLOBAL_API_KEY" } }), { env });
    expect(client.baseURL).toBe("https://api.openai.com/v1");
  });
});

describe("classifiers as data", () => {
  const tiers = { cheap: ["a-1"], balanced: ["a-1"], premium: ["a-1"] };

  it.each([
    ["task", {}],
    ["task", { tiers: { titles: "cheap" }, otherwise: "premium" }],
    ["priority", { tiers: { gold: "premium" } }],
    [
      "heuristic",
      { cheap: "cheap", balanced: "cheap", premium: "premium", questionChars: 100, longChars: 0, words: ["why"] },
    ],
    ["rules", { rules: [{ when: { task: "titles", maxChars: 100 }, tier: "cheap", reason: "titles are easy" }] }],
    ["split", { shares: { cheap: 80, premium: 20 }, by: "conversation", salt: "a" }],
  ])("can be of type %s: %j", (type, options) => {
    const { classifier } = optionsFromConfig(configOf({ tiers, classifier: { type, ...options } }), { env });
    expect(classifier).toEqual([expect.objectContaining({ name: type })]);
  });

  it("can be several, in the order in which they are asked", () => {
    const classifier = [{ type: "task" }, { type: "heuristic" }];
    expect(optionsFromConfig(configOf({ tiers, classifier }), { env }).classifier).toEqual([
      expect.objectContaining({ name: "task" }),
      expect.objectContaining({ name: "heuristic" }),
    ]);
  });

  it.each([
    ["task", "classifier: must be an object with a type, got a string"],
    [{ type: "tsak" }, 'classifier.type: no classifier "tsak" (did you mean "task"?)'],
    [{}, 'classifier.type: must be one of "task", "priority", "heuristic", "rules", "split", got nothing'],
    [
      [{ type: "judge" }],
      'classifier[0].type: must be one of "task", "priority", "heuristic", "rules", "split", got "judge"',
    ],
    [{ type: "task", otherwize: "cheap" }, 'classifier.otherwize: is not an option (did you mean "otherwise"?)'],
    [{ type: "task", tiers: { a: "premum" } }, 'classifier.tiers.a: no tier "premum" (did you mean "premium"?)'],
    [
      { type: "priority", otherwise: "zebra" },
      'classifier.otherwise: no tier "zebra"; there are "cheap", "balanced", "premium"',
    ],
    [[{ type: "heuristic", cheap: "cheep" }], 'classifier[0].cheap: no tier "cheep" (did you mean "cheap"?)'],
    [{ type: "heuristic", longChars: -1 }, "classifier.longChars: must be a number of characters, 0 or more, got -1"],
    [
      { type: "split", shares: { cheap: 1, premum: 1 } },
      'classifier.shares.premum: no tier "premum" (did you mean "premium"?)',
    ],
    [
      { type: "split", shares: { cheap: -1 } },
      "classifier.shares.cheap: must be a share of traffic, 0 or more, got -1",
    ],
    [{ type: "split", shares: { cheap: 0 } }, "classifier.shares: needs a tier with a weight above 0"],
    [
      { type: "split", shares: { cheap: 1 }, by: "team" },
      'classifier.by: must be one of "user", "conversation", got "team"',
    ],
    [{ type: "rules" }, "classifier.rules: must be an array of rules, got nothing"],
    [
      { type: "rules", rules: [{ when: {}, tier: "big" }] },
      'classifier.rules[0].tier: no tier "big"; there are "cheap", "balanced", "premium"',
    ],
    [
      { type: "rules", rules: [{ when: { taks: "a" }, tier: "cheap" }] },
      'classifier.rules[0].when.taks: is not an option (did you mean "task"?)',
    ],
  ])("can not be %j", (classifier, fault) => {
    expect(faults({ tiers, classifier })).toEqual([fault]);
  });

  it("need the tiers that the heuristic goes to by itself", () => {
    expect(faults({ classifier: { type: "heuristic" } })).toEqual([
      'classifier.balanced: no tier "balanced"; the only tier is "cheap"',
      'classifier.premium: no tier "premium"; the only tier is "cheap"',
    ]);
  });
});

describe("several keys of a client as data", () => {
  it("are the keys of that client, with their variables as labels", () => {
    const clients = { pro: { apiKeyEnv: ["GLOBAL_PRO_KEY", "GLOBAL_API_KEY"] } };
    const given = optionsFromConfig(configOf({ client: { apiKeyEnv: ["GLOBAL_API_KEY"] }, clients }), { env });
    expect([given.client.apiKey, given.clients?.["pro"]?.apiKey]).toEqual([env.GLOBAL_API_KEY, env.GLOBAL_PRO_KEY]);
    expect(given.keys).toEqual({
      default: [{ apiKey: env.GLOBAL_API_KEY, label: "GLOBAL_API_KEY" }],
      pro: [
        { apiKey: env.GLOBAL_PRO_KEY, label: "GLOBAL_PRO_KEY" },
        { apiKey: env.GLOBAL_API_KEY, label: "GLOBAL_API_KEY" },
      ],
    });
  });
});

describe("faults of a configuration as data", () => {
  it.each([
    ["text", ": must be an object, got a string"],
    [null, ": must be an object, got null"],
    [[], ": must be an object, got an array"],
  ])("are found in %j", (config, fault) => {
    expect(faultsOf(() => optionsFromConfig(config, { env }))).toContain(fault);
  });

  const key = "a key must not be written out here; name the environment variable that holds it in apiKeyEnv";

  it.each([
    [
      { client: { apiKey: "0123456789abcdef" } },
      [
        "client.apiKey: " + key,
        "client.apiKeyEnv: must be the name of an environment variable, such as GLOBAL_API_KEY, or a list of names, got nothing",
      ],
    ],
    [{ client: { apiKeyEnv: "sk-very-secret" } }, ["client.apiKeyEnv: " + key]],
    [{ client: { apiKeyEnv: "ga_very_secret" } }, ["client.apiKeyEnv: " + key]],
    [{ apiKey: "very-secret" }, ["apiKey: " + key]],
    [
      { client: { apiKeyEnv: "GLOBAL_API_KEY", defaultHeaders: { Authorization: "very-secret" } } },
      ["client.defaultHeaders.Authorization: " + key],
    ],
    [{ targets: { a: { headers: { "x-key": "Bearer sk-very-secret" } } } }, ['targets.a.headers["x-key"]: ' + key]],
    [{ targets: { a: { headers: { "api-key": "very-secret" } } } }, ['targets.a.headers["api-key"]: ' + key]],
    [
      { targets: { a: { params: { nested: [{ token: "very-secret" }] } } } },
      ["targets.a.params.nested[0].token: " + key],
    ],
  ])("are keys that are written out, which no message shows: %#", (changes, expected) => {
    expect(faults(changes)).toEqual(expected);
  });

  it("is a key without a known look in the place of a variable's name, which no message shows", () => {
    expect(faults({ client: { apiKeyEnv: "0a1b2c3d4e5f" } })).toEqual([
      "client.apiKeyEnv: must be the name of an environment variable, such as GLOBAL_API_KEY, or a list of names, got a string",
    ]);
  });

  it("are variables of a list that are not set, an empty list, and a list of keys", () => {
    expect(faults({ client: { apiKeyEnv: ["GLOBAL_API_KEY", "MISSING_KEY"] } })).toEqual([
      "client.apiKeyEnv[1]: the environment variable MISSING_KEY is not set",
    ]);
    expect(faults({ client: { apiKeyEnv: [] } })).toEqual(["client.apiKeyEnv: names no variable; name at least one"]);
    expect(faults({ client: { apiKeyEnv: ["GLOBAL_API_KEY", "sk-very-secret"] } })).toEqual([
      "client.apiKeyEnv[1]: " + key,
    ]);
    expect(faults({ keys: { default: ["very-secret"] } })).toEqual(["keys: is not an option"]);
  });

  it("are variables that are not set, or empty", () => {
    const clients = {
      standard: { apiKeyEnv: "MISSING_KEY", organizationEnv: "MISSING_ORG", projectEnv: "EMPTY" },
      pro: { apiKeyEnv: "EMPTY" },
    };
    const config = configOf({ clients, client: { apiKeyEnv: "MISSING_KEY" } });
    expect(faultsOf(() => optionsFromConfig(config, { env: { EMPTY: "" } }))).toEqual([
      "client.apiKeyEnv: the environment variable MISSING_KEY is not set",
      "clients.standard.apiKeyEnv: the environment variable MISSING_KEY is not set",
      "clients.standard.organizationEnv: the environment variable MISSING_ORG is not set",
      "clients.standard.projectEnv: the environment variable EMPTY is not set",
      "clients.pro.apiKeyEnv: the environment variable EMPTY is not set",
    ]);
  });

  it.each([
    [{ client: "standrad" }, 'client: no client "standrad" (did you mean "standard"?)'],
    [{ client: 5 }, "client: must be the name of one of clients, or a client with apiKeyEnv, got a number"],
    [{ client: undefined }, "client: must be the name of one of clients, or a client with apiKeyEnv, got nothing"],
    [
      { client: { apiKeyEnv: "ORG", baseUrl: "https://a.example" } },
      'client.baseUrl: is not an option (did you mean "baseURL"?)',
    ],
    [
      { client: { apiKeyEnv: "ORG", baseURL: "a.example" } },
      "client.baseURL: must be a URL with http or https, got a string",
    ],
    [
      { client: { apiKeyEnv: "ORG", baseURL: "https://user:very-secret@a.example" } },
      "client.baseURL: must not have a user name or password in it",
    ],
    [
      { client: { apiKeyEnv: "ORG", azure: { endpoint: "https://a.example" } } },
      "client.azure.apiVersion: must be a string, got nothing",
    ],
    [
      {
        client: {
          apiKeyEnv: "ORG",
          baseURL: "https://a.example",
          azure: { endpoint: "https://a.example", apiVersion: "1" },
        },
      },
      "client.baseURL: can not stand beside azure, whose endpoint is the URL",
    ],
    [{ clients: { standard: "GLOBAL_API_KEY" } }, "clients.standard: must be an object, got a string"],
    [{ accept: "schema" }, 'accept: no check "schema"; there are "json", "notEmpty", "noRefusal"'],
    [
      { accept: [{ type: "object" }] },
      'accept: must be one of "json", "notEmpty", "noRefusal", an array of them, or false, got an object',
    ],
    [
      { strategy: { name: "own" } },
      'strategy: must be one of "priority", "cheapest", "fastest", "weighted", "least-busy", got an object',
    ],
    [
      { tiers: { cheap: { targets: ["a"], strategy: "fast" } } },
      'tiers.cheap.strategy: no strategy "fast" (did you mean "fastest"?)',
    ],
    [
      { deadlineMs: "5s" },
      'deadlineMs: must be milliseconds above 0, at most 2147483647, or Infinity for no limit, got "5s"',
    ],
    [{ clasifier: { type: "task" } }, 'clasifier: is not an option (did you mean "classifier"?)'],
  ])("are found in %j", (changes, fault) => {
    expect(faults(changes)).toEqual([fault]);
  });

  it("are own properties called __proto__", () => {
    const config: unknown = JSON.parse(
      '{"client": {"apiKeyEnv": "ORG"}, "tiers": {"cheap": ["a"]}, "clients": {"__proto__": {}}}',
    );
    expect(faultsOf(() => optionsFromConfig(config, { env }))).toEqual(['clients: can not have "__proto__" as a name']);
  });
});

async function ask(client: OpenAI): Promise<void> {
  await client.chat.completions.create({ model: "small-1", messages: [{ role: "user", content: "Hello" }] });
}
