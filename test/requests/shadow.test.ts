import type OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { ModelRouter, type RouterEvents, type RouterOptions, type ShadowOptions } from "../../src/index.ts";
import { startProvider, type ProviderOptions, type Step } from "../../src/testing/index.ts";
import { call, clientOf, hear, messages, next, startPair, textOf, type Pair } from "./setup.ts";

const everyCall: ShadowOptions = { target: "b", share: 1 };

interface Started {
  readonly shadow?: Partial<ShadowOptions>;
  readonly b?: readonly Step[] | ProviderOptions;
  readonly router?: Partial<RouterOptions>;
}

/** A router whose tier `main` has the target `a` alone; all its calls are sent to `b`, on another server, too. */
function startShadowed({ shadow, b = [], router = {} }: Started = {}): Promise<Pair> {
  return startPair({
    b,
    targets: { a: { price: 1 }, b: { price: 2 } },
    router: { tiers: { main: ["a"] }, shadow: { ...everyCall, ...shadow }, ...router },
  });
}

/** Resolves when the next shadow has ended, in whatever way. */
function shadowOf({ router }: Pair): Promise<RouterEvents["shadow:answer"] | RouterEvents["shadow:fail"]> {
  return Promise.race([next(router, "shadow:answer"), next(router, "shadow:fail")]);
}

/** Makes a call, and waits until it is known that it was sent without a shadow. */
async function skipped(pair: Pair, body: object = {}): Promise<Readonly<Record<string, number>>> {
  await pair.router.chat.completions.create({ ...call, ...body });
  await immediates();
  return pair.router.report().shadow?.skipped ?? {};
}

// What is begun behind the answer is begun within two turns of the event loop.
async function immediates(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("shadow traffic", () => {
  it("sends an answered call to the shadow target too, and gives the caller the answer of his own", async () => {
    await using pair = await startShadowed();
    const ended = next(pair.router, "shadow:answer");
    const answer = await pair.router.chat.completions.create(call);
    expect(textOf(answer)).toContain("This is a");
    const { requestId } = pair.router.recordOf(answer);
    expect(await ended).toMatchObject({ requestId, target: "b", given: "a", score: undefined });
    expect(pair.b.requests[0]?.body).toMatchObject({ model: "b", messages });
  });

  it("sends the share of the calls that it is told", async () => {
    await using pair = await startShadowed({ shadow: { share: 0.25, concurrency: 1000 } });
    for (let calls = 0; calls < 200; calls += 1) await pair.router.chat.completions.create(call);
    await immediates();
    // Of 200 calls at 25 %, fewer than 10 or more than 110 come up once in ten billion runs.
    expect(pair.router.report().shadow?.tasks[0]?.shadow.calls).toBeGreaterThan(9);
    expect(pair.b.hits()).toBeLessThan(110);
  });

  it("begins when the caller has his answer, and never holds it up", async () => {
    await using pair = await startShadowed({ b: ["hang"] });
    const answer = await pair.router.chat.completions.create(call);
    expect([textOf(answer).includes("This is a"), pair.b.hits()]).toEqual([true, 0]);
  });

  it("sends what the caller had written, whatever he makes of his messages afterwards", async () => {
    await using pair = await startShadowed();
    const ended = shadowOf(pair);
    const turns: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "What is a router?" }];
    const answer = await pair.router.chat.completions.create({ model: "main", messages: turns });
    turns.push({ role: "assistant", content: textOf(answer) });
    turns[0] = { role: "user", content: "Something else." };
    await ended;
    expect(pair.b.requests[0]?.body).toMatchObject({ messages });
  });

  it("sends a stream's request when the stream has ended, to be answered in one piece", async () => {
    await using pair = await startShadowed();
    const ended = next(pair.router, "shadow:answer");
    const { text } = await hear(pair.router);
    expect(text).toContain("This is a");
    await ended;
    expect(pair.b.requests[0]?.body).not.toHaveProperty("stream");
    expect(pair.b.requests[0]?.body).not.toHaveProperty("stream_options");
  });

  it("takes part in the Responses API where nothing is stored", async () => {
    await using pair = await startShadowed();
    const ended = next(pair.router, "shadow:answer");
    await pair.router.responses.create({ model: "main", input: "Hi?", store: false });
    expect((await ended).costUsd).toBeGreaterThan(0);
  });

  it.each([
    ["is stored", { store: true }],
    ["has the provider search", { web_search_options: {} }],
    ["has tools that the provider runs", { tools: [{ type: "web_search" }] }],
  ])("never sends a call that %s", async (_, body) => {
    await using pair = await startShadowed();
    expect(await skipped(pair, body)).toEqual({ side_effects: 1 });
    expect(pair.b.hits()).toBe(0);
  });

  it("never sends embeddings, calls that failed, or calls of other tiers", async () => {
    await using pair = await startShadowed({
      shadow: { tier: "main" },
      router: { tiers: { main: ["a"], other: ["a"] } },
    });
    await pair.router.embeddings.create({ model: "main", input: "Hi?" });
    await pair.router.chat.completions.create({ ...call, model: "other" });
    pair.a.fail("a", 400);
    await pair.router.chat.completions.create(call).catch(() => undefined);
    await immediates();
    expect([pair.b.hits(), pair.router.report().shadow?.skipped]).toEqual([0, {}]);
  });

  it("never leaves the regions of a call", async () => {
    await using pair = await startPair({
      targets: { a: { region: "eu-west-1" }, b: { region: "us-east-1", price: 1 } },
      router: { tiers: { main: ["a"] }, shadow: everyCall },
    });
    await pair.router.with({ allowedRegions: ["eu-*"] }).chat.completions.create(call);
    await immediates();
    expect([pair.b.hits(), pair.router.report().shadow?.skipped]).toEqual([0, { unfit: 1 }]);
  });

  it("is not sent to the target that has answered", async () => {
    await using pair = await startShadowed({ router: { tiers: { main: ["b"] } } });
    expect(await skipped(pair)).toEqual({ same_target: 1 });
  });

  it("does not send the caller's own headers and keys to the shadow target", async () => {
    await using pair = await startShadowed();
    const ended = shadowOf(pair);
    await pair.router.chat.completions.create(call, {
      headers: { authorization: "Bearer sk-of-the-caller", "idempotency-key": "once", "x-own": "1" },
    });
    await ended;
    const headers = pair.b.requests[0]?.headers ?? {};
    expect(headers["authorization"]).toBe("Bearer sk-key-of-b");
    expect(headers).not.toHaveProperty("x-own");
    expect(headers["idempotency-key"]).not.toBe("once");
  });
});

