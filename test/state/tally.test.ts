import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttemptRecord, FailureKind, RouteRecord, Usage } from "../../src/glossary.ts";
import { Tally } from "../../src/state/tally.ts";
import type { TargetStats } from "../../src/state/target-tally.ts";
import type { TierStats } from "../../src/state/tier-tally.ts";

const start = Date.UTC(2026, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});

afterEach(() => {
  vi.useRealTimers();
});

const usage: Usage = {
  promptTokens: 100,
  completionTokens: 50,
  totalTokens: 150,
  cachedTokens: 40,
  cacheWriteTokens: 10,
  reasoningTokens: 20,
};

function tallyOf(options: { maxOthers?: number; configured?: readonly string[] } = {}): Tally {
  const { configured = ["main", "spare"], maxOthers } = options;
  const isConfigured = (id: string): boolean => configured.includes(id);
  return new Tally({ isConfigured, maxOthers, windowMs: 60_000, slices: 6 });
}

function attemptWith(parts: Partial<AttemptRecord> = {}): AttemptRecord {
  const base = { target: "main", status: 200, durationMs: 100, failure: undefined, detail: undefined };
  return { ...base, usage: undefined, costUsd: undefined, ...parts };
}

function failedBy(failure: FailureKind, durationMs = 100): AttemptRecord {
  return attemptWith({ failure, durationMs, status: undefined });
}

function recordWith(parts: Partial<RouteRecord> = {}): RouteRecord {
  return {
    requestId: "req_1",
    endpoint: "chat",
    target: "main",
    model: "main",
    tier: "cheap",
    reason: "",
    decidedBy: "default",
    confidence: 1,
    task: undefined,
    tags: {},
    stream: false,
    attempts: [],
    fellBack: false,
    usage: undefined,
    costUsd: 0,
    savedUsd: undefined,
    durationMs: 100,
    ttftMs: undefined,
    startedAt: start,
    outcome: "answered",
    ...parts,
  };
}

function targetAfter(attempts: readonly AttemptRecord[]): TargetStats | undefined {
  const tally = tallyOf();
  for (const attempt of attempts) tally.attempt("main", "cheap", attempt);
  return tally.snapshot().targets["main"];
}

function tierAfter(records: readonly RouteRecord[]): TierStats | undefined {
  const tally = tallyOf();
  for (const record of records) tally.request(record);
  return tally.snapshot().tiers["cheap"];
}

function idsAfter(tally: Tally, ids: readonly string[]): readonly string[] {
  for (const id of ids) tally.attempt(id, "cheap", attemptWith({ target: id }));
  return Object.keys(tally.snapshot().targets);
}

describe("Tally of targets", () => {
  it("counts attempts, answers and failures by kind", () => {
    const attempts = [attemptWith(), failedBy("timeout"), failedBy("rate_limited"), failedBy("timeout")];
    expect(targetAfter(attempts)).toMatchObject({
      attempts: 4,
      answered: 1,
      failures: { timeout: 2, rate_limited: 1 },
    });
  });

  it("adds up the tokens and the known cost of all attempts, failed ones too", () => {
    const attempts = [
      attemptWith({ usage, costUsd: 0.5 }),
      attemptWith({ usage, costUsd: 0.25, failure: "stream_interrupted" }),
    ];
    expect(targetAfter(attempts)).toMatchObject({
      costUsd: 0.75,
      tokens: {
        promptTokens: 200,
        completionTokens: 100,
        totalTokens: 300,
        cachedTokens: 80,
        cacheWriteTokens: 20,
        reasoningTokens: 40,
      },
    });
  });

  it("counts the answers whose cost is unknown", () => {
    const attempts = [attemptWith({ costUsd: 0 }), attemptWith(), attemptWith({ failure: "connection" })];
    expect(targetAfter(attempts)?.unpricedAttempts).toBe(1);
  });

  it("measures the attempts that answered and those that ran out of time, and no other", () => {
    const attempts = [attemptWith({ durationMs: 20 }), failedBy("timeout", 90), failedBy("connection", 1)];
    expect(targetAfter(attempts)?.latency).toMatchObject({ count: 2, p50Ms: 20, maxMs: 90 });
  });

  it("measures the time to the first token that it is told", () => {
    const tally = tallyOf();
    tally.firstContent("main", 30);
    expect(tally.snapshot().targets["main"]?.ttft).toMatchObject({ count: 1, p50Ms: 30 });
  });

  it("shows planning the same durations", () => {
    const tally = tallyOf();
    const { latency, ttft } = tally.windowsOf("main");
    tally.attempt("main", "cheap", attemptWith({ durationMs: 40 }));
    tally.firstContent("main", 10);
    expect([latency.p50Ms(), ttft.p50Ms()]).toEqual([40, 10]);
  });

  it("counts the attempts under way", () => {
    const tally = tallyOf();
    tally.begin("main", "cheap");
    tally.begin("main", "cheap");
    tally.begin("spare", "premium");
    tally.attempt("main", "cheap", attemptWith());
    const { inFlight, targets, tiers } = tally.snapshot();
    expect([inFlight, targets["main"]?.inFlight, tiers["cheap"]?.inFlight, tiers["premium"]?.inFlight]).toEqual([
      2, 1, 1, 1,
    ]);
  });

  it("never has fewer than no attempts under way", () => {
    expect(targetAfter([attemptWith()])?.inFlight).toBe(0);
  });
});

