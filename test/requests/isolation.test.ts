import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { ModelRouter, type ApiKey, type KeyOptions } from "../../src/index.ts";
import { faults, startProvider, type Provider, type ReceivedRequest, type Step } from "../../src/testing/index.ts";
import { call, hear } from "./setup.ts";

const names = ["one", "two", "three"] as const;
type Name = (typeof names)[number];

/** Everything that belongs to one client alone: each of these values holds its name. */
function clientOf(name: Name, { url }: Provider): OpenAI {
  return new OpenAI({
    baseURL: url,
    apiKey: `sk-key-of-${name}`,
    organization: `org-of-${name}`,
    project: `proj-of-${name}`,
    defaultHeaders: { [`x-tenant-${name}`]: `tenant-of-${name}`, "x-shared": `shared-of-${name}` },
    defaultQuery: { tenant: `query-of-${name}` },
  });
}

function keysOf(name: Name): (ApiKey | KeyOptions)[] {
  const own = `sk-key-of-${name}`;
  return [own, `sk-2-key-of-${name}`, { apiKey: async () => `sk-3-key-of-${name}`, organization: `org-3-of-${name}` }];
}

interface Three extends AsyncDisposable {
  readonly providers: Readonly<Record<Name, Provider>>;
  /** A router around the client `from`: the tier `main` goes to the target of `from`, then to that of `to`. */
  readonly router: ModelRouter;
}

/** With several keys, each client has two more, which hold its name too. */
async function start(from: Name, to: Name, withKeys = false): Promise<Three> {
  const [one, two, three] = await Promise.all([startProvider(), startProvider(), startProvider()]);
  const providers = { one, two, three };
  const others = names.filter((name) => name !== from);
  const router = new ModelRouter({
    client: clientOf(from, providers[from]),
    clients: Object.fromEntries(others.map((name) => [name, clientOf(name, providers[name])])),
    targets: Object.fromEntries(names.map((name) => [`model-of-${name}`, name === from ? {} : { client: name }])),
    tiers: { main: [`model-of-${from}`, `model-of-${to}`] },
    retry: { maxRetries: 0 },
    ...(withKeys && {
      keys: Object.fromEntries(names.map((name) => [name === from ? "default" : name, keysOf(name)])),
    }),
  });
  return {
    providers,
    router,
    async [Symbol.asyncDispose]() {
      await router.close();
      await Promise.all([one.close(), two.close(), three.close()]);
    },
  };
}

function shown({ headers, query, rawBody, path }: ReceivedRequest): string {
  return JSON.stringify([headers, query, rawBody, path]);
}

/** What a server saw that belongs to another client. */
function foreign(providers: Three["providers"], secrets: readonly string[] = []): string[] {
  return names.flatMap((own) => {
    const seen = providers[own].requests.map(shown).join("\n");
    const others = names.filter((name) => name !== own).map((name) => `-of-${name}`);
    return [...others, ...secrets].filter((secret) => seen.includes(secret)).map((secret) => `${own} saw ${secret}`);
  });
}

const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));