describe("a shadow that fails", () => {
  it.each([
    ["refuses", [500], "server_error"],
    ["cuts the connection", ["reset"], "connection"],
    ["sends no JSON", ["html"], "invalid_response"],
  ] as const)("fails no call when the target %s, and is told", async (_, b, failure) => {
    await using pair = await startShadowed({ b: b as never });
    const ended = next(pair.router, "shadow:fail");
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    expect(await ended).toMatchObject({ requestId: record.requestId, target: "b", failure });
    expect(record).toMatchObject({ outcome: "answered", target: "a", attempts: [{ target: "a" }] });
  });

  it("is given up after its own time", async () => {
    await using pair = await startShadowed({ b: ["hang"], shadow: { timeoutMs: 30 } });
    const ended = next(pair.router, "shadow:fail");
    await pair.router.chat.completions.create(call);
    expect(await ended).toMatchObject({ failure: "timeout" });
  });

  it("opens no breaker, rests no target and shows in no statistics of the target, however often", async () => {
    const steps = Array.from({ length: 20 }, () => 500 as const);
    await using pair = await startShadowed({ b: steps, router: { tiers: { main: ["a"], other: ["b"] } } });
    for (let calls = 0; calls < 20; calls += 1) {
      await pair.router.chat.completions.create(call);
      await immediates();
    }
    expect(pair.router.health().targets["b"]).toMatchObject({ healthy: true });
    expect(pair.events.names.filter((name) => /^(breaker|target|key):/.test(name))).toEqual([]);
    expect(pair.router.stats().targets["b"]).toBeUndefined();
  });

  it("is followed by a rest, of the shadow alone", async () => {
    await using pair = await startShadowed({ b: [429], router: { tiers: { main: ["a"], other: ["b"] } } });
    const ended = next(pair.router, "shadow:fail");
    await pair.router.chat.completions.create(call);
    await ended;
    expect(await skipped(pair)).toEqual({ resting: 1 });
    expect(textOf(await pair.router.chat.completions.create({ ...call, model: "other" }))).toContain("This is b");
  });

  it("is not sent to a target that is out", async () => {
    const breaker = { failureThreshold: 1, errorRate: 0 };
    await using pair = await startShadowed({
      b: [500],
      router: { tiers: { main: ["a"], other: ["b"] }, breaker, retry: { maxRetries: 0 } },
    });
    await pair.router.chat.completions.create({ ...call, model: "other" }).catch(() => undefined);
    expect(await skipped(pair)).toEqual({ out: 1 });
  });

  it.each([0, 280, 290])(
    "shows no key, wherever in its words the provider has it: behind %i characters",
    async (at) => {
      const message = `${"x".repeat(at)} sk-key-of-b`;
      await using pair = await startShadowed({ b: [{ status: 401, body: { error: { message } } }] });
      const ended = next(pair.router, "shadow:fail");
      await pair.router.chat.completions.create(call);
      const { detail } = await ended;
      expect(detail).toContain("xxx".slice(0, at));
      expect(detail).not.toMatch(/sk-k|key-of-b/);
    },
  );
});

