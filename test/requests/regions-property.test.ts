import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { judgeClassifier, ModelRouter, similarityClassifier, type Hints, type RouterOptions } from "../../src/index.ts";
import { faults, startProvider, type Provider, type Step } from "../../src/testing/index.ts";
import { clientOf } from "./setup.ts";

// A server stands for a region: whatever reaches it has been there.
const regions = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", undefined] as const;
type Region = (typeof regions)[number];

let servers: ReadonlyMap<Region, Provider>;
let reached = 0;
let kept = 0;

beforeAll(async () => {
  servers = new Map(await Promise.all(regions.map(async (region) => [region, await startProvider()] as const)));
});
afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.close()));
});

const anyRegion = fc.constantFrom(...regions);
const patterns = ["us-east-1", "us-*", "eu-west-1", "eu-central-1", "eu-*", "*-1", "ap-south-1"];
const anyPatterns = fc.uniqueArray(fc.constantFrom(...patterns), { minLength: 1, maxLength: 3 });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const anyStep: fc.Arbitrary<Step> = fc.constantFrom<Step>(
  200,
  500,
  401,
  faults.paymentRequired,
  faults.rateLimited({ retryAfterS: 30 }),
  faults.rateLimited({ retryAfterMs: 2 }),
  faults.modelNotFound,
  faults.reset,
  faults.html,
  faults.cutStream({ afterChunks: 1 }),
);

const anyConfig = fc.record({
  places: fc.array(anyRegion, { minLength: 1, maxLength: 5 }),
  strategy: fc.constantFrom("priority", "weighted", "least-busy", "fastest"),
  preferredRegions: maybe(anyPatterns),
  residency: fc.array(
    fc.record({
      tags: fc.constantFrom<Record<string, string>>({}, { tenant: "acme" }, { tenant: "a*" }),
      allowedRegions: anyPatterns,
    }),
    { maxLength: 2 },
  ),
  classifier: fc.constantFrom("judge", "similarity", "none"),
  classifierRegion: anyRegion,
  poolOf: anyRegion,
});
type AnyConfig = typeof anyConfig extends fc.Arbitrary<infer T> ? T : never;

const anyCall = fc.record({
  model: fc.constantFrom("auto", "main", "target-0", "anything-else"),
  allowedRegions: maybe(anyPatterns),
  narrower: maybe(anyPatterns),
  region: maybe(fc.constantFrom("us-east-1", "eu-west-1")),
  tenant: fc.constantFrom("acme", "other", undefined),
  kind: fc.constantFrom("chat", "stream", "embeddings", "models", "fetch"),
  script: fc.array(fc.tuple(anyRegion, anyStep), { maxLength: 6 }),
});
type AnyCall = typeof anyCall extends fc.Arbitrary<infer T> ? T : never;

function clientName(region: Region): string {
  return region ?? "default";
}

function routerOf({ places, classifier, classifierRegion, poolOf, ...config }: AnyConfig): ModelRouter {
  const client = (region: Region) => clientOf(servers.get(region)!, `sk-key-${clientName(region)}`);
  const asks = { client: client(classifierRegion), region: classifierRegion };
  const options: RouterOptions = {
    ...config,
    client: client(undefined),
    clients: Object.fromEntries(
      regions.filter((region) => region !== undefined).map((region) => [region, client(region)]),
    ),
    keys: { [clientName(poolOf)]: ["sk-key-one", async () => "sk-key-two"] },
    targets: Object.fromEntries(places.map((region, at) => [`target-${at}`, { client: clientName(region), region }])),
    tiers: { main: places.map((_, at) => `target-${at}`), spare: ["no-region-at-all"] },
    retry: { maxRetries: 1, minDelayMs: 0, maxDelayMs: 5 },
    breaker: { failureThreshold: 2, errorRate: 0, cooldownMs: 5 },
    deadlineMs: 250,
    ...(classifier === "judge" && { classifier: judgeClassifier({ ...asks, model: "judge", tiers: { main: "all" } }) }),
    ...(classifier === "similarity" && {
      classifier: similarityClassifier({ ...asks, model: "embedder", examples: { main: ["Hello"] } }),
    }),
  };
  return new ModelRouter(options);
}

async function make(router: ModelRouter, { model, kind, ...given }: AnyCall, mark: string): Promise<void> {
  const messages = [{ role: "user" as const, content: mark }];
  const { allowedRegions, narrower, region, tenant } = given;
  const hints: Hints = { allowedRegions, region, ...(tenant !== undefined && { tags: { tenant } }) };
  const view = narrower === undefined ? router.with(hints) : router.with(hints).with({ allowedRegions: narrower });
  if (kind === "chat") await view.chat.completions.create({ model, messages });
  else if (kind === "embeddings") await view.embeddings.create({ model, input: mark });
  else if (kind === "models") await view.openai.models.list({ maxRetries: 0, headers: { "x-request-id": mark } });
  else if (kind === "fetch")
    await view.fetch(`${servers.get(undefined)!.url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model, messages }),
    });
  else for await (const _ of await view.chat.completions.create({ model, messages, stream: true })) continue;
}

/** Whether a server saw anything of a call. What an earlier call had under way may still come in. */
function saw(region: Region, mark: string): boolean {
  const { requests } = servers.get(region)!;
  return requests.some(({ rawBody, headers }) => rawBody.includes(mark) || headers["x-request-id"] === mark);
}

function fits(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(text);
}

/** Said again, in the plainest way there is. */
function isAllowed(
  where: Region,
  { residency }: AnyConfig,
  { allowedRegions, narrower, region, tenant }: AnyCall,
): boolean {
  const rules = residency
    .filter(({ tags }) => tags["tenant"] === undefined || (tenant !== undefined && fits(tags["tenant"], tenant)))
    .map((rule) => rule.allowedRegions);
  for (const list of [allowedRegions, narrower]) if (list !== undefined) rules.push(list);
  if (region !== undefined) rules.push([region]);
  return rules.length === 0 || (where !== undefined && rules.every((names) => names.some((name) => fits(name, where))));
}

it("no server outside the allowed regions ever sees a request, whatever is configured and whatever fails", async () => {
  const property = fc.asyncProperty(
    anyConfig,
    fc.array(anyCall, { minLength: 1, maxLength: 4 }),
    async (config, calls) => {
      await using router = routerOf(config);
      for (const one of calls) {
        const mark = `call ${randomUUID()}`;
        for (const server of servers.values()) server.reset();
        for (const [region, step] of one.script) servers.get(region)?.enqueue(step);
        await make(router, one, mark).catch(() => undefined);
        const outside = regions.filter((region) => !isAllowed(region, config, one));
        expect(outside.filter((region) => saw(region, mark))).toEqual([]);
        if (outside.length > 0) kept += 1;
        if (outside.length > 0 && regions.some((region) => saw(region, mark))) reached += 1;
      }
    },
  );
  await fc.assert(property, { numRuns: 150 });
  // The rules are there to be kept, not to keep everything away.
  expect(kept).toBeGreaterThan(50);
  expect(reached).toBeGreaterThan(20);
}, 120_000);