describe("the error rate of a target", () => {
  it.each<FailureKind>(["connection", "timeout", "server_error", "invalid_response", "stream_interrupted"])(
    "counts %s as a fault",
    (failure) => {
      expect(targetAfter([attemptWith(), failedBy(failure)])?.errorRate).toBe(0.5);
    },
  );

  it.each<FailureKind>([
    "rate_limited",
    "quota_exhausted",
    "credentials_refused",
    "model_not_found",
    "context_length",
    "content_filter",
    "bad_request",
    "aborted",
  ])("leaves %s out", (failure) => {
    expect(targetAfter([attemptWith(), failedBy("timeout"), failedBy(failure)])?.errorRate).toBe(0.5);
  });

  it("is unknown when nothing happened within the window", () => {
    const tally = tallyOf();
    tally.attempt("main", "cheap", failedBy("connection"));
    vi.advanceTimersByTime(60_000);
    expect(tally.snapshot().targets["main"]).toMatchObject({
      attempts: 1,
      errorRate: undefined,
      uptime: undefined,
    });
  });

  it("forgets what is older than the window", () => {
    const tally = tallyOf();
    tally.attempt("main", "cheap", failedBy("connection"));
    vi.advanceTimersByTime(60_000);
    tally.attempt("main", "cheap", attemptWith());
    expect(tally.snapshot().targets["main"]).toMatchObject({ errorRate: 0, uptime: 1 });
  });
});

describe("the uptime of a target", () => {
  it("weighs every stretch of time alike, however few calls an open breaker let through", () => {
    const tally = tallyOf();
    for (let call = 0; call < 97; call += 1) tally.attempt("main", "cheap", attemptWith());
    for (const _ of [1, 2, 3]) {
      vi.advanceTimersByTime(10_000);
      tally.attempt("main", "cheap", failedBy("server_error"));
    }
    expect(tally.snapshot().targets["main"]).toMatchObject({ errorRate: 0.03, uptime: 0.25 });
  });

  it("leaves out times without calls", () => {
    const tally = tallyOf();
    tally.attempt("main", "cheap", failedBy("server_error"));
    vi.advanceTimersByTime(40_000);
    tally.attempt("main", "cheap", attemptWith());
    expect(tally.snapshot().targets["main"]?.uptime).toBe(0.5);
  });
});

