import * as fc from "fast-check";
import OpenAI, { AzureOpenAI } from "openai";
import { AzureOpenAI as AzureOpenAI6, OpenAI as OpenAI6 } from "openai6";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ModelRouter, type ApiKey, type Client, type KeyOptions } from "../../src/index.ts";
import { startProvider, type Provider, type ReceivedRequest, type Step } from "../../src/testing/index.ts";
import { hear, messages } from "./setup.ts";

/*
 * Whatever the configuration and whatever providers do, no server sees what belongs to another client. Each client has a
 * server of its own, and everything that belongs to it holds the word `of-<number>-only`.
 */
const count = 3;
const indices = Array.from({ length: count }, (_, index) => index);
let providers: readonly Provider[];

beforeAll(async () => {
  providers = await Promise.all(indices.map(() => startProvider()));
});
afterAll(async () => {
  await Promise.all(providers.map((provider) => provider.close()));
});

const belongs = (index: number, what: string): string => `${what}-of-${index}-only`;
const mark = /of-(\d)-only/g;

interface ClientPlan {
  readonly kind: "openai" | "azure" | "openai6" | "azure6";
  readonly asksForKey: boolean;
  readonly organization: boolean;
  readonly project: boolean;
  readonly header: string | undefined;
  readonly query: boolean;
  readonly moreKeys: number;
}

const clientPlan: fc.Arbitrary<ClientPlan> = fc.record({
  kind: fc.constantFrom("openai", "azure", "openai6", "azure6"),
  asksForKey: fc.boolean(),
  organization: fc.boolean(),
  project: fc.boolean(),
  header: fc.constantFrom(undefined, "x-tenant", "x-api-key", "authorization-2", "ocp-apim-subscription-key", "cookie"),
  query: fc.boolean(),
  moreKeys: fc.integer({ min: 0, max: 2 }),
});

function clientOf(index: number, plan: ClientPlan): Client {
  const { url, origin } = providers[index]!;
  const common = {
    apiKey: (plan.asksForKey ? async () => belongs(index, "key") : belongs(index, "key")) as string,
    ...(plan.organization && { organization: belongs(index, "org") }),
    ...(plan.project && { project: belongs(index, "project") }),
    ...(plan.header !== undefined && { defaultHeaders: { [plan.header]: belongs(index, "header") } }),
    ...(plan.query && { defaultQuery: { tenant: belongs(index, "query") } }),
  };
  if (plan.kind === "openai") return new OpenAI({ baseURL: url, ...common });
  if (plan.kind === "openai6") return new OpenAI6({ baseURL: url, ...common }) as unknown as Client;
  const azure = { endpoint: origin, apiVersion: "2025-01-01", ...common };
  // Azure takes a function only for tokens of its directory.
  const apiKey = belongs(index, "key");
  if (plan.kind === "azure") return new AzureOpenAI({ ...azure, apiKey });
  return new AzureOpenAI6({ ...azure, apiKey }) as unknown as Client;
}

function keysOf(index: number, { moreKeys, kind }: ClientPlan): (ApiKey | KeyOptions)[] {
  const others = Array.from({ length: moreKeys }, (_, at) => belongs(index, `key-${at + 2}`));
  const own: ApiKey[] = [belongs(index, "key"), ...others];
  return kind.startsWith("azure")
    ? own
    : [...own, { apiKey: belongs(index, "org-key"), organization: belongs(index, "org-2") }];
}

interface Fault {
  readonly name: string;
  stepFor(index: number, to: number): Step;
}

const redirects = [301, 302, 303, 307, 308].flatMap((status) =>
  ["127.0.0.1", "localhost"].map((host): Fault => ({
    name: `${status} to another client's server by ${host}`,
    stepFor: (_, to) => ({
      status,
      headers: { location: `http://${host}:${providers[to]!.port}/v1/chat/completions` },
    }),
  })),
);

const faults: readonly Fault[] = [
  ...redirects,
  ...[200, 401, 402, 404, 429, 500, "reset", "keyEcho", "html", "cutStream"].map((step): Fault => ({
    name: String(step),
    stepFor: () => step as Step,
  })),
];

