import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RouterOptions } from "../../src/index.ts";
import type { Step } from "../../src/testing/index.ts";
import { seededRandom } from "../../src/testing/seeded-random.ts";
import { call, errorOf, startFleet, startPair, type Fleet } from "./setup.ts";

/** A fleet whose tier `main` has so many targets. */
function startMain(targets: number, options: Partial<RouterOptions> = {}): Promise<Fleet> {
  return startFleet({ tiers: { main: ["a", "b", "c"].slice(0, targets) }, ...options });
}

/** Makes calls, so many at a time: each begins when one before it has ended. Says how many were answered. */
async function makeCalls({ router }: Fleet, count: number, atOnce: number): Promise<number> {
  let [begun, answered] = [0, 0];
  const caller = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      await router.chat.completions.create(call).then(
        () => (answered += 1),
        () => undefined,
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  return answered;
}

/** Makes calls in groups: the next begins when all of one have ended. */
async function makeGroups(fleet: Fleet, groups: number, size: number): Promise<void> {
  for (let group = 0; group < groups; group += 1) await makeCalls(fleet, size, size);
}

function failAll({ provider }: Fleet, step: Step): void {
  for (const model of ["a", "b", "c"]) provider.fail(model, step);
}

/** Answers one in five requests with a 500, by a seed. */
function failsOneInFive(seed: number): Step {
  const random = seededRandom(seed);
  return () => (random() < 0.2 ? 500 : 200);
}

describe("while every target is down", () => {
  it.each([2, 3])("1,000 calls to %i targets are at most 200 requests, 50 at a time", async (targets) => {
    await using fleet = await startMain(targets);
    failAll(fleet, 500);
    await makeCalls(fleet, 1_000, 50);
    expect(fleet.provider.hits()).toBeLessThanOrEqual(200);
  });

  it.each([2, 3])("1,000 calls to %i targets are at most 200 requests, in groups of 50", async (targets) => {
    await using fleet = await startMain(targets);
    failAll(fleet, 503);
    await makeGroups(fleet, 20, 50);
    expect(fleet.provider.hits()).toBeLessThanOrEqual(200);
  });

  it("1,000 calls are at most 200 requests, one after the other", async () => {
    await using fleet = await startMain(2, { retry: { minDelayMs: 0 } });
    failAll(fleet, 500);
    await makeCalls(fleet, 1_000, 1);
    expect(fleet.provider.hits()).toBeLessThanOrEqual(200);
  });

  it("1,000 calls are at most 200 requests to targets that do not answer in time", async () => {
    await using fleet = await startMain(3, { timeouts: { headersMs: 100 } });
    failAll(fleet, "hang");
    await makeCalls(fleet, 1_000, 50);
    expect(fleet.provider.hits()).toBeLessThanOrEqual(200);
  });
});

describe("while every target fails one request in five", () => {
  const loads = [2, 3].flatMap((targets) => [1, 10, 50].map((atOnce) => [targets, atOnce] as const));

  it.each(loads)("1,000 calls to %i targets, %i at a time, are at most 1,210 requests", async (targets, atOnce) => {
    await using fleet = await startMain(targets, { retry: { minDelayMs: 0 } });
    failAll(fleet, failsOneInFive(targets * 100 + atOnce));
    await makeCalls(fleet, 1_000, atOnce);
    expect(fleet.provider.hits()).toBeLessThanOrEqual(1_210);
  });

  it.each([2, 3])("1,000 calls to %i targets are nearly all answered", async (targets) => {
    await using fleet = await startMain(targets, { retry: { minDelayMs: 0 } });
    failAll(fleet, failsOneInFive(targets));
    expect(await makeCalls(fleet, 1_000, 10)).toBeGreaterThan(930);
  });
});

describe("while one target is down and another one answers", () => {
  it.each([1, 50])("every call is answered, %i at a time", async (atOnce) => {
    await using fleet = await startMain(2);
    fleet.provider.fail("a", 500);
    expect(await makeCalls(fleet, 200, atOnce)).toBe(200);
  });

  it("every call is answered also where no breaker takes the target out", async () => {
    await using fleet = await startMain(2, { breaker: false });
    fleet.provider.fail("a", 500);
    expect(await makeCalls(fleet, 300, 10)).toBe(300);
  });

  it("the target is not tried again when it fails a lot", async () => {
    await using fleet = await startMain(2, { breaker: false, retry: { minDelayMs: 0 } });
    fleet.provider.fail("a", 500);
    await makeCalls(fleet, 100, 1);
    // Of the first five failures each that came first to its call was worth a retry.
    expect(fleet.provider.requests.filter(({ model }) => model === "a").length).toBeLessThanOrEqual(105);
  });
});

it("one call never makes more requests than its targets and their retries", async () => {
  const status = fc.constantFrom(200, 429, 500, 503, 404, 408);
  const outcomes = fc.array(status, { minLength: 12, maxLength: 12 });
  const property = fc.asyncProperty(outcomes, fc.integer({ min: 0, max: 2 }), async (script, maxRetries) => {
    await using fleet = await startMain(3, { retry: { maxRetries, minDelayMs: 0 } });
    fleet.provider.enqueue(...script);
    await fleet.router.chat.completions.create(call).catch(() => undefined);
    expect(fleet.provider.hits()).toBeLessThanOrEqual(3 * (1 + maxRetries));
  });
  await fc.assert(property, { numRuns: 60, seed: 4 });
});

describe("a retry that the budget refuses", () => {
  /** Nothing may be retried. */
  const none = { reserve: 0 };

  it("leaves the call to the next target", async () => {
    await using pair = await startPair({ a: [500], router: { retryBudget: none } });
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.router.recordOf(completion)).toMatchObject({ target: "b", refusedRetries: 1, attempts: [{}, {}] });
  });

  it("ends the call with its error where no target is left", async () => {
    await using pair = await startPair({ a: [500], b: [500], router: { retryBudget: none } });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(pair.router.recordOf(error)).toMatchObject({ outcome: "failed", refusedRetries: 2 });
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 1]);
  });

  it("is named in the error", async () => {
    await using pair = await startPair({ a: [500], b: [500], router: { retryBudget: none } });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.message).toContain("The retry budget allowed no further attempt");
  });

  it("is counted", async () => {
    await using pair = await startPair({ a: [500], router: { retryBudget: none } });
    await pair.router.chat.completions.create(call);
    expect(pair.router.stats().retryBudget).toEqual({
      left: 0,
      inFlight: 0,
      granted: { retry: 0, fallback: 1, hedge: 0 },
      refused: { retry: 1, fallback: 0, hedge: 0 },
    });
  });

  it("is told once, not of every call", async () => {
    await using pair = await startPair({ a: [500, 500, 500], router: { retryBudget: { ...none, trust: 100 } } });
    for (let count = 0; count < 3; count += 1) await pair.router.chat.completions.create(call);
    expect(pair.events.of("retry-budget:spent")).toEqual([
      { requestId: expect.any(String), target: "a", kind: "retry", callsInFlight: 1 },
    ]);
  });

  it("is not there without a budget", async () => {
    await using pair = await startPair({ a: [500, 500], router: { retryBudget: false } });
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.router.recordOf(completion)).toMatchObject({ target: "b", attempts: [{}, {}, {}] });
    expect(pair.router.recordOf(completion).refusedRetries).toBeUndefined();
  });

  it("is there again when update() gives a budget", async () => {
    await using pair = await startPair({ a: [500, 500], router: { retryBudget: none } });
    pair.router.update({ retryBudget: { reserve: 5 } });
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.router.recordOf(completion).attempts.map(({ target }) => target)).toEqual(["a", "a", "b"]);
  });
});