describe("Tally of tiers", () => {
  it("counts calls by outcome, and fallbacks", () => {
    const records = [
      recordWith(),
      recordWith({ fellBack: true }),
      recordWith({ outcome: "failed", target: undefined }),
      recordWith({ outcome: "aborted", target: undefined }),
    ];
    expect(tierAfter(records)).toMatchObject({ calls: 4, answered: 2, failed: 1, aborted: 1, fallbacks: 1 });
  });

  it("adds up what was saved, as far as it is known", () => {
    const records = [recordWith({ savedUsd: 3 }), recordWith(), recordWith({ savedUsd: -1 })];
    expect(tierAfter(records)?.savedUsd).toBe(2);
  });

  it("counts calls that a target served and whose cost is unknown", () => {
    const records = [
      recordWith({ costUsd: 0.1 }),
      recordWith({ costUsd: undefined }),
      recordWith({ costUsd: undefined, outcome: "aborted" }),
      recordWith({ costUsd: undefined, outcome: "failed", target: undefined }),
    ];
    expect(tierAfter(records)?.unpricedCalls).toBe(2);
  });

  it("measures the calls that were answered, and every first token", () => {
    const records = [
      recordWith({ durationMs: 50, ttftMs: 10 }),
      recordWith({ durationMs: 90, ttftMs: 30, outcome: "failed" }),
    ];
    expect(tierAfter(records)).toMatchObject({
      latency: { count: 1, maxMs: 50 },
      ttft: { count: 2, maxMs: 30 },
    });
  });

  it.each<[FailureKind, number]>([
    ["rate_limited", 0.5],
    ["server_error", 0.5],
    ["bad_request", 0],
    ["content_filter", 0],
    ["context_length", 0],
  ])("after a call that failed by %s has an error rate of %d", (failure, errorRate) => {
    const failed = recordWith({ outcome: "failed", target: undefined, attempts: [failedBy(failure)] });
    expect(tierAfter([recordWith(), failed])?.errorRate).toBe(errorRate);
  });

  it("counts a call that failed without any attempt as a fault", () => {
    expect(tierAfter([recordWith({ outcome: "failed", target: undefined })])).toMatchObject({
      errorRate: 1,
      uptime: 0,
    });
  });

  it("leaves aborted calls out of the error rate", () => {
    expect(tierAfter([recordWith(), recordWith({ outcome: "aborted" })])?.errorRate).toBe(0);
  });
});

describe("Tally.snapshot", () => {
  it("is empty at first", () => {
    expect(tallyOf().snapshot()).toMatchObject({ since: start, windowMs: 60_000, calls: 0, tiers: {}, targets: {} });
  });

  it("has the sums over all tiers at the top", () => {
    const tally = tallyOf();
    tally.attempt("main", "cheap", attemptWith({ usage, costUsd: 1 }));
    tally.request(recordWith({ costUsd: 1 }));
    tally.attempt("spare", "premium", attemptWith({ usage, costUsd: 2 }));
    tally.request(recordWith({ tier: "premium", costUsd: 2 }));
    expect(tally.snapshot()).toMatchObject({ calls: 2, attempts: 2, costUsd: 3, tokens: { totalTokens: 300 } });
  });

  it("no longer changes", () => {
    const tally = tallyOf();
    tally.attempt("main", "cheap", attemptWith({ usage, failure: "timeout" }));
    const snapshot = tally.snapshot();
    const before = structuredClone(snapshot);
    tally.attempt("main", "cheap", attemptWith({ usage, failure: "timeout" }));
    expect(snapshot).toEqual(before);
  });

  it("goes back five minutes when nothing else is said", () => {
    expect(new Tally({ isConfigured: () => true }).snapshot().windowMs).toBe(300_000);
  });
});

describe("Tally of targets that the configuration does not name", () => {
  it("keeps so many, and forgets the one not used longest", () => {
    const tally = tallyOf({ maxOthers: 2 });
    expect(idsAfter(tally, ["x", "y", "x", "z"])).toEqual(["x", "z"]);
  });

  it("never forgets one that the configuration names", () => {
    const tally = tallyOf({ maxOthers: 2 });
    expect(idsAfter(tally, ["main", "spare", "x", "y", "z"])).toEqual(["main", "spare", "y", "z"]);
  });

  it("keeps 200 when nothing else is said", () => {
    const ids = Array.from({ length: 300 }, (_, index) => `model ${index}`);
    expect(idsAfter(tallyOf(), ids)).toEqual(ids.slice(100));
  });
});
