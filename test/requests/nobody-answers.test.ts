import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from "openai";
import { describe, expect, it } from "vitest";
import { AllTargetsFailedError, InvalidResponseError, RouterTimeoutError, isRouterError } from "../../src/index.ts";
import { faults, type Step } from "../../src/testing/index.ts";
import { call, errorOf, impatient, startPair, startSingle } from "./setup.ts";

type ErrorClass = new (...args: never[]) => Error;

/** With one target the error is the one that the client itself throws for the status. */
const classes: readonly (readonly [status: number, ErrorClass])[] = [
  [400, BadRequestError],
  [401, AuthenticationError],
  [402, APIError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [408, APIError],
  [409, ConflictError],
  [413, APIError],
  [422, UnprocessableEntityError],
  [429, RateLimitError],
  [500, InternalServerError],
  [503, InternalServerError],
  [529, InternalServerError],
];

describe("one target that fails", () => {
  it.each(classes)("with %i gives the error that the client makes of it", async (status, errorClass) => {
    await using single = await startSingle({ a: [status, status] });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error.constructor).toBe(errorClass);
  });

  it.each(classes)("with %i gives an error with the provider's status", async (status) => {
    await using single = await startSingle({ a: [status, status] });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error.status).toBe(status);
  });

  it("by its connection gives the client's connection error", async () => {
    await using single = await startSingle({ a: [faults.reset, faults.reset] });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error.constructor).toBe(APIConnectionError);
  });

  it("by its connection is tried as often as the router says, not as the client says", async () => {
    await using single = await startSingle({ a: [faults.reset, faults.reset] });
    await errorOf(single.router.chat.completions.create(call));
    expect(single.a.hits()).toBe(2);
  });

  it("by silence gives a timeout error that the client's users know", async () => {
    await using single = await startSingle({ a: [faults.hang], router: impatient });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(error).toMatchObject({ code: "attempt_timeout", attempts: [{ target: "a", failure: "timeout" }] });
  });

  it.each([
    ["nothing", faults.emptyBody],
    ["a web page", faults.html],
    ["no JSON", faults.notJson],
    ["an error object", faults.errorIn200],
  ])("by answering 200 with %s gives an error of the router", async (_, step) => {
    await using single = await startSingle({ a: [step, step] });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({ code: "invalid_response", attempts: [{ target: "a" }, { target: "a" }] });
  });
});

