import { describe, expect, it } from "vitest";
import {
  judgeClassifier,
  ModelRouter,
  type Classifier,
  type RouterOptions,
  type TargetOptions,
} from "../../src/index.ts";
import { faults, startProvider, type Provider } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, Events, hear, messages, textOf } from "./setup.ts";

interface Guarded extends AsyncDisposable {
  readonly provider: Provider;
  /** Where the break-glass target is. */
  readonly direct: Provider;
  readonly router: ModelRouter;
  readonly events: Events;
}

/** The tier `main` has `direct`, a break-glass target on a client of its own, and the targets `a` and `b`. */
async function start(options: Partial<RouterOptions> = {}, a: TargetOptions = {}): Promise<Guarded> {
  const [provider, direct] = await Promise.all([startProvider(), startProvider()]);
  const router = new ModelRouter({
    client: clientOf(provider),
    clients: { vendor: clientOf(direct, "sk-vendor") },
    targets: { direct: { client: "vendor", model: "m", breakGlass: true }, a },
    tiers: { main: ["direct", "a", "b"] },
    retry: { maxRetries: 0 },
    breaker: { failureThreshold: 1, errorRate: 0, cooldownMs: 600_000 },
    ...options,
  });
  const events = new Events(router);
  const close = async (): Promise<void> => {
    await router.close();
    await Promise.all([provider.close(), direct.close()]);
  };
  return { provider, direct, router, events, [Symbol.asyncDispose]: close };
}

describe("a break-glass target", () => {
  it("is not called while another one answers", async () => {
    await using set = await start();
    set.provider.fail("a", 503);
    const completion = await set.router.chat.completions.create(call);
    expect([set.router.recordOf(completion).target, set.direct.hits()]).toEqual(["b", 0]);
  });

  it("answers when all others have failed, and the record says so", async () => {
    await using set = await start();
    set.provider.fail(undefined, 503);
    const completion = await set.router.chat.completions.create(call);
    expect(set.router.recordOf(completion)).toMatchObject({ target: "direct", fellBack: true, breakGlass: true });
  });

  it("answers at once when all others are out", async () => {
    await using set = await start();
    set.provider.fail(undefined, 503);
    await set.router.chat.completions.create(call);
    await set.router.chat.completions.create(call);
    expect([set.provider.hits(), set.direct.hits()]).toEqual([2, 2]);
  });

  it("answers streams, too", async () => {
    await using set = await start();
    await set.provider.refuse();
    expect((await hear(set.router)).text).toContain("This is m");
  });

  it("leaves the record of other calls without a mark", async () => {
    await using set = await start();
    expect(set.router.recordOf(await set.router.chat.completions.create(call))).not.toHaveProperty("breakGlass");
  });

  it("is told of with what became of the others", async () => {
    await using set = await start();
    set.provider.fail(undefined, 503);
    const { requestId } = set.router.recordOf(await set.router.chat.completions.create(call));
    await set.router.chat.completions.create(call);
    expect(set.events.of("break-glass:use")).toMatchObject([
      { requestId, target: "direct", why: "all_out", detail: "a: server_error; b: server_error" },
      { why: "all_out", detail: expect.stringMatching(/a: its breaker is open, due again in \d+ s; b: /) },
    ]);
  });

  it("is told of once in a call, however often it is tried", async () => {
    await using set = await start({ retry: { maxRetries: 1, minDelayMs: 0 }, breaker: false });
    set.provider.fail(undefined, 503);
    set.direct.enqueue(503);
    await set.router.chat.completions.create(call);
    expect([set.direct.hits(), set.events.of("break-glass:use").length]).toEqual([2, 1]);
  });

  it("serves who names it, which is told of as well", async () => {
    await using set = await start();
    const byModel = await set.router.chat.completions.create({ model: "direct", messages });
    const byHint = await set.router.with({ tier: "main", target: "direct" }).chat.completions.create(call);
    expect([byModel, byHint].map((given) => set.router.recordOf(given).target)).toEqual(["direct", "direct"]);
    expect(set.events.of("break-glass:use").map(({ why }) => why)).toEqual(["named", "named"]);
  });

  it("is not called for a request that is at fault", async () => {
    await using set = await start();
    set.provider.fail(undefined, 400);
    await errorOf(set.router.chat.completions.create(call));
    expect(set.direct.hits()).toBe(0);
  });

  it("is not called because an answer is not accepted", async () => {
    await using set = await start({ accept: () => false });
    const error = await errorOf(set.router.chat.completions.create(call));
    expect([error.code, set.provider.hits(), set.direct.hits()]).toEqual(["not_accepted", 2, 0]);
  });

  it("keeps to its limits", async () => {
    await using set = await start({
      targets: { direct: { client: "vendor", breakGlass: true, limits: { requestsPerMinute: 1 } } },
      deadlineMs: 2_000,
    });
    set.provider.fail(undefined, 503);
    await set.router.chat.completions.create(call);
    await errorOf(set.router.chat.completions.create(call));
    expect(set.direct.hits()).toBe(1);
  });
});