describe("the budget of shadows", () => {
  const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };

  it("is their own: it is held before, settled after, and refuses what may cost more", async () => {
    // 4,096 tokens at $2 a million may cost $0.0082, and a little for the prompt: one fits into a cent, two do not.
    await using pair = await startShadowed({
      b: { models: { b: { usage } } },
      shadow: { budgetUsd: 0.01 },
      router: { budgets: { all: { limitUsd: 1, per: "day" } }, tiers: { main: ["a"] } },
    });
    const ended = next(pair.router, "shadow:answer");
    await pair.router.chat.completions.create(call);
    await ended;
    expect(pair.router.report().shadow?.spentUsd).toBeCloseTo(0.0022, 6);
    expect(await skipped(pair)).toEqual({ budget: 1 });
    const [budget] = await pair.router.budgets();
    expect(budget?.spentUsd).toBeLessThan(0.001);
  });

  it("counts a shadow that was given up with what it may have cost", async () => {
    await using pair = await startShadowed({ b: ["hang"], shadow: { timeoutMs: 20 } });
    const ended = next(pair.router, "shadow:fail");
    await pair.router.chat.completions.create(call);
    await ended;
    expect(pair.router.report().shadow?.spentUsd).toBeGreaterThan(0.008);
  });

  it("lets so many be sent at the same time", async () => {
    await using pair = await startShadowed({ b: ["hang", "hang"], shadow: { concurrency: 1 } });
    await pair.router.chat.completions.create(call);
    await immediates();
    expect(await skipped(pair)).toEqual({ busy: 1 });
  });

  it("is told apart in costs(), and is in no cost of a call", async () => {
    await using pair = await startShadowed({ b: { models: { b: { usage } } } });
    const ended = next(pair.router, "shadow:answer");
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    const { costUsd } = await ended;
    expect(costUsd).toBeCloseTo(0.0022, 9);
    const { total, shadow, groups } = pair.router.costs({ by: "target" });
    expect(shadow).toMatchObject({ calls: 1, costUsd, tokens: { promptTokens: 1000 } });
    expect([total.calls, total.costUsd, Object.keys(groups)]).toEqual([1, record.costUsd, ["a"]]);
  });
});

describe("comparing with a shadow", () => {
  it("tells how good the shadow's answer is, and counts it in the report", async () => {
    const seen: string[][] = [];
    const compare: ShadowOptions["compare"] = (given, shadow) => {
      seen.push([given.text, shadow.text]);
      return 0.5;
    };
    await using pair = await startShadowed({ shadow: { compare } });
    const ended = next(pair.router, "shadow:answer");
    await pair.router.with({ task: "titles" }).chat.completions.create(call);
    expect((await ended).score).toBe(0.5);
    expect(seen).toEqual([[expect.stringContaining("This is a"), expect.stringContaining("This is b")]]);
    const [task] = pair.router.report().shadow?.tasks ?? [];
    expect(task).toMatchObject({
      name: "titles",
      failed: 0,
      shadow: { name: "b", accuracy: { count: 1, value: 0.5 } },
    });
    expect(task?.text).toBe(
      "not enough data: 19 more compared answers needed; $0.000032 a call, against $0.000016 (100 % more)",
    );
    const text = String(pair.router.report());
    expect(text).toContain("## shadow b\n\n");
    expect(text).toContain("### titles\n\n| target");
  });

  it("compares with what a stream has said", async () => {
    await using pair = await startShadowed({ shadow: { compare: ({ text }) => text.includes("This is a") } });
    const ended = next(pair.router, "shadow:answer");
    await hear(pair.router);
    expect((await ended).score).toBe(1);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no idea");
      },
      "no idea",
    ],
    ["is rejected", () => Promise.reject(new Error("no idea")), "no idea"],
    ["gives no score", () => 7, "compare() is to give true, false or a number from 0 to 1, and gave 7"],
  ])("is told when compare %s, and nothing is counted", async (_, compare, detail) => {
    await using pair = await startShadowed({ shadow: { compare } });
    const [failed, ended] = [next(pair.router, "shadow:fail"), next(pair.router, "shadow:answer")];
    await pair.router.chat.completions.create(call);
    expect(await failed).toMatchObject({ failure: "compare", detail: expect.stringContaining(detail) });
    expect((await ended).score).toBeUndefined();
    expect(pair.router.report().shadow?.tasks[0]?.shadow.accuracy.count).toBe(0);
  });
});

