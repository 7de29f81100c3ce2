import { APIError } from "openai";
import { describe, expect, it } from "vitest";
import {
  judgeClassifier,
  ModelRouter,
  similarityClassifier,
  type Classifier,
  type Hints,
  type RouterOptions,
} from "../../src/index.ts";
import { startProvider, type Provider } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, Events, hear, textOf } from "./setup.ts";

interface Regions extends AsyncDisposable {
  readonly us: Provider;
  readonly eu: Provider;
  /** Behind the wrapped client: nobody knows where. */
  readonly somewhere: Provider;
  readonly router: ModelRouter;
  readonly events: Events;
}

/** The tier `main` has a target without a region, one in us-east-1, one in eu-west-1 and one in eu-central-1. */
async function start(options: Partial<RouterOptions> = {}): Promise<Regions> {
  const [us, eu, somewhere] = await Promise.all([startProvider(), startProvider(), startProvider()]);
  const router = new ModelRouter({
    client: clientOf(somewhere),
    clients: { us: clientOf(us), eu: clientOf(eu) },
    targets: {
      us: { client: "us", region: "us-east-1" },
      "eu-1": { client: "eu", region: "eu-west-1" },
      "eu-2": { client: "eu", region: "eu-central-1" },
    },
    tiers: { main: ["anywhere", "us", "eu-1", "eu-2"] },
    retry: { maxRetries: 0 },
    ...options,
  });
  return {
    us,
    eu,
    somewhere,
    router,
    events: new Events(router),
    async [Symbol.asyncDispose]() {
      await router.close();
      await Promise.all([us, eu, somewhere].map((provider) => provider.close()));
    },
  };
}

const inEurope: Hints = { allowedRegions: ["eu-*"] };

describe("allowedRegions", () => {
  it("keeps a call inside", async () => {
    await using set = await start();
    const completion = await set.router.with(inEurope).chat.completions.create(call);
    expect(textOf(completion)).toContain("This is eu-1");
    expect(set.router.recordOf(completion)).toMatchObject({ region: "eu-west-1", allowedRegions: ["eu-*"] });
  });

  it("keeps a fallback inside", async () => {
    await using set = await start();
    set.eu.fail("eu-1", 500);
    const completion = await set.router.with(inEurope).chat.completions.create(call);
    expect(textOf(completion)).toContain("This is eu-2");
  });

  it("keeps a stream inside", async () => {
    await using set = await start();
    set.eu.fail("eu-1", 500);
    expect((await hear(set.router.with(inEurope))).text).toContain("This is eu-2");
  });

  it("keeps a call inside when everything there is down or at rest", async () => {
    await using set = await start({ breaker: { failureThreshold: 1, errorRate: 0 } });
    set.eu.fail(undefined, 500);
    for (let time = 0; time < 4; time += 1) await errorOf(set.router.with(inEurope).chat.completions.create(call));
    expect([set.us.hits(), set.somewhere.hits()]).toEqual([0, 0]);
  });

  it.each<[string, (set: Regions) => Promise<unknown>]>([
    [
      "a header of the call",
      ({ router }) =>
        router.chat.completions.create(call, { headers: { "x-router-allowed-regions": "eu-west-1, eu-central-1" } }),
    ],
    [
      "a header through router.fetch",
      ({ router, somewhere }) =>
        router.fetch(`${somewhere.url}/chat/completions`, {
          method: "POST",
          body: JSON.stringify(call),
          headers: { "x-router-allowed-regions": "eu-*" },
        }),
    ],
    [
      "a default header",
      ({ router }) =>
        router.openai
          .withOptions({ defaultHeaders: { "x-router-allowed-regions": "eu-*" } })
          .chat.completions.create(call),
    ],
    ["a view", ({ router }) => router.with(inEurope).chat.completions.create(call)],
    ["ask()", ({ router }) => router.ask("What is a router?", { ...inEurope, tier: "main" })],
  ])("is taken from %s", async (_, act) => {
    await using set = await start();
    await act(set);
    expect([set.eu.hits("eu-1"), set.us.hits(), set.somewhere.hits()]).toEqual([1, 0, 0]);
  });

  it.each<[string, (set: Regions) => Promise<unknown>]>([
    [
      "a view of the view",
      ({ router }) =>
        router
          .with(inEurope)
          .with({ allowedRegions: ["us-*", "eu-central-1"] })
          .chat.completions.create(call),
    ],
    [
      "a header",
      ({ router }) =>
        router
          .with(inEurope)
          .chat.completions.create(call, { headers: { "x-router-allowed-regions": "us-east-1,eu-central-1" } }),
    ],
    [
      "a header beside a default header",
      ({ router }) =>
        router.openai
          .withOptions({ defaultHeaders: { "x-router-allowed-regions": "eu-*" } })
          .chat.completions.create(call, { headers: { "x-router-allowed-regions": "us-east-1, eu-central-1" } }),
    ],
  ])("is narrowed and never widened by %s", async (_, act) => {
    await using set = await start();
    await act(set);
    expect([set.eu.hits("eu-2"), set.eu.hits("eu-1"), set.us.hits(), set.somewhere.hits()]).toEqual([1, 0, 0, 0]);
  });

  it("allows nothing where two lists have nothing in common", async () => {
    await using set = await start();
    const error = await errorOf(
      set.router
        .with(inEurope)
        .with({ allowedRegions: ["us-*"] })
        .chat.completions.create(call),
    );
    expect(error.code).toBe("region_not_allowed");
  });

  it.each([[[]], [[""]], [["eu-1", 5]], ["eu-west-1"], [["eu west "]]])(
    "is refused when it is no list of regions: %j",
    async (allowedRegions) => {
      await using set = await start();
      expect(() => set.router.with({ allowedRegions } as Hints)).toThrow(/hints\.allowedRegions/);
    },
  );
});