describe("two targets that fail", () => {
  it.each([400, 401, 402, 403, 404, 422, 429])("both with %i give the last provider's own error", async (status) => {
    await using pair = await startPair({ a: [status], b: [status] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toMatchObject({ status, requestID: "req_000001" });
    expect(isRouterError(error)).toBe(false);
  });

  it.each<readonly [string, Step, Step]>([
    ["both with 500", 500, 500],
    ["with 503 and then 401", 503, 401],
    ["with 401 and then 503", 401, 503],
    ["with 429 and then 402", 429, 402],
    ["by connection and then with 500", faults.reset, 500],
    ["with 500 and then by connection", 500, faults.reset],
    ["with web pages", faults.html, faults.html],
  ])("%s give an error of the router", async (_, a, b) => {
    await using pair = await startPair({ a: [a, a], b: [b, b] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(AllTargetsFailedError);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ code: "all_targets_failed" });
  });

  it("give an error that lists what was tried, in order", async () => {
    await using pair = await startPair({ a: [500, 502], b: [503, 504] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.attempts?.map((attempt) => [attempt.target, Reflect.get(attempt, "status")])).toEqual([
      ["a", 500],
      ["a", 502],
      ["b", 503],
      ["b", 504],
    ]);
  });

  it("give an error with the status of the last answer", async () => {
    await using pair = await startPair({ a: [500, 500], b: [503, 503] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.status).toBe(503);
  });

  it("give an error that says which target failed how", async () => {
    await using pair = await startPair({ a: [500, 500], b: [faults.html, faults.html] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.message).toMatch(/tier "main" failed: a: status 500.*b: .*not JSON/s);
  });

  it("give an error whose cause is the last failure", async () => {
    await using pair = await startPair({ a: [500, 500], b: [faults.reset, faults.reset] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.cause).toMatchObject({ name: "TypeError", message: "fetch failed" });
  });

  it.each(["a", "b"] as const)("give an error that says why the connection to %s failed", async (refusing) => {
    await using pair = await startPair({ a: [500, 500], b: [500, 500] });
    await pair[refusing].refuse();
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.message).toContain(`${refusing}: `);
    expect(error.message).toContain("ECONNREFUSED");
  });

  it("give an error that says when to try again", async () => {
    await using pair = await startPair({ a: [faults.rateLimited({ retryAfterS: 300 })], b: [402] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it("by silence give an error of the router", async () => {
    await using pair = await startPair({ a: [faults.hang], b: [faults.hang], router: impatient });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toMatchObject({
      name: "AllTargetsFailedError",
      attempts: [{ failure: "timeout" }, { failure: "timeout" }],
    });
  });

  it("are each tried twice and no more", async () => {
    await using pair = await startPair({ a: [500, 500], b: [500, 500] });
    await errorOf(pair.router.chat.completions.create(call));
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 2]);
  });
});

describe("a call that nobody answers", () => {
  it("has a record", async () => {
    await using pair = await startPair({ a: [500, 500], b: [500, 500] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(pair.router.recordOf(error)).toMatchObject({ outcome: "failed", target: undefined, tier: "main" });
  });

  it("has a record also when the provider's own error is passed on", async () => {
    await using pair = await startPair({ a: [400] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(pair.router.recordOf(error)).toMatchObject({ outcome: "failed", attempts: [{ failure: "bad_request" }] });
  });

  it("has a record also when the connection failed", async () => {
    await using single = await startSingle({ a: [faults.reset, faults.reset] });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(single.router.recordOf(error)).toMatchObject({
      outcome: "failed",
      attempts: [{ failure: "connection" }, {}],
    });
  });

  it("ends with one request:end", async () => {
    await using pair = await startPair({ a: [500, 500], b: [500, 500] });
    await errorOf(pair.router.chat.completions.create(call));
    expect(pair.events.of("request:end")).toHaveLength(1);
  });

  it("is counted as failed", async () => {
    await using pair = await startPair({ a: [500, 500], b: [500, 500] });
    await errorOf(pair.router.chat.completions.create(call));
    expect(pair.router.stats()).toMatchObject({ calls: 1, failed: 1 });
  });

  it("shows in the error's headers how often was tried", async () => {
    await using pair = await startPair({ a: [503, 400] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(BadRequestError);
    expect((error as unknown as BadRequestError).headers.get("x-router-attempts")).toBe("2");
  });

  it("throws the same for a stream before the first content", async () => {
    await using pair = await startPair({ a: [faults.emptyStream, faults.emptyStream], b: [500, 500] });
    const error = await errorOf(pair.router.chat.completions.create({ ...call, stream: true }));
    expect(error).toBeInstanceOf(AllTargetsFailedError);
  });
});

describe("the retries of the client", () => {
  const again = { status: 503, headers: { "retry-after-ms": "1" } };

  it("stay as its user set them where the router's are off and there is one target", async () => {
    await using single = await startSingle({ a: [again, again, again], router: { retry: false } });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(InternalServerError);
    expect(single.a.hits()).toBe(3);
  });

  it("start the whole chain again where the router's are off", async () => {
    await using pair = await startPair({ a: [500, 500], b: [again, 200], router: { retry: false } });
    await pair.router.chat.completions.create(call, { maxRetries: 1 });
    expect([pair.a.hits(), pair.b.hits()]).toEqual([2, 2]);
  });

  it("do not happen where the router's are on", async () => {
    await using single = await startSingle({ a: [again, again, again], router: { retry: { maxRetries: 0 } } });
    await errorOf(single.router.chat.completions.create(call));
    expect(single.a.hits()).toBe(1);
  });
});

it("says that a time limit passed in words", async () => {
  await using single = await startSingle({ a: [faults.hang], router: impatient });
  const error = await errorOf(single.router.chat.completions.create(call));
  expect(error).toBeInstanceOf(RouterTimeoutError);
  expect(error.message).toBe('Request timed out. Target "a" failed: no answer within headers (40 ms).');
});
