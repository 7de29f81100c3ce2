import { describe, expect, it } from "vitest";
import { faults } from "../../src/testing/index.ts";
import { call, errorOf, hear, messages, next, startPair, startSingle, streamingCall } from "./setup.ts";

describe("explain()", () => {
  it("says what would be tried, and sends nothing", async () => {
    await using pair = await startPair();
    const { summary, targets, tier } = await pair.router.explain(call);
    expect([tier, targets.map(({ target, client }) => [target, client])]).toEqual([
      "main",
      [
        ["a", "default"],
        ["b", "other"],
      ],
    ]);
    expect(summary).toContain('Tier "main"');
    expect([pair.a.hits(), pair.b.hits()]).toEqual([0, 0]);
  });

  it("says what a call then does", async () => {
    await using pair = await startPair({
      a: [429],
      router: { strategy: "cheapest" },
      targets: { a: { price: 2 }, b: { price: 1 } },
    });
    const explained = await pair.router.explain(call);
    const completion = await pair.router.chat.completions.create(call);
    expect(explained.targets[0]?.target).toBe(pair.router.recordOf(completion).target);
  });

  it("says who can not serve and why", async () => {
    await using pair = await startPair({
      a: [faults.rateLimited({ retryAfterS: 90 })],
      targets: { b: { contextWindow: 5 } },
    });
    await pair.router.chat.completions.create(call).catch(() => undefined);
    const { leftOut, lastResort } = await pair.router.explain(call);
    expect(leftOut.map(({ target, reason }) => [target, reason])).toEqual([["b", "context_window"]]);
    expect(lastResort).toBe(true);
  });

  it("counts as no call", async () => {
    await using pair = await startPair();
    await pair.router.explain(call);
    expect([pair.router.stats().calls, pair.events.names]).toEqual([0, []]);
  });

  it("knows the Responses API by its input", async () => {
    await using pair = await startPair();
    const { tier } = await pair.router.explain({ model: "main", input: "Hi?" });
    expect(tier).toBe("main");
  });

  it("takes hints", async () => {
    await using pair = await startPair();
    const { targets, decidedBy } = await pair.router.explain({ model: "auto", messages }, { hints: { target: "b" } });
    expect([targets.map(({ target }) => target), decidedBy]).toEqual([["b"], "hint"]);
  });
});

describe("stats()", () => {
  it("counts calls and attempts by tier and target", async () => {
    await using pair = await startPair({ a: [500] });
    await pair.router.chat.completions.create(call);
    await pair.router.chat.completions.create({ ...call, model: "b" });
    const { calls, attempts, tiers, targets } = pair.router.stats();
    expect([calls, attempts]).toEqual([2, 3]);
    expect([tiers["main"]?.calls, tiers["direct"]?.calls]).toEqual([1, 1]);
    expect([targets["a"]?.attempts, targets["b"]?.attempts]).toEqual([2, 1]);
  });

  it("counts answered, failed and aborted calls", async () => {
    await using single = await startSingle({ a: [200, 400, faults.hang] });
    await single.router.chat.completions.create(call);
    await errorOf(single.router.chat.completions.create(call));
    const controller = new AbortController();
    const aborted = errorOf(single.router.chat.completions.create(call, { signal: controller.signal }));
    await single.a.received(3);
    controller.abort();
    await aborted;
    expect(single.router.stats()).toMatchObject({ answered: 1, failed: 1, aborted: 1 });
  });

  it("counts fallbacks", async () => {
    await using pair = await startPair({ a: [429] });
    await pair.router.chat.completions.create(call);
    expect(pair.router.stats()).toMatchObject({ calls: 1, fallbacks: 1, failures: { rate_limited: 1 } });
  });

  it("adds up tokens and cost", async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    await using single = await startSingle({ a: { models: { a: { usage } } }, targets: { a: { price: 1_000_000 } } });
    await single.router.chat.completions.create(call);
    await hear(single.router);
    expect(single.router.stats()).toMatchObject({ tokens: { promptTokens: 20, completionTokens: 10 }, costUsd: 30 });
  });

  it("has the calls in flight", async () => {
    await using single = await startSingle({ a: [faults.stallStream({ afterChunks: 1 })] });
    const stream = await single.router.chat.completions.create(streamingCall);
    const before = single.router.stats().inFlight;
    const ended = next(single.router, "request:end");
    stream.controller.abort();
    await ended;
    expect([before, single.router.stats().inFlight]).toEqual([1, 0]);
  });
});

describe("health()", () => {
  it("is good at first", async () => {
    await using pair = await startPair();
    const untouched = {
      healthy: true,
      breaker: "closed",
      breakGlass: false,
      out: undefined,
      dueAt: undefined,
      learnt: false,
      share: 1,
      inFlight: 0,
    };
    expect(pair.router.health()).toEqual({
      healthy: true,
      keys: {},
      tiers: { main: { healthy: true } },
      targets: {
        a: untouched,
        b: untouched,
      },
    });
  });

  it("is good while a tier has one target that serves", async () => {
    await using pair = await startPair({ a: [404] });
    await pair.router.chat.completions.create(call);
    expect(pair.router.health()).toMatchObject({
      healthy: true,
      targets: { a: { healthy: false, out: "model_not_found" } },
    });
  });

  it("says since when it will be good again", async () => {
    await using pair = await startPair({ a: [faults.rateLimited({ retryAfterS: 30 })] });
    await pair.router.chat.completions.create(call);
    const [rest] = pair.events.of("target:rest");
    expect(pair.router.health().targets["a"]?.dueAt).toBe(rest?.dueAt);
  });
});

describe("a slow call", () => {
  it("is told of", async () => {
    await using single = await startSingle({ a: [{ delayMs: 30 }], router: { slowMs: 10 } });
    await single.router.chat.completions.create(call);
    expect(single.events.of("request:slow")).toMatchObject([{ target: "a", slowMs: 10 }]);
  });

  it("is not told of below the limit", async () => {
    await using single = await startSingle({ router: { slowMs: 600_000 } });
    await single.router.chat.completions.create(call);
    expect(single.events.of("request:slow")).toEqual([]);
  });
});

describe("a call that no target may serve", () => {
  it("gets an error that says why, target by target", async () => {
    await using pair = await startPair({
      targets: { a: { capabilities: ["json"] }, b: { capabilities: ["json"], region: "eu" } },
    });
    const tools = [{ type: "function" as const, function: { name: "f", parameters: {} } }];
    const error = await errorOf(pair.router.chat.completions.create({ ...call, tools }));
    expect(error).toMatchObject({
      name: "NoTargetError",
      code: "no_target",
      leftOut: [
        { target: "a", reason: "capability" },
        { target: "b", reason: "capability" },
      ],
    });
    expect([pair.a.hits(), pair.b.hits()]).toEqual([0, 0]);
  });

  it("begins and ends like any other", async () => {
    await using pair = await startPair({ targets: { a: { region: "us" }, b: { region: "eu" } } });
    await errorOf(pair.router.with({ region: "asia" }).chat.completions.create(call));
    expect(pair.events.names).toEqual(["request:start", "decision:made", "request:end"]);
  });
});
