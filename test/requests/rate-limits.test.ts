import { RateLimitError } from "openai";
import { describe, expect, it } from "vitest";
import { faults, type Answer, type ReceivedRequest, type Step } from "../../src/testing/index.ts";
import { call, errorOf, startPair, startSingle, textOf } from "./setup.ts";

describe("a target that says 429", () => {
  it("is not asked again while it rests", async () => {
    await using pair = await startPair({ a: [faults.rateLimited({ retryAfterS: 30 })] });
    await pair.router.chat.completions.create(call);
    await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 2]);
  });

  it("is asked by the next call when it did not say how long it rests", async () => {
    await using pair = await startPair({ a: [faults.rateLimited()] });
    await pair.router.chat.completions.create(call);
    await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 1]);
  });

  it.each([
    ["in seconds", faults.rateLimited({ retryAfterS: 30 })],
    ["in ms", faults.rateLimited({ retryAfterMs: 30_000 })],
    ["in ms, which counts more than seconds", faults.rateLimited({ retryAfterMs: 30_000, retryAfterS: 7 })],
  ])("rests for as long as it says %s", async (_, step) => {
    await using pair = await startPair({ a: [step] });
    const before = Date.now();
    await pair.router.chat.completions.create(call);
    const [rest] = pair.events.of("target:rest");
    expect(rest?.dueAt).toBeGreaterThanOrEqual(before + 30_000);
    expect(rest?.dueAt).toBeLessThanOrEqual(Date.now() + 30_000);
  });

  it("rests until the HTTP date it says", async () => {
    const date = new Date(Math.ceil(Date.now() / 1000) * 1000 + 30_000);
    await using pair = await startPair({ a: [faults.rateLimited({ retryAfterDate: date })] });
    await pair.router.chat.completions.create(call);
    const [rest] = pair.events.of("target:rest");
    expect(Math.round(((rest?.dueAt ?? 0) - date.getTime()) / 1000)).toBe(0);
  });

  it("rests alone: the other targets of its client go on", async () => {
    await using pair = await startPair({
      a: [faults.rateLimited({ retryAfterS: 30 })],
      router: { tiers: { main: ["a", "a-too", "b"] } },
    });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is a-too");
  });

  it("is reported as resting", async () => {
    await using pair = await startPair({ a: [faults.rateLimited({ retryAfterS: 30 })] });
    await pair.router.chat.completions.create(call);
    expect(pair.events.of("target:rest")).toMatchObject([{ target: "a", client: "default", reason: "rate_limited" }]);
  });
});

/** Refuses until so many ms after the first request. */
function limitedFor(retryAfterMs: number): Step[] {
  let since: number | undefined;
  const step = ({ at }: ReceivedRequest): Answer => {
    since ??= at;
    // Timers and clocks may differ by a millisecond.
    return at - since < retryAfterMs - 2 ? faults.rateLimited({ retryAfterMs }) : {};
  };
  return [step, step];
}

describe("a call that only a resting target can serve", () => {
  it("waits when the target says when it is back", async () => {
    await using single = await startSingle({ a: limitedFor(20) });
    const completion = await single.router.chat.completions.create(call);
    expect(single.router.recordOf(completion).attempts.map(({ failure }) => failure)).toEqual([
      "rate_limited",
      undefined,
    ]);
  });

  it("says that it waits, and how long at most", async () => {
    await using single = await startSingle({ a: [faults.rateLimited({ retryAfterMs: 20 })] });
    await single.router.chat.completions.create(call);
    const [retry] = single.events.of("retry:start");
    expect(retry).toMatchObject({ target: "a", failure: "rate_limited" });
    expect(retry?.delayMs).toBeLessThanOrEqual(20);
  });

  it("waits as often as it may be retried", async () => {
    const step = faults.rateLimited({ retryAfterMs: 5 });
    await using single = await startSingle({ a: [step, step, step], router: { retry: { maxRetries: 2 } } });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(single.a.hits()).toBe(3);
  });

  it("does not wait when the target does not say when", async () => {
    await using single = await startSingle({ a: [faults.rateLimited()] });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(single.a.hits()).toBe(1);
  });

  it("does not wait for more than a minute", async () => {
    await using single = await startSingle({ a: [faults.rateLimited({ retryAfterS: 61 })] });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(RateLimitError);
  });

  it("does not wait when that does not fit its deadline", async () => {
    await using single = await startSingle({ a: [faults.rateLimited({ retryAfterS: 30 })] });
    const error = await errorOf(single.router.with({ deadlineMs: 20_000 }).chat.completions.create(call));
    expect(error).toBeInstanceOf(RateLimitError);
  });

  it("does not wait when it may not be retried", async () => {
    await using single = await startSingle({ a: [faults.rateLimited({ retryAfterMs: 20 })] });
    const error = await errorOf(single.router.chat.completions.create(call, { maxRetries: 0 }));
    expect(error).toBeInstanceOf(RateLimitError);
  });

  it("takes the target that is back first", async () => {
    await using pair = await startPair({
      a: [faults.rateLimited({ retryAfterS: 30 })],
      b: [faults.rateLimited({ retryAfterMs: 20 })],
    });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 2]);
  });

  it("waits for its turn when the target rested before it came", async () => {
    await using single = await startSingle({ a: limitedFor(60) });
    await errorOf(single.router.chat.completions.create(call, { maxRetries: 0 }));
    const completion = await single.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is a");
  });

  it("does not wait for a turn that its deadline does not reach", async () => {
    await using single = await startSingle({ a: [faults.rateLimited({ retryAfterS: 30 }), faults.rateLimited()] });
    await errorOf(single.router.chat.completions.create(call, { maxRetries: 0 }));
    const error = await errorOf(single.router.with({ deadlineMs: 20_000 }).chat.completions.create(call));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(single.a.hits()).toBe(2);
  });
});

describe("Retry-After of other failures", () => {
  it("sets the wait before the retry", async () => {
    await using pair = await startPair({ a: [{ status: 503, headers: { "retry-after-ms": "15" } }] });
    await pair.router.chat.completions.create(call);
    expect(pair.events.of("retry:start")).toMatchObject([{ target: "a", delayMs: 15 }]);
  });

  it("leads to the next target when it is longer than retries may wait", async () => {
    await using pair = await startPair({ a: [{ status: 503, headers: { "retry-after": "5" } }] });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
    expect(pair.a.hits()).toBe(1);
  });
});
