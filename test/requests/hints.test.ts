import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { ConfigError, ModelRouter, type Classifier, type Hints, type RouterOptions } from "../../src/index.ts";
import { startProvider, type Provider } from "../../src/testing/index.ts";
import { errorOf, hear, messages, next } from "./setup.ts";

const auto = { model: "auto", messages };

/** A classifier that only keeps what it is told. */
function listener(heard: Hints[]): Classifier {
  return {
    name: "listener",
    classify: ({ hints }) => {
      heard.push(hints);
      return undefined;
    },
  };
}

interface Set extends AsyncDisposable {
  readonly provider: Provider;
  readonly router: ModelRouter;
  readonly heard: Hints[];
}

async function start(client: object = {}, options: Partial<RouterOptions> = {}): Promise<Set> {
  const provider = await startProvider();
  const heard: Hints[] = [];
  const router = new ModelRouter({
    client: new OpenAI({ baseURL: provider.url, apiKey: "sk-test-key-1", ...client }),
    targets: { a: {}, b: { region: "eu-west-1" }, c: { client: "other" } },
    clients: { other: new OpenAI({ baseURL: provider.url, apiKey: "sk-test-key-2", ...client }) },
    tiers: { low: ["a"], high: ["b"], far: ["c"] },
    classifier: listener(heard),
    retry: { minDelayMs: 0 },
    ...options,
  });
  return {
    provider,
    router,
    heard,
    async [Symbol.asyncDispose]() {
      await router.close();
      await provider.close();
    },
  };
}

const everyHint = {
  task: "greet",
  priority: "premium",
  user: "u1",
  conversation: "c1",
  tags: { team: "search", feature: "titles" },
  deadlineMs: 5_000,
};

const asHeaders = {
  "x-router-task": "greet",
  "X-Router-Priority": "premium",
  "x-router-user": "u1",
  "x-router-conversation": "c1",
  "x-router-tags": "team=search, feature=titles",
  "x-router-deadline-ms": "5000",
};

function hintHeadersOf({ requests }: Provider): string[] {
  return requests.flatMap(({ headers }) => Object.keys(headers).filter((name) => name.startsWith("x-router-")));
}

describe("hints of with()", () => {
  it("reach the classifier", async () => {
    await using set = await start();
    await set.router.with(everyHint).chat.completions.create(auto);
    expect(set.heard).toEqual([everyHint]);
  });

  it("reach no provider", async () => {
    await using set = await start();
    await set.router.with({ ...everyHint, tier: "far" }).chat.completions.create(auto);
    await set.router.with({ ...everyHint, tier: "low" }).chat.completions.create(auto);
    expect(set.provider.requests.map(({ body }) => Object.keys(body))).toEqual([
      ["model", "messages"],
      ["model", "messages"],
    ]);
    expect(hintHeadersOf(set.provider)).toEqual([]);
  });

  it("are kept in the record", async () => {
    await using set = await start();
    const completion = await set.router.with(everyHint).chat.completions.create(auto);
    expect(set.router.recordOf(completion)).toMatchObject({
      task: "greet",
      tags: { team: "search", feature: "titles" },
    });
  });

  it("are added to those of the view they are given to, tags by name", async () => {
    await using set = await start();
    const view = set.router.with({ task: "greet", tags: { team: "search", env: "test" } });
    await view.with({ user: "u1", tags: { team: "ads" } }).chat.completions.create(auto);
    expect(set.heard).toEqual([{ task: "greet", user: "u1", tags: { team: "ads", env: "test" } }]);
  });

  it("leave the router they were given to as it was", async () => {
    await using set = await start();
    set.router.with(everyHint);
    await set.router.chat.completions.create(auto);
    expect(set.heard).toEqual([{}]);
  });

  it("name the tier", async () => {
    await using set = await start();
    const completion = await set.router.with({ tier: "high" }).chat.completions.create(auto);
    expect(set.router.recordOf(completion)).toMatchObject({ tier: "high", target: "b", decidedBy: "hint" });
  });

  it("name the target, whatever the model says", async () => {
    await using set = await start();
    const completion = await set.router.with({ target: "c" }).chat.completions.create({ ...auto, model: "a" });
    expect(set.router.recordOf(completion)).toMatchObject({ target: "c", decidedBy: "hint" });
  });

  it("name a target with a tier behind it", async () => {
    await using set = await start();
    set.provider.fail("c", 500);
    const completion = await set.router.with({ target: "c", tier: "low" }).chat.completions.create(auto);
    expect(set.router.recordOf(completion)).toMatchObject({ target: "a", fellBack: true, tier: "low" });
  });

  it("keep the call in a region", async () => {
    await using set = await start();
    const error = await errorOf(set.router.with({ region: "eu-west-1", tier: "low" }).chat.completions.create(auto));
    expect(error).toMatchObject({
      name: "NoTargetError",
      code: "region_not_allowed",
      leftOut: [{ target: "a", reason: "region" }],
    });
    expect(set.provider.hits()).toBe(0);
  });

  it.each([
    [{ tier: "premum" }, /tier/],
    [{ target: "d" }, /target/],
    [{ foo: 1 }, /foo/],
    [{ deadlineMs: -1 }, /deadlineMs/],
    [{ tags: { team: 1 } }, /tags/],
  ])("are refused when they are wrong: %j", async (hints, message) => {
    await using set = await start();
    expect(() => set.router.with(hints as Hints)).toThrow(ConfigError);
    expect(() => set.router.with(hints as Hints)).toThrow(message);
  });
});

