import { AssertionError } from "node:assert/strict";
import OpenAI, { AzureOpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { globalApi, memoryStore, ModelRouter, type RouterOptions } from "../../src/index.ts";
import {
  expectResilient,
  faultList,
  faultNames,
  startProvider,
  type ExpectResilientOptions,
  type ResilienceReport,
  type ResilienceWall,
} from "../../src/testing/index.ts";

const nowhere = "http://127.0.0.1:1/v1";
const quick: ResilienceWall = { target: ["unavailable", "cutStream"], everything: ["refused"] };
const silent = { print: () => undefined };

function routerOf(options: Partial<RouterOptions> = {}): ModelRouter {
  const client = new OpenAI({ baseURL: nowhere, apiKey: "sk-of-the-client" });
  return new ModelRouter({ client, tiers: { main: ["a", "b"] }, ...options });
}

/** A rehearsal that does not print. */
function rehearse(
  router: ModelRouter,
  wall: ResilienceWall = quick,
  options: ExpectResilientOptions = {},
): Promise<ResilienceReport> {
  return expectResilient(router, wall, { ...silent, ...options });
}

/** What a rehearsal is rejected with. */
async function failureOf(rehearsal: Promise<unknown>): Promise<Error> {
  const error = await rehearsal.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AssertionError);
  return error as Error;
}

const readme = {
  client: new OpenAI({ baseURL: "https://global-apis.com/v1", apiKey: "ga_key" }),
  tiers: {
    cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"],
    balanced: ["Qwen/Qwen3-32B", "deepseek-ai/DeepSeek-V4-Flash"],
    premium: ["deepseek-ai/DeepSeek-R1", "Qwen/Qwen3-32B"],
  },
};

describe("the reference set-up", () => {
  it.each<[string, RouterOptions]>([
    ["of the preset", globalApi({ standardKey: "ga_standard", proKey: "ga_standard_pro" })],
    ["of the preset without a pro key", globalApi({ standardKey: "ga_standard" })],
    ["of README.md", readme],
  ])(
    "%s stands the whole wall",
    async (_, options) => {
      await using router = new ModelRouter(options);
      const { calls } = await expectResilient(router, undefined, silent);
      const tried = new Set(calls.map(({ fault }) => fault));
      expect([tried.size, calls.flatMap(({ problems }) => problems)]).toEqual([faultNames.length, []]);
    },
    120_000,
  );

  it("goes on at the dedicated target when the standard key is out", async () => {
    await using router = new ModelRouter(globalApi({ standardKey: "ga_standard", proKey: "ga_pro" }));
    const wall = { client: ["unauthorized", "paymentRequired", "refused"] } as const;
    const { calls } = await rehearse(router, wall, { mustSurvive: ["client"] });
    const ofStandard = calls.filter(({ what }) => what === "client default");
    expect(ofStandard).toHaveLength(3 * 3 * 2);
    expect(new Set(ofStandard.map(({ target }) => target))).toEqual(new Set(["Pro/deepseek-ai/DeepSeek-V3.2"]));
  });
});

