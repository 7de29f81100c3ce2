import { BadRequestError } from "openai";
import { describe, expect, it } from "vitest";
import type { OutReason, RouterOptions } from "../../src/index.ts";
import { faults, type Step } from "../../src/testing/index.ts";
import { call, errorOf, hear, impatient, startPair, textOf, type Pair } from "./setup.ts";

/** What one row of the failure table promises when target `a` fails so and `b` would answer. */
interface Row {
  readonly failure: string;
  readonly step: Step;
  /** Requests that `a` sees: 2 where it is retried. */
  readonly hits: 1 | 2;
  readonly next: boolean;
  readonly kind: string;
  readonly breaker: "failure" | "neutral";
  readonly rests?: OutReason;
  /** Half of a stream is an answer that has begun. */
  readonly ofJsonOnly?: true;
}

const transient = { hits: 2, next: true, breaker: "failure" } as const;
const serverError = { ...transient, kind: "server_error" } as const;
const connection = { ...transient, kind: "connection" } as const;
const noAnswer = { ...transient, kind: "invalid_response" } as const;
const timeout = { hits: 1, next: true, breaker: "failure", kind: "timeout" } as const;
const final = { hits: 1, next: false, breaker: "neutral", kind: "bad_request" } as const;
const resting = { hits: 1, next: true, breaker: "neutral" } as const;

const rows: readonly Row[] = [
  { failure: "a connection that is reset", step: faults.reset, ...connection },
  { failure: "a connection that is closed", step: faults.close, ...connection },
  { failure: "a reset after the headers", step: faults.resetAfterHeaders, ...connection },
  { failure: "a reset in the body", step: faults.resetMidBody, ofJsonOnly: true, ...connection },
  { failure: "a body that is cut", step: faults.cutBody(), ofJsonOnly: true, ...connection },
  { failure: "a chunked body that is cut", step: faults.cutBody({ chunked: true }), ofJsonOnly: true, ...connection },
  { failure: "silence", step: faults.hang, ...timeout },
  { failure: "silence after the headers", step: faults.hangAfterHeaders, ...timeout },
  { failure: "silence in the body", step: faults.hangMidBody, ofJsonOnly: true, ...timeout },
  ...[408, 409, 425, 500, 502, 503, 504, 529].map((status) => withStatus(status, serverError)),
  { failure: "200 with nothing", step: faults.emptyBody, ...noAnswer },
  { failure: "200 with a web page", step: faults.html, ...noAnswer },
  { failure: "200 with text that is no JSON", step: faults.notJson, ...noAnswer },
  { failure: "200 with JSON that is no object", step: { body: "[]" }, ...noAnswer },
  {
    failure: "200 with half of the JSON",
    step: { breaks: { how: "end", after: "half" } },
    ofJsonOnly: true,
    ...noAnswer,
  },
  { failure: "200 with an error object", step: faults.errorIn200, ...noAnswer },
  { failure: "429 that does not say when", step: faults.rateLimited(), ...resting, kind: "rate_limited" },
  {
    failure: "429 that says when",
    step: faults.rateLimited({ retryAfterS: 30 }),
    ...resting,
    kind: "rate_limited",
    rests: "rate_limited",
  },
  { failure: "429 insufficient_quota", step: faults.insufficientQuota, ...resting, ...restsFor("quota_exhausted") },
  { failure: "402", step: 402, ...resting, ...restsFor("quota_exhausted") },
  { failure: "401", step: 401, ...resting, ...restsFor("credentials_refused") },
  { failure: "403", step: 403, ...resting, ...restsFor("credentials_refused") },
  { failure: "404", step: 404, ...resting, ...restsFor("model_not_found") },
  { failure: "400 content filter", step: faults.contentFilter, ...final, kind: "content_filter" },
  { failure: "400 context_length_exceeded", step: faults.contextLengthExceeded, ...final, kind: "context_length" },
  { failure: "413", step: 413, ...final, kind: "context_length" },
  ...[400, 405, 410, 415, 422, 451].map((status) => withStatus(status, final)),
];

function withStatus(status: number, row: Omit<Row, "failure" | "step">): Row {
  return { failure: String(status), step: status, ...row };
}

function restsFor<Reason extends OutReason>(reason: Reason): { kind: Reason; rests: Reason } {
  return { kind: reason, rests: reason };
}

/** Just so sensitive that the failures of one call open the breaker. */
function openingAfter(hits: number): Partial<RouterOptions> {
  return { breaker: { failureThreshold: hits, errorRate: 0 } };
}

function startRow({ step, hits, breaker, kind }: Row): Promise<Pair> {
  return startPair({
    a: [step, step, step],
    router: openingAfter(breaker === "failure" ? hits : 1),
    targets: kind === "timeout" ? { a: impatient } : {},
  });
}