describe("a call that can not be served inside", () => {
  it("is refused with the rule, the regions and who was left out", async () => {
    await using set = await start();
    const error = await errorOf(
      set.router.with({ allowedRegions: ["ap-*", "sa-east-1"] }).chat.completions.create(call),
    );
    expect(error).toMatchObject({
      name: "NoTargetError",
      code: "region_not_allowed",
      allowedRegions: ["ap-*", "sa-east-1"],
    });
    expect(error.message).toBe(
      'No target of tier "main" can serve this request: anywhere (has no region, and the call must stay in ap-* or sa-east-1), ' +
        "us (runs in us-east-1, and the call must stay in ap-* or sa-east-1), " +
        "eu-1 (runs in eu-west-1, and the call must stay in ap-* or sa-east-1), " +
        "eu-2 (runs in eu-central-1, and the call must stay in ap-* or sa-east-1). " +
        "The regions are those of hints.allowedRegions: add a target there, or change the rule.",
    );
    expect([set.us, set.eu, set.somewhere].map((provider) => provider.hits())).toEqual([0, 0, 0]);
  });

  it("is recorded with the reason", async () => {
    await using set = await start();
    const error = await errorOf(set.router.with({ allowedRegions: ["ap-*"] }).chat.completions.create(call));
    const leftOut = expect.arrayContaining([expect.objectContaining({ target: "us", reason: "region" })]) as unknown;
    expect(set.router.recordOf(error)).toMatchObject({
      outcome: "failed",
      allowedRegions: ["ap-*"],
      leftOut,
      attempts: [],
    });
  });

  it.each(["gpt-5", "us", "anywhere"])("is refused when the caller names the model %s", async (model) => {
    await using set = await start();
    const error = await errorOf(set.router.with(inEurope).chat.completions.create({ ...call, model }));
    expect(error.code).toBe("region_not_allowed");
    expect([set.us.hits(), set.somewhere.hits()]).toEqual([0, 0]);
  });

  it("is refused when a hint names the target", async () => {
    await using set = await start();
    const error = await errorOf(set.router.with({ ...inEurope, target: "us" }).chat.completions.create(call));
    expect(error.code).toBe("region_not_allowed");
  });

  it("is foreseen by explain()", async () => {
    await using set = await start({ residency: [{ tags: { tenant: "acme-eu" }, allowedRegions: ["eu-west-1"] }] });
    const { summary, targets, allowedRegions } = await set.router.explain(call, {
      hints: { tags: { tenant: "acme-eu" } },
    });
    expect(targets.map(({ target }) => target)).toEqual(["eu-1"]);
    expect(allowedRegions).toEqual(["eu-west-1"]);
    expect(summary).toContain("Must stay in eu-west-1, by residency[0] (tag tenant=acme-eu).");
    expect(summary).toContain("Left out: us (runs in us-east-1, and the call must stay in eu-west-1).");
  });
});