describe("a rehearsal", () => {
  it("sends nothing, and leaves no mark on the router, its client, its store and its classifier", async () => {
    await using provider = await startProvider();
    const store = memoryStore();
    const used: string[] = [];
    const note = (what: string) => () => {
      used.push(what);
      throw new Error(`${what} was called`);
    };
    const router = routerOf({
      client: new OpenAI({ baseURL: provider.url, apiKey: note("the function of the client's key") }),
      clients: { other: new OpenAI({ baseURL: provider.url, apiKey: "sk-other" }) },
      keys: { other: ["sk-other", note("a function of several keys")] },
      targets: { b: { client: "other" } },
      store: { ...store, take: note("the store") },
      shareHealth: false,
      budgets: { all: { limitUsd: 1, per: "day", assumedPrice: 1 } },
      classifier: { name: "own", classify: note("the classifier"), close: note("the classifier's close") },
      accept: note("the check"),
    });
    await rehearse(router, { target: faultNames });
    expect([used, provider.requests.length]).toEqual([[], 0]);
    expect(router.stats()).toMatchObject({ calls: 0 });
    expect(Object.values(router.health().targets).map(({ out }) => out)).toEqual([undefined, undefined]);
  });

  it("says for each call who answers, and after how long", async () => {
    await using router = routerOf({ timeouts: { headersMs: 8_000 }, deadlineMs: 60_000 });
    const { calls } = await rehearse(router, { target: ["unavailable", "hang", "contentFilter"] });
    const ofA = calls.filter(({ what, stream }) => what === "a" && !stream);
    expect(ofA).toMatchObject([
      { fault: "unavailable", target: "b", result: "b", waitMs: 0 },
      { fault: "hang", target: "b", result: "b", waitMs: 8_000 },
      { fault: "contentFilter", target: undefined, result: "the provider's error: content_filter", waitMs: 0 },
    ]);
  });

  it("knows that a target has a share of the deadline only", async () => {
    await using router = routerOf({ deadlineMs: 10_000 });
    const { calls } = await rehearse(router, { target: ["hang"], everything: ["hang"] });
    const json = calls.filter(({ stream }) => !stream).map(({ what, waitMs, result }) => [what, waitMs, result]);
    expect(json).toEqual([
      ["a", 5_000, "b"],
      ["b", 0, "a"],
      ["client default", 10_000, "an error: deadline_exceeded"],
    ]);
  });

  it("sees the clocks of the client where the router has none for headers", async () => {
    const client = new OpenAI({ baseURL: nowhere, apiKey: "sk-test", timeout: 7_000 });
    await using router = routerOf({ client });
    const { calls } = await rehearse(router, { target: ["hang"] });
    expect(calls.find(({ what, stream }) => what === "a" && !stream)?.waitMs).toBe(7_000);
  });

  it("has the same table each time", async () => {
    await using router = new ModelRouter(readme);
    const wall = { target: faultNames.filter((name) => faultList[name].failure !== "timeout") };
    const [one, other] = [await rehearse(router, wall), await rehearse(router, wall)];
    expect(one.table).toBe(other.table);
    expect(one.table).toMatch(/^Tier cheap: deepseek-ai\/DeepSeek-V4-Flash → Qwen\/Qwen3-32B\n\nwhat is out +a call +/);
    expect(one.table).toMatch(/^Qwen\/Qwen3-32B +any +deepseek-ai\/DeepSeek-V4-Flash +at once +all \d+ of the wall$/m);
  });

  it("draws no lots: no experiment and no shadow is in it", async () => {
    const compared: unknown[] = [];
    const variants = { b: {}, a: { weight: 0 } };
    await using router = routerOf({
      tiers: { main: { targets: ["a", "b"], experiment: { variants } } },
      targets: { c: { price: 1 } },
      shadow: { target: "c", share: 1, compare: (...answers) => compared.push(answers) > 0 },
    });
    const { calls, table } = await rehearse(router, { target: ["unavailable"] });
    expect(table).toMatch(/^Tier main: a → b\n/);
    expect([compared, calls.filter(({ target }) => target === "c")]).toEqual([[], []]);
  });

  it("takes Azure, a target on it by its deployment, and two targets with the same model", async () => {
    const azure = new AzureOpenAI({ endpoint: "http://127.0.0.1:1", apiKey: "azure-key", apiVersion: "2025-01-01" });
    const token = new AzureOpenAI({
      endpoint: "http://127.0.0.1:1",
      azureADTokenProvider: () => Promise.reject(new Error("asked for a token")),
      apiVersion: "2025-01-01",
    });
    await using router = routerOf({
      clients: { azure, token },
      targets: {
        "east €": { client: "azure", model: "gpt-4o" },
        west: { client: "azure", model: "gpt-4o" },
        south: { client: "token", model: "gpt-4o" },
      },
      tiers: { main: ["east €", "west", "south", "a"] },
    });
    const { calls } = await rehearse(
      router,
      { target: ["unavailable"], client: ["unauthorized"] },
      { mustSurvive: ["client"] },
    );
    expect(calls.find(({ what, stream }) => what === "east €" && !stream)?.target).toBe("west");
    expect(calls.find(({ what }) => what === "client azure")?.target).toBe("south");
  });

  it("keeps to the regions of its hints", async () => {
    await using router = routerOf({
      targets: { us: { region: "us-east-1" }, eu: { region: "eu-west-1" }, de: { region: "eu-central-1" } },
      tiers: { main: ["us", "eu", "de"] },
      residency: [{ tags: { tenant: "acme" }, allowedRegions: ["eu-*"] }],
    });
    const wall = { region: ["unavailable"], everything: ["unavailable"] } as const;
    const { calls } = await rehearse(router, wall, { hints: { tags: { tenant: "acme" } } });
    const results = calls.filter(({ stream }) => !stream).map(({ what, target }) => [what, target]);
    expect(results).toEqual([
      ["eu", "de"],
      ["de", "eu"],
      ["client default", undefined],
    ]);
  });

  it.each([
    ["error", "the beginning, then stream_interrupted"],
    ["restart", "b, which begins anew"],
    ["continue", "b, which goes on"],
  ] as const)("heeds the marks of streams that are mended by onStreamBreak: %s", async (onStreamBreak, result) => {
    const targets = { a: {}, b: { continues: "prefix" as const } };
    await using router = routerOf({ targets, onStreamBreak });
    const { calls } = await rehearse(router, { target: ["cutStream", "errorEvent", "stallStream"] });
    const ofA = calls.filter(({ what, stream }) => what === "a" && stream).map((call) => call.result);
    expect(ofA).toEqual([result, expect.any(String), result]);
  });

  it("is for the tiers that are named", async () => {
    await using router = new ModelRouter(readme);
    const { calls } = await rehearse(router, quick, { tiers: ["premium"] });
    expect(new Set(calls.map(({ tier }) => tier))).toEqual(new Set(["premium"]));
  });

  it("prints its table once", async () => {
    await using router = routerOf();
    const printed: string[] = [];
    const { table } = await rehearse(router, quick, { print: (text) => printed.push(text) });
    expect(printed).toEqual([table]);
  });
});

