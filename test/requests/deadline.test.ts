import { APIConnectionTimeoutError } from "openai";
import { describe, expect, it } from "vitest";
import { faults } from "../../src/testing/index.ts";
import { call, errorOf, hear, next, replyOf, startPair, startSingle, streamingCall, textOf } from "./setup.ts";

describe("the deadline of a call", () => {
  it("ends it in a timeout error that the client's users know", async () => {
    await using single = await startSingle({ a: [faults.hang], router: { deadlineMs: 150 } });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(error).toMatchObject({ code: "deadline_exceeded", attempts: [{ target: "a", failure: "timeout" }] });
  });

  it("cuts the connection", async () => {
    await using single = await startSingle({ a: [faults.hang], router: { deadlineMs: 150 } });
    await errorOf(single.router.chat.completions.create(call));
    await single.a.idle();
    expect(single.a.requests[0]?.aborted).toBe(true);
  });

  it("is shared: a target that hangs leaves the next one time to answer", async () => {
    await using pair = await startPair({ a: [faults.hang], router: { deadlineMs: 1_000 } });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe(replyOf("b"));
  });

  it("is shared by streams until content has come", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 0 })], router: { deadlineMs: 1_000 } });
    const { text } = await hear(pair.router);
    expect(text).toBe(replyOf("b"));
  });

  it("is named as the reason why a target gave way", async () => {
    await using pair = await startPair({ a: [faults.hang], router: { deadlineMs: 1_000 } });
    const completion = await pair.router.chat.completions.create(call);
    const [first] = pair.router.recordOf(completion).attempts;
    expect(first).toMatchObject({ failure: "timeout", detail: expect.stringContaining("its share of the deadline") });
  });

  it("passes for all targets together", async () => {
    await using pair = await startPair({ a: [faults.hang], b: [faults.hang], router: { deadlineMs: 800 } });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toMatchObject({ code: "deadline_exceeded", attempts: [{ target: "a" }, { target: "b" }] });
  });

  it("leaves a stream all the time that is left once content has come", async () => {
    await using pair = await startPair({
      a: { models: { a: { reply: "a b c d e", chunkDelayMs: [50, 50] } } },
      router: { deadlineMs: 5_000, tiers: { main: ["a", "b"] } },
    });
    const { text, error } = await hear(pair.router);
    expect([text, error]).toEqual(["a b c d e", undefined]);
  });

  it("ends a stream in an error, not quietly", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 1 })], router: { deadlineMs: 800 } });
    const { text, error } = await hear(pair.router);
    expect(text).toBe("This");
    expect(error).toMatchObject({ name: "RouterTimeoutError", code: "deadline_exceeded" });
  });

  it("ends a stream that nobody reads, and frees its provider", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 1 })], router: { deadlineMs: 800 } });
    const ended = next(pair.router, "request:end");
    await pair.router.chat.completions.create(streamingCall);
    expect((await ended).record.outcome).toBe("failed");
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
  });

  it("does not wait for a retry that would come too late", async () => {
    await using single = await startSingle({
      a: [{ status: 503, headers: { "retry-after-ms": "3000" } }],
      router: { deadlineMs: 2_000 },
    });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error.status).toBe(503);
    expect(single.a.hits()).toBe(1);
  });

  it("of the call is that of its hint where that is given", async () => {
    await using single = await startSingle({ a: [faults.hang], router: { deadlineMs: 600_000 } });
    const error = await errorOf(single.router.with({ deadlineMs: 150 }).chat.completions.create(call));
    expect(error).toMatchObject({ code: "deadline_exceeded", message: expect.stringContaining("150 ms") });
  });

  it("of the tier comes before that of the router", async () => {
    await using single = await startSingle({
      a: [faults.hang],
      router: { deadlineMs: 600_000, tiers: { main: { targets: ["a"], deadlineMs: 150 } } },
    });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toMatchObject({ code: "deadline_exceeded" });
  });

  it("says what was tried and what to do", async () => {
    await using pair = await startPair({ a: [500, 500], b: [faults.hang], router: { deadlineMs: 800 } });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.message).toMatch(/deadline of 800 ms passed after a: status 500.*b: .*Raise deadlineMs/);
  });

  it("is counted as a failure of the target that did not answer", async () => {
    await using single = await startSingle({
      a: [faults.hang],
      // Long beside any stall of the machine that runs the test: that one would be to blame then.
      router: { deadlineMs: 600, breaker: { failureThreshold: 1, errorRate: 0 } },
    });
    await errorOf(single.router.chat.completions.create(call));
    expect(single.router.health().targets["a"]?.breaker).toBe("open");
  });

  it("holds while a rate-limited target is waited for", async () => {
    await using single = await startSingle({
      a: [faults.rateLimited({ retryAfterMs: 10 }), faults.hang],
      router: { deadlineMs: 500 },
    });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toMatchObject({
      code: "deadline_exceeded",
      attempts: [{ failure: "rate_limited" }, { failure: "timeout" }],
    });
  });
});