const waysToGiveHeaders: readonly (readonly [string, unknown])[] = [
  ["an object", asHeaders],
  ["Headers", new Headers(asHeaders)],
  ["pairs", Object.entries(asHeaders)],
];

describe("hints in the headers of a call", () => {
  it.each(waysToGiveHeaders)("given as %s are the same as those of with()", async (_, headers) => {
    await using set = await start();
    await set.router.chat.completions.create(auto, { headers: headers as Headers });
    expect(set.heard).toEqual([everyHint]);
  });

  it.each(["low", "far"])("reach no provider by tier %s", async (tier) => {
    await using set = await start();
    await set.router.chat.completions.create(auto, { headers: { ...asHeaders, "x-router-tier": tier, "x-mine": "1" } });
    expect(hintHeadersOf(set.provider)).toEqual([]);
    expect(set.provider.requests[0]?.headers["x-mine"]).toBe("1");
  });

  it("reach no provider by a fallback", async () => {
    await using set = await start({}, { tiers: { low: ["a", "b", "c"] } });
    set.provider.fail("a", 500);
    set.provider.fail("b", 500);
    await set.router.chat.completions.create(auto, { headers: asHeaders });
    expect(set.provider.hits("c")).toBe(1);
    expect(hintHeadersOf(set.provider)).toEqual([]);
  });

  it("reach no provider by a stream", async () => {
    await using set = await start();
    await hear(set.router, { model: "auto" }, { headers: asHeaders });
    expect(hintHeadersOf(set.provider)).toEqual([]);
  });

  it("win over those of with()", async () => {
    await using set = await start();
    const view = set.router.with({ task: "greet" });
    await view.chat.completions.create(auto, { headers: { "x-router-task": "analyse" } });
    expect(set.heard).toEqual([{ task: "analyse" }]);
  });

  it.each([
    { "x-router-foo": "1" },
    { "x-router-tier": "premum" },
    { "x-router-deadline-ms": "soon" },
    { "x-router-tags": "search" },
  ])("are refused when they are wrong: %j", async (headers) => {
    await using set = await start();
    const error = await errorOf(
      set.router.chat.completions.create(auto, { headers: headers as Record<string, string> }),
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.code).toBe("invalid_hint");
    expect(set.provider.hits()).toBe(0);
  });

  it("reach no provider by an endpoint that is not routed", async () => {
    await using set = await start();
    await set.router.openai.models.list({ headers: asHeaders });
    expect(set.provider.hits()).toBe(1);
    expect(hintHeadersOf(set.provider)).toEqual([]);
  });
});

describe("hints in the default headers of a client", () => {
  const defaultHeaders = { "x-router-task": "greet", "x-mine": "1" };

  it("are hints of each of its calls", async () => {
    await using set = await start({ defaultHeaders });
    await set.router.chat.completions.create(auto);
    expect(set.heard).toEqual([{ task: "greet" }]);
  });

  it.each(["low", "far"])("reach no provider by tier %s", async (tier) => {
    await using set = await start({ defaultHeaders });
    await set.router.chat.completions.create({ ...auto, model: tier });
    expect(hintHeadersOf(set.provider)).toEqual([]);
    expect(set.provider.requests[0]?.headers["x-mine"]).toBe("1");
  });

  it("give way to those of a call", async () => {
    await using set = await start({ defaultHeaders });
    await set.router.chat.completions.create(auto, { headers: { "x-router-task": "analyse" } });
    expect(set.heard).toEqual([{ task: "analyse" }]);
  });

  it("reach no provider by an endpoint that is not routed", async () => {
    await using set = await start({ defaultHeaders });
    await set.router.openai.models.list();
    expect(hintHeadersOf(set.provider)).toEqual([]);
  });

  it("may come with withOptions()", async () => {
    await using set = await start();
    const ended = next(set.router, "request:end");
    await set.router.openai.withOptions({ defaultHeaders }).chat.completions.create(auto);
    expect((await ended).record.task).toBe("greet");
    expect(hintHeadersOf(set.provider)).toEqual([]);
  });
});