describe("limits that keep all others busy", () => {
  const narrow = { clientLimits: { default: { concurrency: 1 } } };

  it("are waited for rather than that the glass is broken", async () => {
    await using set = await start(narrow);
    set.provider.fail(undefined, { delayMs: 30 });
    const completions = await Promise.all([1, 2, 3].map(() => set.router.chat.completions.create(call)));
    expect(completions.map((given) => set.router.recordOf(given).target)).toEqual(["a", "a", "a"]);
    expect(set.direct.hits()).toBe(0);
  });

  it("break it when they are waited for in vain", async () => {
    await using set = await start({ ...narrow, waiting: { maxWaitMs: 20 } });
    set.provider.fail(undefined, faults.hang);
    const first = set.router.chat.completions.create(call);
    await set.provider.received(1);
    const { target } = set.router.recordOf(await set.router.chat.completions.create(call));
    expect(target).toBe("direct");
    await set.router.close();
    await errorOf(first);
  });

  it("break it at once when calls do not wait", async () => {
    await using set = await start({ ...narrow, waiting: false });
    set.provider.fail(undefined, faults.hang);
    const first = set.router.chat.completions.create(call);
    await set.provider.received(1);
    expect(textOf(await set.router.chat.completions.create(call))).toContain("This is m");
    await set.router.close();
    await errorOf(first);
  });
});

describe("nobody breaks the glass", () => {
  it("for a batch", async () => {
    await using set = await start();
    set.provider.fail(undefined, 503);
    const [result] = await set.router.batch(["Hi?"], { hints: { tier: "main" } });
    expect([result?.status, set.direct.hits()]).toEqual(["rejected", 0]);
  });

  it("for a call of the priority batch", async () => {
    await using set = await start();
    set.provider.fail(undefined, 503);
    await errorOf(set.router.with({ priority: "batch" }).chat.completions.create(call));
    expect(set.direct.hits()).toBe(0);
  });

  it("for a classifier that asks a model through the router", async () => {
    let asked: ModelRouter | undefined;
    const judge: Classifier = {
      name: "judge",
      timeoutMs: 5_000,
      classify: (request, signal) =>
        judgeClassifier({ client: asked!.openai, model: "small", tiers: { main: "all" } }).classify(request, signal),
    };
    await using set = await start({
      classifier: judge,
      tiers: { main: ["a", "b", "direct"], small: ["b", "direct"] },
    });
    asked = set.router;
    set.provider.fail("b", 503);
    const completion = await set.router.chat.completions.create({ model: "auto", messages });
    expect([set.router.recordOf(completion).target, set.direct.hits()]).toEqual(["a", 0]);
    expect(set.events.of("classifier:failed")).toMatchObject([{ classifier: "judge" }]);
  });
});

describe("what is behind glass shows", () => {
  it("in explain()", async () => {
    await using set = await start();
    const { targets, summary } = await set.router.explain(call);
    expect(targets.map(({ breakGlass }) => breakGlass)).toEqual([undefined, undefined, true]);
    expect(summary).toContain(
      '3. direct as model m on client "vendor"; break glass: only when all others are out or have failed, or by its name',
    );
  });

  it("in health(), with whether a tier has nothing else left", async () => {
    await using set = await start();
    expect(set.router.health()).toMatchObject({
      tiers: { main: { breakGlass: false } },
      targets: { a: { breakGlass: false }, direct: { breakGlass: true } },
    });
    set.provider.fail(undefined, 503);
    await set.router.chat.completions.create(call);
    expect(set.router.health().tiers["main"]).toMatchObject({ healthy: true, breakGlass: true });
  });

  it("after update()", async () => {
    await using set = await start();
    set.router.update({ targets: { direct: { client: "vendor", model: "m" } } });
    const { record } = await set.router.with({ tier: "main" }).ask("Hi?");
    expect([record.target, record.breakGlass]).toEqual(["direct", undefined]);
  });
});

it("a tier of break-glass targets alone is a fault", async () => {
  await using set = await start();
  expect(() => set.router.update({ tiers: { main: ["direct"] } })).toThrow(
    "tiers.main: has break-glass targets only; name one before them that serves every day",
  );
});
