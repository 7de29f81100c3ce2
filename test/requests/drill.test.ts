import { describe, expect, it } from "vitest";
import { ModelRouter, type RouterOptions } from "../../src/index.ts";
import { faults, startProvider } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, Events, hear, messages, next, startPair, startSingle, textOf } from "./setup.ts";

interface Scheduled extends AsyncDisposable {
  readonly router: ModelRouter;
  readonly events: Events;
}

async function startScheduled(options: Partial<RouterOptions>): Promise<Scheduled> {
  const provider = await startProvider();
  const router = new ModelRouter({ client: clientOf(provider), tiers: { main: ["a", "b"] }, ...options });
  const close = async (): Promise<void> => {
    await router.close();
    await provider.close();
  };
  return { router, events: new Events(router), [Symbol.asyncDispose]: close };
}

const all = { target: "a", for: "10m", share: 1 } as const;

describe("router.drill()", () => {
  it("keeps calls off the target", async () => {
    await using pair = await startPair();
    await using drill = pair.router.drill(all);
    expect(textOf(await pair.router.chat.completions.create(call))).toContain("This is b");
    expect([pair.a.hits(), drill.report().drilled.calls]).toEqual([0, 1]);
  });

  it("keeps the share of them off that it is told", async () => {
    await using pair = await startPair();
    await using drill = pair.router.drill({ ...all, share: 0.25 });
    for (let calls = 0; calls < 200; calls += 1) await pair.router.chat.completions.create(call);
    const { drilled, others } = drill.report();
    expect(drilled.calls + others.calls).toBe(200);
    expect(drilled.calls).toBe(pair.b.hits());
    // Of 200 calls at 25 %, fewer than 10 or more than 110 come up once in ten billion runs.
    expect(drilled.calls).toBeGreaterThan(10);
    expect(drilled.calls).toBeLessThan(110);
  });

  it("marks the records of calls that were kept off, and no others", async () => {
    await using pair = await startPair();
    const drill = pair.router.drill(all);
    expect(pair.router.recordOf(await pair.router.chat.completions.create(call)).drilled).toBe("a");
    await drill.stop();
    expect(pair.router.recordOf(await pair.router.chat.completions.create(call))).not.toHaveProperty("drilled");
  });

  it("reports how the fallbacks did beside the target", async () => {
    await using pair = await startPair({ targets: { a: { price: 1 }, b: { price: 2 } } });
    await using drill = pair.router.drill(all);
    await hear(pair.router);
    await pair.router.chat.completions.create(call);
    const report = drill.report();
    expect(report).toMatchObject({ target: "a", dry: false, share: 1, endedAt: undefined, noFallback: 0 });
    expect(report.drilled).toMatchObject({ calls: 2, answered: 2, rescued: 0, failed: 0, answeredBy: { b: 2 } });
    expect([report.drilled.latency.count, report.drilled.ttft.count]).toEqual([2, 1]);
    expect(report.drilled.costPerCallUsd).toBeCloseTo((report.drilled.costUsd ?? 0) / 2);
    expect(report.others).toMatchObject({ calls: 0, latency: { count: 0, p50Ms: undefined }, costUsd: undefined });
  });

  it("gives the report at its end, as plain data and as a table", async () => {
    await using pair = await startPair();
    const drill = pair.router.drill({ ...all, for: 1_000 });
    await pair.router.chat.completions.create(call);
    const report = await drill;
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ target: "a", drilled: { answeredBy: { b: 1 } } });
    expect(String(drill)).toMatch(/^Drill: 100 % of the calls kept off a\n +fallbacks +a\n/);
    expect(textOf(await pair.router.chat.completions.create(call))).toContain("This is a");
  });

  it("is told of when it begins and ends", async () => {
    await using pair = await startPair();
    const report = await pair.router.drill(all).stop();
    expect(pair.events.of("drill:start")).toEqual([{ target: "a", share: 1, dry: false, worstCaseUsd: undefined }]);
    expect(pair.events.of("drill:end")).toEqual([{ target: "a", report }]);
  });

  it("ends with the router", async () => {
    await using pair = await startPair();
    const drill = pair.router.drill(all);
    await pair.router.close();
    expect((await drill).endedAt).toBeDefined();
  });

  it("leaves calls alone that name a target", async () => {
    await using pair = await startPair();
    await using drill = pair.router.drill(all);
    await pair.router.chat.completions.create({ model: "a", messages });
    await pair.router.with({ tier: "main", target: "a" }).chat.completions.create(call);
    expect([pair.a.hits(), drill.report().others.calls]).toEqual([2, 2]);
  });

  it("leaves explain() alone", async () => {
    await using pair = await startPair();
    await using _ = pair.router.drill(all);
    expect((await pair.router.explain(call)).targets[0]?.target).toBe("a");
  });

  it("counts answers that were not accepted", async () => {
    await using pair = await startPair({ router: { accept: ({ text }) => text.includes("This is a") } });
    await using drill = pair.router.drill(all);
    await pair.router.chat.completions.create(call);
    expect(drill.report().drilled).toMatchObject({ answered: 1, rescued: 1, notAccepted: 1 });
  });
});