describe.each(rows)("$failure", (row) => {
  it(`is tried ${row.hits === 2 ? "twice" : "once"}, and ${row.next ? "" : "not "}at the next target`, async () => {
    await using pair = await startRow(row);
    await pair.router.chat.completions.create(call).catch(() => undefined);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([row.hits, row.next ? 1 : 0]);
  });

  it(`is recorded as ${row.kind}`, async () => {
    await using pair = await startRow(row);
    await pair.router.chat.completions.create(call).catch(() => undefined);
    const attempts = pair.events.of("attempt:end").map(({ attempt }) => [attempt.target, attempt.failure]);
    const failed = Array.from({ length: row.hits }, () => ["a", row.kind]);
    expect(attempts).toEqual([...failed, ...(row.next ? [["b", undefined]] : [])]);
  });

  it(`is ${row.breaker} for the breaker${row.rests === undefined ? "" : `, and rests the target as ${row.rests}`}`, async () => {
    await using pair = await startRow(row);
    await pair.router.chat.completions.create(call).catch(() => undefined);
    const { breaker, out } = pair.router.health().targets["a"] ?? {};
    const [state, byBreaker] = row.breaker === "failure" ? ["open", "breaker_open"] : ["closed", undefined];
    expect([breaker, out]).toEqual([state, row.rests ?? byBreaker]);
  });
});

describe.each(rows.filter(({ ofJsonOnly }) => ofJsonOnly === undefined))("$failure instead of a stream", (row) => {
  it(`is tried ${row.hits === 2 ? "twice" : "once"}, and ${row.next ? "" : "not "}at the next target`, async () => {
    await using pair = await startRow(row);
    await hear(pair.router);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([row.hits, row.next ? 1 : 0]);
  });

  it(`is ${row.breaker} for the breaker`, async () => {
    await using pair = await startRow(row);
    await hear(pair.router);
    expect(pair.router.health().targets["a"]?.breaker).toBe(row.breaker === "failure" ? "open" : "closed");
  });
});

it.each(rows.filter(({ next }) => next))("answers from the next target after $failure", async (row) => {
  await using pair = await startRow(row);
  const completion = await pair.router.chat.completions.create(call);
  expect(textOf(completion)).toContain("This is b");
});

describe("a connection that is refused", () => {
  it("is tried again, then the next target answers", async () => {
    await using pair = await startPair();
    await pair.a.refuse();
    const completion = await pair.router.chat.completions.create(call);
    const { attempts } = pair.router.recordOf(completion);
    expect(attempts.map(({ target, failure }) => [target, failure])).toEqual([
      ["a", "connection"],
      ["a", "connection"],
      ["b", undefined],
    ]);
  });

  it("opens the breaker", async () => {
    await using pair = await startPair({ router: openingAfter(2) });
    await pair.a.refuse();
    await pair.router.chat.completions.create(call);
    expect(pair.router.health().targets["a"]?.breaker).toBe("open");
  });
});

it("does not wait for a retry once the breaker has opened", async () => {
  await using pair = await startPair({ a: [500, 500], router: openingAfter(1) });
  await pair.router.chat.completions.create(call);
  expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 1]);
  expect(pair.events.of("retry:start")).toEqual([]);
});

it("does not retry when the provider says x-should-retry: false", async () => {
  await using pair = await startPair({ a: [{ status: 503, headers: { "x-should-retry": "false" } }] });
  await pair.router.chat.completions.create(call);
  expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 1]);
});

describe("events of a call that falls back", () => {
  it("come in the order in which things happen", async () => {
    await using pair = await startPair({ a: [500, 500] });
    await pair.router.chat.completions.create(call);
    expect(pair.events.names).toEqual([
      "request:start",
      "decision:made",
      "attempt:start",
      "attempt:end",
      "retry:start",
      "attempt:start",
      "attempt:end",
      "fallback:start",
      "attempt:start",
      "attempt:end",
      "request:end",
    ]);
  });

  it("say from where to where and why", async () => {
    await using pair = await startPair({ a: [500, 500] });
    await pair.router.chat.completions.create(call);
    expect(pair.events.of("fallback:start")).toMatchObject([{ from: "a", to: "b", failure: "server_error" }]);
  });

  it("all carry the id of the request", async () => {
    await using pair = await startPair({ a: [429, 500] });
    const completion = await pair.router.chat.completions.create(call);
    const { requestId } = pair.router.recordOf(completion);
    const ids = new Set(pair.events.told.map(({ payload }) => "requestId" in payload && payload.requestId));
    expect([...ids]).toEqual([requestId]);
  });

  it("may have a listener that throws", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    pair.router.once("fallback:start", () => {
      throw new Error("listener");
    });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
    expect((await warned).name).toBe("ModelRouterWarning");
  });
});

it("keeps provider errors that no target can cure as they came", async () => {
  await using pair = await startPair({ a: [faults.badRequest] });
  const error = await errorOf(pair.router.chat.completions.create(call));
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error).toMatchObject({
    status: 400,
    param: "temperature",
    type: "invalid_request_error",
    requestID: "req_000001",
  });
});