describe("residency", () => {
  const residency = [
    { tags: { tenant: "acme-*" }, allowedRegions: ["eu-*"] },
    { tags: { tenant: "acme-de", kind: "health" }, allowedRegions: ["eu-central-1"] },
  ];

  it.each<[Record<string, string>, string]>([
    [{}, "anywhere"],
    [{ tenant: "other" }, "anywhere"],
    [{ tenant: "acme-fr" }, "eu-1"],
    [{ tenant: "acme-de" }, "eu-1"],
    [{ tenant: "acme-de", kind: "health" }, "eu-2"],
    [{ kind: "health" }, "anywhere"],
  ])("keeps calls with the tags %j to their regions: %s serves", async (tags, target) => {
    await using set = await start({ residency });
    expect((await set.router.ask("Where?", { tags, tier: "main" })).record.target).toBe(target);
  });

  it("holds for calls whose tags come by header", async () => {
    await using set = await start({ residency });
    await set.router.chat.completions.create(call, { headers: { "x-router-tags": "tenant=acme-fr" } });
    expect(set.eu.hits()).toBe(1);
  });

  it("holds together with the call's own allowedRegions", async () => {
    await using set = await start({ residency });
    const hints = { tags: { tenant: "acme-fr" }, allowedRegions: ["us-east-1", "eu-central-1"], tier: "main" };
    expect((await set.router.ask("Where?", hints)).record).toMatchObject({
      target: "eu-2",
      allowedRegions: ["eu-central-1"],
    });
  });

  it("holds for every call when it names no tags", async () => {
    await using set = await start({ residency: [{ allowedRegions: ["eu-*"] }] });
    await set.router.chat.completions.create(call);
    expect(set.eu.hits()).toBe(1);
  });

  it("can be changed in a running router", async () => {
    await using set = await start();
    set.router.update({ residency: [{ allowedRegions: ["us-east-1"] }] });
    await set.router.chat.completions.create(call);
    expect(set.us.hits()).toBe(1);
  });

  it("names the rule when it refuses a call", async () => {
    await using set = await start({ residency, tiers: { main: ["us"] } });
    const error = await errorOf(set.router.with({ tags: { tenant: "acme-fr" } }).chat.completions.create(call));
    expect(error.message).toContain("The regions are those of residency[0] (tag tenant=acme-*)");
  });
});

describe("what is not routed", () => {
  const image = { model: "gpt-image-1", prompt: "A router" };

  it.each<[string, (router: ModelRouter) => Promise<unknown>]>([
    ["a hint", (router) => router.with(inEurope).openai.images.generate(image)],
    ["a header", (router) => router.openai.images.generate(image, { headers: { "x-router-allowed-regions": "eu-*" } })],
    ["a tag", (router) => router.with({ tags: { tenant: "acme" } }).openai.models.list()],
  ])("is refused when the call must stay in regions by %s", async (_, act) => {
    await using set = await start({ residency: [{ tags: { tenant: "acme" }, allowedRegions: ["eu-*"] }] });
    const error = await errorOf(act(set.router));
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({
      name: "RegionNotAllowedError",
      code: "region_not_allowed",
      allowedRegions: ["eu-*"],
    });
    expect(error.message).toContain("is not routed, and the region of the wrapped client is not known");
    expect(set.somewhere.hits()).toBe(0);
  });

  it("passes through when no rule is for the call", async () => {
    await using set = await start({ residency: [{ tags: { tenant: "acme" }, allowedRegions: ["eu-*"] }] });
    await set.router.openai.models.list();
    expect(set.somewhere.hits()).toBe(1);
  });

  it("is refused with an answer at fetch level", async () => {
    await using set = await start();
    const response = await set.router.with(inEurope).fetch(`${set.somewhere.url}/models`);
    expect([response.status, set.somewhere.hits()]).toEqual([503, 0]);
    expect(await response.json()).toMatchObject({ error: { code: "region_not_allowed" } });
  });
});

function judge(provider: Provider, region?: string): Classifier {
  return judgeClassifier({ client: clientOf(provider), model: "judge", tiers: { main: "everything" }, region });
}