describe("a drill fails no call", () => {
  it("when the fallbacks fail: the target itself answers, and that is reported", async () => {
    await using pair = await startPair();
    await using drill = pair.router.drill(all);
    pair.b.fail("b", 500);
    expect(textOf(await pair.router.chat.completions.create(call))).toContain("This is a");
    expect(drill.report().drilled).toMatchObject({ calls: 1, answered: 1, rescued: 1, answeredBy: { a: 1 } });
  });

  it("when nothing else can serve: the call goes to the target, and that is reported", async () => {
    await using single = await startSingle();
    await using drill = single.router.drill(all);
    await single.router.chat.completions.create(call);
    expect([single.a.hits(), drill.report().noFallback, drill.report().drilled.calls]).toEqual([1, 1, 0]);
    expect(String(drill)).toContain("1 could not be kept off: nothing else could serve them");
  });

  it("when all others are out", async () => {
    await using pair = await startPair({
      router: { breaker: { failureThreshold: 1, errorRate: 0, cooldownMs: 600_000 } },
    });
    pair.b.fail("b", 500);
    await errorOf(pair.router.chat.completions.create({ model: "b", messages }));
    await using drill = pair.router.drill(all);
    await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), drill.report().noFallback]).toEqual([1, 1]);
  });

  it("and breaks no glass", async () => {
    await using pair = await startPair({ targets: { b: { breakGlass: true } } });
    await using drill = pair.router.drill(all);
    await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits(), drill.report().noFallback]).toEqual([1, 0, 1]);
  });

  it("and counts one that fails at all of them as failed", async () => {
    await using pair = await startPair({ router: { retry: { maxRetries: 0 } } });
    await using drill = pair.router.drill(all);
    pair.a.fail("a", 500);
    pair.b.fail("b", 500);
    await errorOf(pair.router.chat.completions.create(call));
    expect(drill.report().drilled).toMatchObject({ calls: 1, answered: 0, failed: 1 });
  });
});

describe("a drill is refused", () => {
  it.each([
    [{ target: "c", for: "1m" }, 'target: no target "c"'],
    [{ target: "a" }, 'for: says how long a drill lasts, such as "10m"'],
    [{ target: "a", for: "soon" }, "for: must be milliseconds above 0"],
    [{ target: "a", for: "1m", share: 2 }, "share: must be a share from 0 to 1, got 2"],
    [{ target: "a", for: "1m", shares: 1 }, 'shares: is not an option (did you mean "share"?)'],
    [{ target: "a", dry: true, tier: "other" }, 'tier: no tier "other"'],
    [{ target: "a", dry: true, prompts: [] }, "prompts: has no prompts"],
  ])("with %o", async (options, fault) => {
    await using pair = await startPair();
    expect(() => pair.router.drill(options as never)).toThrow(fault);
  });

  it("while another one of the target goes on", async () => {
    await using pair = await startPair();
    await using _ = pair.router.drill(all);
    expect(() => pair.router.drill(all)).toThrow('a drill of "a" is going on already');
  });
});

it("a drill of a closed router is refused", async () => {
  await using pair = await startPair();
  await pair.router.close();
  expect(() => pair.router.drill(all)).toThrow("The router was closed");
});