describe("switching shadows", () => {
  it("ends them with the router, and tells nothing more", async () => {
    await using pair = await startShadowed({ b: ["hang"] });
    await pair.router.chat.completions.create(call);
    await immediates();
    await pair.router.close();
    await immediates();
    expect(pair.events.names.filter((name) => name.startsWith("shadow:"))).toEqual([]);
  });

  it("listens to no event while they are off, and begins and ends with update()", async () => {
    await using pair = await startShadowed({ router: { shadow: false } });
    await pair.router.chat.completions.create(call);
    expect(pair.router.report()).not.toHaveProperty("shadow");
    pair.router.update({ shadow: everyCall });
    const ended = next(pair.router, "shadow:answer");
    await pair.router.chat.completions.create(call);
    await ended;
    pair.router.update({ shadow: false });
    await pair.router.chat.completions.create(call);
    await immediates();
    expect(pair.b.hits()).toBe(1);
  });

  it("keeps what is known when something else is changed", async () => {
    await using pair = await startShadowed();
    const ended = next(pair.router, "shadow:answer");
    await pair.router.chat.completions.create(call);
    await ended;
    pair.router.update({ slowMs: 1000 });
    expect(pair.router.report().shadow?.tasks[0]?.shadow.calls).toBe(1);
  });

  it("is described", async () => {
    await using pair = await startShadowed({ shadow: { share: 0.05, tier: "main" } });
    expect(pair.router.describe()).toContain(
      "5 % of those of `main` are sent to `b` too, for at most $1 a day; nobody is given its answers.",
    );
  });
});

describe("the options of shadows", () => {
  const client = clientOf({ url: "http://127.0.0.1:1/v1" });
  const base = { client, tiers: { main: ["a"] }, targets: { b: { price: 1 } } };

  it.each([
    [{ target: "bb" }, 'shadow.target: no target "bb"'],
    [{ target: "b", tier: "mian" }, 'shadow.tier: no tier "mian"'],
    [{ target: "b", share: 2 }, "shadow.share: must be a share from 0 to 1"],
    [{ target: "b", per: "week" }, "shadow.per"],
    [{ target: "b", compare: "exact" }, "shadow.compare: must be a function"],
    [{ target: "a" }, "shadow.target: has no price, so that budgetUsd can not hold"],
    [true, "shadow: must be false or an object"],
  ])("are refused when they do not hold: %j", (shadow, message) => {
    expect(() => new ModelRouter({ ...base, shadow: shadow as never })).toThrow(message);
  });

  it.each([
    [{ targets: { b: { price: 1, limits: { concurrency: 5 } } } }],
    [{ clientLimits: { default: { requestsPerMinute: 50 } } }],
    [{ keyLimits: { default: { requestsPerMinute: 50 } } }],
  ])("are refused for a target whose limits calls need: %j", (limited) => {
    expect(() => new ModelRouter({ ...base, ...limited, shadow: everyCall })).toThrow(
      "has limits, of itself, its client",
    );
  });

  it("are refused for a target that is kept for emergencies", () => {
    const targets = { b: { price: 1, breakGlass: true } };
    expect(() => new ModelRouter({ ...base, targets, shadow: everyCall })).toThrow("kept for emergencies");
  });

  it("are taken as data", async () => {
    await using provider = await startProvider();
    const { client: _, ...data } = base;
    const clients = { main: clientOf(provider) };
    await using router = ModelRouter.fromConfig({ ...data, client: "main", shadow: everyCall }, { clients });
    const ended = next(router, "shadow:answer");
    await router.chat.completions.create(call);
    expect((await ended).target).toBe("b");
  });
});