interface Scenario {
  readonly clients: readonly ClientPlan[];
  /** The client of each target. */
  readonly targets: readonly number[];
  readonly tier: readonly number[];
  readonly rule: boolean;
  readonly faults: readonly (readonly [fault: Fault, to: number])[];
  readonly calls: readonly Call[];
}

interface Call {
  readonly stream: boolean;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly byFetch: boolean;
}

const server = fc.integer({ min: 0, max: count - 1 });
const targetCount = 4;

const scenario: fc.Arbitrary<Scenario> = fc.record({
  clients: fc.array(clientPlan, { minLength: count, maxLength: count }),
  targets: fc.array(server, { minLength: targetCount, maxLength: targetCount }),
  tier: fc.uniqueArray(fc.integer({ min: 0, max: targetCount - 1 }), { minLength: 1 }),
  rule: fc.boolean(),
  faults: fc.array(fc.tuple(fc.constantFrom(...faults), server), { minLength: count, maxLength: count }),
  calls: fc.array(
    fc.record({
      stream: fc.boolean(),
      model: fc.constantFrom("main", "alias", "auto", "target-0", "target-3", "Ruled/model", "some-model"),
      headers: fc.constantFrom<Record<string, string>>(
        {},
        { authorization: `Bearer ${belongs(0, "call")}` },
        { "api-key": belongs(0, "call") },
        { "openai-organization": belongs(0, "call") },
      ),
      byFetch: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

function nameOf(index: number): string {
  return index === 0 ? "default" : `client-${index}`;
}

function routerOf({ clients, targets, tier, rule }: Scenario): ModelRouter {
  const made = clients.map((plan, index) => clientOf(index, plan));
  const withKeys = indices.filter((index) => clients[index]!.moreKeys > 0);
  return new ModelRouter({
    client: made[0]!,
    clients: Object.fromEntries(indices.slice(1).map((index) => [nameOf(index), made[index]!])),
    keys: Object.fromEntries(withKeys.map((index) => [nameOf(index), keysOf(index, clients[index]!)])),
    targets: Object.fromEntries(
      targets.map((index, at) => [
        `target-${at}`,
        { client: nameOf(index), model: rule && index === 2 ? `Ruled/${at}` : `model-${at}` },
      ]),
    ),
    ...(rule && { clientRules: { "Ruled/*": nameOf(2) } }),
    tiers: { main: tier.map((at) => `target-${at}`) },
    aliases: { alias: "main" },
    retry: { maxRetries: 1, minDelayMs: 0, maxDelayMs: 0 },
  });
}

async function make(router: ModelRouter, { stream, model, headers, byFetch }: Call): Promise<void> {
  if (byFetch) {
    const init = { method: "POST", headers, body: JSON.stringify({ model, messages, stream }) };
    const response = await router.fetch(`${router.openai.baseURL}/chat/completions`, init);
    await response.text();
  } else if (stream) {
    await hear(router, { model }, { headers });
  } else {
    await router.chat.completions.create({ model, messages }, { headers });
  }
}

function shown({ headers, query, rawBody, path }: ReceivedRequest): string {
  return JSON.stringify([headers, query, rawBody, path]);
}

/** What servers saw of clients that are not theirs. */
function foreign(): string[] {
  return indices.flatMap((own) =>
    providers[own]!.requests.flatMap((request) =>
      [...shown(request).matchAll(mark)]
        .filter(([, owner]) => owner !== String(own))
        .map(([text]) => `server ${own} saw ${text} in ${shown(request)}`),
    ),
  );
}

it("no server sees a key, organisation, project or header of another client, whatever servers answer", async () => {
  let requests = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      for (const provider of providers) provider.reset();
      given.faults.forEach(([fault, to], index) => {
        providers[index]!.fail(undefined, fault.stepFor(index, to === index ? (index + 1) % count : to));
      });
      await using router = routerOf(given);
      for (const one of given.calls) await make(router, one).catch(() => undefined);
      requests += providers.reduce((sum, provider) => sum + provider.hits(), 0);
      expect(foreign()).toEqual([]);
    }),
    { numRuns: 150 },
  );
  // Otherwise nothing was shown.
  expect(requests).toBeGreaterThan(150);
}, 120_000);