function similarity(provider: Provider, region?: string): Classifier {
  return similarityClassifier({
    client: clientOf(provider),
    model: "embedder",
    examples: { main: ["Hello"] },
    region,
  });
}

describe("classifiers that ask a model", () => {
  const auto = { ...call, model: "auto" };

  it.each([
    { name: "judge", make: judge, model: "judge", region: undefined, why: "The region of its client is not known" },
    { name: "judge", make: judge, model: "judge", region: "us-east-1", why: "Its client runs in us-east-1" },
    {
      name: "similarity",
      make: similarity,
      model: "embedder",
      region: undefined,
      why: "The region of its client is not known",
    },
    {
      name: "similarity",
      make: similarity,
      model: "embedder",
      region: "us-east-1",
      why: "Its client runs in us-east-1",
    },
  ])("are skipped when they would leave the regions: $name", async ({ name, make, model, region, why }) => {
    await using set = await start();
    set.router.update({ classifier: make(set.us, region) });
    const completion = await set.router.with(inEurope).chat.completions.create(auto);
    expect([textOf(completion).slice(0, 12), set.us.hits(model)]).toEqual(["This is eu-1", 0]);
    const detail = `${why}, and by hints.allowedRegions the call must stay in eu-*: nothing was sent.`;
    expect(set.events.of("classifier:failed")).toMatchObject([{ classifier: name, cause: "region", detail }]);
  });

  it.each([
    ["judge", judge, "judge"],
    ["similarity", similarity, "embedder"],
  ])("are asked when they run inside: %s", async (_, make, model) => {
    await using set = await start();
    set.router.update({ classifier: make(set.eu, "eu-west-1") });
    await set.router.with(inEurope).chat.completions.create(auto);
    expect(set.eu.hits(model)).toBeGreaterThan(0);
  });

  it("are asked wherever they run by calls that may go anywhere", async () => {
    await using set = await start();
    set.router.update({ classifier: judge(set.us) });
    await set.router.chat.completions.create(auto);
    expect(set.us.hits("judge")).toBe(1);
  });

  it("see where the call may go when they are the user's own", async () => {
    await using set = await start();
    const seen: unknown[] = [];
    const own: Classifier = {
      name: "own",
      classify({ allowedRegions }) {
        seen.push(
          allowedRegions?.names,
          allowedRegions?.has("eu-west-1"),
          allowedRegions?.has("us-east-1"),
          allowedRegions?.has(undefined),
        );
        return undefined;
      },
    };
    set.router.update({ classifier: own });
    await set.router.with(inEurope).chat.completions.create(auto);
    expect(seen).toEqual([["eu-*"], true, false, false]);
  });
});

async function order(set: Regions, hints: Hints = {}): Promise<string[]> {
  return (await set.router.explain(call, { hints })).targets.map(({ target }) => target);
}

describe("preferredRegions", () => {
  it("puts the targets of a region first and leaves nobody out", async () => {
    await using set = await start({ preferredRegions: ["eu-central-1", "us-*"] });
    expect(await order(set)).toEqual(["eu-2", "us", "anywhere", "eu-1"]);
  });

  it("is that of the tier before that of the router, and that of the call before both", async () => {
    await using set = await start({
      preferredRegions: ["us-east-1"],
      tiers: { main: { targets: ["anywhere", "us", "eu-1", "eu-2"], preferredRegions: ["eu-west-1"] } },
    });
    expect([(await order(set))[0], (await order(set, { preferredRegions: ["eu-central-1"] }))[0]]).toEqual([
      "eu-1",
      "eu-2",
    ]);
  });

  it("comes by header", async () => {
    await using set = await start();
    await set.router.chat.completions.create(call, {
      headers: { "x-router-preferred-regions": "eu-central-1, us-east-1" },
    });
    expect(set.eu.hits("eu-2")).toBe(1);
  });

  it("lets the next region take over when the first is down", async () => {
    await using set = await start({ preferredRegions: ["us-east-1", "eu-west-1"] });
    await set.us.refuse();
    const completion = await set.router.chat.completions.create(call);
    expect(set.router.recordOf(completion)).toMatchObject({ target: "eu-1", region: "eu-west-1", fellBack: true });
  });

  it("widens no allowedRegions", async () => {
    await using set = await start({ preferredRegions: ["us-east-1"] });
    expect(await order(set, inEurope)).toEqual(["eu-1", "eu-2"]);
  });
});