describe("a rehearsal fails", () => {
  it("when no clock ends the wait for a target that hangs", async () => {
    await using router = routerOf({ timeouts: { headersMs: Infinity, firstContentMs: Infinity } });
    const error = await failureOf(rehearse(router, { target: ["hang"] }));
    expect(error.message).toContain("- tier main, a out by hang, a call: nobody answered, while b could");
    expect(error.message).toMatch(/^a +any +nothing +never +hang$/m);
  });

  it("when the caller waits longer than he may", async () => {
    await using router = routerOf({ timeouts: { headersMs: 30_000 } });
    const error = await failureOf(rehearse(router, { target: ["hang"] }, { maxWaitMs: 20_000 }));
    expect(error.message).toContain("a call: the caller waits 30000 ms, more than maxWaitMs (20000 ms)");
  });

  it("when one client serves all, and its outage must be survived", async () => {
    await using router = routerOf();
    const wall = { client: ["refused"] } as const;
    expect((await rehearse(router, wall)).calls.map(({ target }) => target)).toEqual([undefined, undefined]);
    const error = await failureOf(rehearse(router, wall, { mustSurvive: ["client"] }));
    expect(error.message).toContain("nobody answered, and the tier has nothing that could while client default is out");
  });

  it("when it is given something else", async () => {
    await expect(expectResilient({} as ModelRouter)).rejects.toThrow("expectResilient() takes a ModelRouter.");
  });
});