describe.each(pairs)("nothing of the clients is seen by another's server: %s, then %s", (from, to) => {
  it("when the first answers", async () => {
    await using set = await start(from, to);
    await set.router.chat.completions.create(call);
    expect(set.providers[from].hits()).toBe(1);
    expect(foreign(set.providers)).toEqual([]);
  });

  it("when the second takes over", async () => {
    await using set = await start(from, to);
    set.providers[from].fail(undefined, 500);
    await set.router.chat.completions.create(call);
    expect(set.providers[to].hits()).toBe(1);
    expect(foreign(set.providers)).toEqual([]);
  });

  it("when the second takes over a stream", async () => {
    await using set = await start(from, to);
    set.providers[from].fail(undefined, 500);
    await hear(set.router);
    expect(set.providers[to].hits()).toBe(1);
    expect(foreign(set.providers)).toEqual([]);
  });

  it("when the second is called by its name", async () => {
    await using set = await start(from, to);
    await set.router.chat.completions.create({ ...call, model: `model-of-${to}` });
    expect(set.providers[to].hits()).toBe(1);
    expect(foreign(set.providers)).toEqual([]);
  });

  it("when the second is called through a clone with other credentials", async () => {
    await using set = await start(from, to);
    const clone = set.router.openai.withOptions({
      apiKey: "sk-clone",
      organization: "org-clone",
      project: "proj-clone",
    });
    await clone.chat.completions.create({ ...call, model: `model-of-${to}` });
    expect(set.providers[to].hits()).toBe(1);
    expect(foreign(set.providers, ["sk-clone", "org-clone", "proj-clone"])).toEqual([]);
  });

  it.each([
    { authorization: "Bearer sk-of-this-call" },
    { "api-key": "sk-of-this-call" },
    { "x-api-key": "sk-of-this-call" },
    { "x-goog-api-key": "sk-of-this-call" },
    { cookie: "session=sk-of-this-call" },
    { "openai-organization": "sk-of-this-call" },
    { "openai-project": "sk-of-this-call" },
    { "x-auth": "sk-of-this-call" },
    { "x-innocent": `sk-key-of-${from}` },
  ])("when a call has credentials of its own and the second takes over: %j", async (headers) => {
    await using set = await start(from, to);
    set.providers[from].fail(undefined, 500);
    await set.router.chat.completions.create(call, { headers: headers as Record<string, string> });
    expect(set.providers[to].hits()).toBe(1);
    expect(shown(set.providers[to].requests[0]!)).not.toContain("sk-of-this-call");
    expect(foreign(set.providers)).toEqual([]);
  });

  it("when a request with foreign credentials comes through router.fetch", async () => {
    await using set = await start(from, to);
    set.providers[from].fail(undefined, 500);
    await set.router.fetch(`${set.providers[from].url}/chat/completions?key=sk-of-this-call`, {
      method: "POST",
      body: JSON.stringify(call),
      headers: {
        authorization: "Bearer sk-of-this-call",
        "openai-organization": "org-of-this-call",
        "openai-project": "proj-of-this-call",
        "x-tenant": "tenant-of-this-call",
        cookie: "session=of-this-call",
      },
    });
    expect(set.providers[to].hits()).toBe(1);
    expect(foreign(set.providers, ["-of-this-call"])).toEqual([]);
  });

  it("when a call goes through the router's client used as another client's fetch", async () => {
    await using set = await start(from, to);
    set.providers[from].fail(undefined, 500);
    const outside = new OpenAI({
      apiKey: "sk-of-this-call",
      organization: "org-of-this-call",
      fetch: set.router.fetch,
    });
    await outside.chat.completions.create(call);
    expect(set.providers[to].hits()).toBe(1);
    expect(foreign(set.providers, ["-of-this-call"])).toEqual([]);
  });
});

describe.each(pairs)("none of several keys is seen by another client's server: %s, then %s", (from, to) => {
  it.each<[string, Step]>([
    ["all keys are good", 200],
    ["all keys are refused", 401],
    ["all keys are out of credits", faults.paymentRequired],
    ["all keys are limited", faults.rateLimited({ retryAfterS: 30 })],
    ["the server is down", 500],
  ])("when %s", async (_, step) => {
    await using set = await start(from, to, true);
    set.providers[from].fail(undefined, step);
    for (let time = 0; time < 4; time += 1) {
      await set.router.chat.completions.create(call);
      await hear(set.router);
      await set.router.chat.completions.create({ ...call, model: `model-of-${to}` });
    }
    const seen = new Set(set.providers[to].requests.map(({ key }) => key));
    expect(seen).toEqual(new Set([`sk-key-of-${to}`, `sk-2-key-of-${to}`, `sk-3-key-of-${to}`]));
    expect(foreign(set.providers)).toEqual([]);
  });
});

it("gives each server the credentials of its own client", async () => {
  await using set = await start("one", "two");
  set.providers.one.fail(undefined, 500);
  await set.router.chat.completions.create(call);
  for (const name of ["one", "two"] as const) {
    expect(set.providers[name].requests[0]).toMatchObject({
      key: `sk-key-of-${name}`,
      headers: {
        "openai-organization": `org-of-${name}`,
        "openai-project": `proj-of-${name}`,
        "x-shared": `shared-of-${name}`,
      },
      query: { tenant: `query-of-${name}` },
    });
  }
});

it("keeps a client that rules name for the models that the rules match", async () => {
  await using standard = await startProvider();
  await using pro = await startProvider();
  await using router = new ModelRouter({
    client: new OpenAI({ baseURL: standard.url, apiKey: "ga_standard" }),
    clients: { pro: new OpenAI({ baseURL: pro.url, apiKey: "ga_pro_key" }) },
    clientRules: { "Pro/*": "pro" },
    tiers: { cheap: ["acme/small"], premium: ["Pro/acme/large", "acme/small"] },
  });
  for (const model of ["cheap", "premium", "Pro/acme/other", "acme/other"]) {
    await router.chat.completions.create({ ...call, model });
  }
  expect(pro.requests.map(({ model, key }) => [model, key])).toEqual([
    ["Pro/acme/large", "ga_pro_key"],
    ["Pro/acme/other", "ga_pro_key"],
  ]);
  expect(standard.requests.map(({ model, key }) => [model, key])).toEqual([
    ["acme/small", "ga_standard"],
    ["acme/other", "ga_standard"],
  ]);
});