describe("a dry drill", () => {
  const priced = { targets: { a: { price: 1 }, b: { price: 2 } } };

  it("sends prompts of its own through the chain without the target", async () => {
    await using pair = await startPair(priced);
    const report = await pair.router.drill({ target: "a", dry: true });
    expect([pair.a.hits(), pair.b.hits()]).toEqual([0, 4]);
    expect(report).toMatchObject({ dry: true, share: 1, drilled: { calls: 4, answered: 4, answeredBy: { b: 4 } } });
  });

  it("sends the prompts it is given, marked by a tag", async () => {
    await using pair = await startPair(priced);
    await pair.router.drill({ target: "a", dry: true, prompts: ["Hi?", "Ho?"] });
    const records = pair.events.of("request:end").map(({ record }) => record);
    expect(records.map(({ tags, drilled }) => [tags, drilled])).toEqual([
      [{ drill: "a" }, "a"],
      [{ drill: "a" }, "a"],
    ]);
  });

  it("leaves the traffic alone", async () => {
    await using pair = await startPair(priced);
    pair.b.fail("b", { delayMs: 30 });
    const drill = pair.router.drill({ target: "a", dry: true, prompts: ["Hi?"] });
    await pair.b.received(1);
    await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), (await drill).drilled.calls]).toEqual([1, 1]);
  });

  it("says before what it may cost at most: each try at each target with the longest answer", async () => {
    await using pair = await startPair({ ...priced, router: { retry: { maxRetries: 0 } } });
    const drill = pair.router.drill({ target: "a", dry: true, prompts: ["x".repeat(400)] });
    const { drilled } = await drill;
    // 256 tokens of the answer at 2 USD a million, and the prompt besides.
    expect(drill.worstCaseUsd).toBeGreaterThan((256 * 2) / 1_000_000);
    expect(drill.worstCaseUsd).toBeLessThan(0.002);
    expect(drilled.costUsd).toBeLessThanOrEqual(drill.worstCaseUsd ?? 0);
    expect(pair.events.of("drill:start")).toMatchObject([{ worstCaseUsd: drill.worstCaseUsd }]);
  });

  it("is not begun when it may cost more than maxUsd, or nobody knows what", async () => {
    await using pair = await startPair(priced);
    expect(() => pair.router.drill({ target: "a", dry: true, maxUsd: 0.000_01 })).toThrow(
      "maxUsd: is $0.00001, and the drill may cost",
    );
    pair.router.update({ targets: { a: {}, b: { client: "other" } } });
    expect(() => pair.router.drill({ target: "a", dry: true })).toThrow("nobody knows what");
    expect((await pair.router.drill({ target: "a", dry: true, maxUsd: Infinity })).drilled.answered).toBe(4);
  });

  it("keeps to budgets", async () => {
    await using pair = await startPair({
      ...priced,
      router: { budgets: { drills: { limitUsd: 0.000_000_1, per: "day", tag: { drill: "*" } } } },
    });
    const { drilled } = await pair.router.drill({ target: "a", dry: true });
    expect([drilled.failed, pair.b.hits()]).toEqual([4, 0]);
  });

  it("finds a target that nothing stands in for", async () => {
    await using single = await startSingle({ targets: { a: { price: 1 } } });
    const report = await single.router.drill({ target: "a", dry: true });
    expect(report).toMatchObject({ noFallback: 4, drilled: { failed: 4 } });
    expect(single.a.hits()).toBe(0);
  });

  it("reports fallbacks that fail", async () => {
    await using pair = await startPair(priced);
    pair.b.fail("b", 500);
    expect((await pair.router.drill({ target: "a", dry: true })).drilled).toMatchObject({ failed: 4, answered: 0 });
  });

  it("ends when it is stopped", async () => {
    await using pair = await startPair(priced);
    pair.b.fail("b", faults.hang);
    const drill = pair.router.drill({ target: "a", dry: true });
    await pair.b.received(1);
    expect((await drill.stop()).drilled).toMatchObject({ calls: 1, aborted: 1 });
  });
});

describe("scheduled drills", () => {
  const often = [{ target: "a", for: "1ms", every: 10, share: 0.5 }];

  it("come again and again", async () => {
    await using set = await startScheduled({ drills: often });
    await next(set.router, "drill:end");
    await next(set.router, "drill:end");
    expect(set.events.of("drill:start")[0]).toMatchObject({ target: "a", share: 0.5, dry: false });
  });

  it("can be changed by update()", async () => {
    await using set = await startScheduled({ drills: often });
    set.router.update({ drills: [{ target: "b", for: 1, every: 10 }] });
    expect(await next(set.router, "drill:start")).toMatchObject({ target: "b", share: 0.01 });
  });

  it.each([
    [[{ target: "c", for: 1, every: 1 }], 'drills[0].target: no target "c"'],
    [[{ target: "a", for: 1 }], "drills[0].every: must be milliseconds above 0"],
    [[{ target: "a", for: "10 minutes", every: "1d" }], "drills[0].for: must be milliseconds above 0"],
  ])("%o are a fault", async (drills, fault) => {
    await using set = await startScheduled({});
    expect(() => set.router.update({ drills: drills as never })).toThrow(fault);
  });
});
