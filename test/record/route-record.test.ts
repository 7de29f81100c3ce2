import { describe, expect, it } from "vitest";
import type {
  AttemptRecord,
  Chain,
  Hints,
  RouteRecord,
  RoutingRequest,
  TargetView,
  Usage,
} from "../../src/glossary.ts";
import { addAttempt, type Ending, endRecord, noteTarget, startRecord } from "../../src/record/route-record.ts";

const usage: Usage = {
  promptTokens: 600_000,
  completionTokens: 400_000,
  totalTokens: 1_000_000,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
};

function started(hints: Hints = {}): RouteRecord {
  const request: RoutingRequest = {
    requestId: "req_1",
    endpoint: "chat",
    model: "auto",
    body: {},
    hints,
    stream: true,
    prompt: "",
    inputChars: 0,
    turns: 1,
    needs: new Set(),
  };
  return startRecord(request, { tier: "premium", confidence: 0.9, reason: "it is hard", by: "heuristic" }, 1_000);
}

function attemptWith(parts: Partial<AttemptRecord>): AttemptRecord {
  const base = { target: "main", status: 200, durationMs: 100, failure: undefined, detail: undefined };
  return { ...base, usage: undefined, costUsd: undefined, ...parts };
}

function ended(record: RouteRecord, parts: Partial<Ending> = {}): RouteRecord {
  endRecord(record, { outcome: "answered", durationMs: 500, ttftMs: 40, baseline: undefined, ...parts });
  return record;
}

function targetNamed(id: string): TargetView {
  const unknown = { region: undefined, price: undefined, contextWindow: undefined, capabilities: undefined };
  return { id, model: `${id}-model`, client: "default", weight: 1, breakGlass: false, ...unknown };
}

describe("startRecord", () => {
  it("takes over the decision and the hints, and leaves the rest open", () => {
    expect(started({ task: "titles", tags: { team: "search" } })).toEqual({
      requestId: "req_1",
      endpoint: "chat",
      target: undefined,
      model: undefined,
      tier: "premium",
      reason: "it is hard",
      decidedBy: "heuristic",
      confidence: 0.9,
      task: "titles",
      tags: { team: "search" },
      stream: true,
      attempts: [],
      fellBack: false,
      usage: undefined,
      costUsd: undefined,
      savedUsd: undefined,
      durationMs: undefined,
      ttftMs: undefined,
      startedAt: 1_000,
      outcome: "pending",
    });
  });

  it("copies the tags", () => {
    const tags = { team: "search" };
    const record = started({ tags });
    tags.team = "sales";
    expect(record.tags).toEqual({ team: "search" });
  });

  it("has every field from the beginning, in the same order to the end", () => {
    const record = started();
    const fields = Object.keys(record);
    addAttempt(record, attemptWith({ usage }), 1);
    noteTarget(record, targetNamed("main"), { targets: [], leftOut: [], lastResort: false });
    expect(Object.keys(ended(record, { baseline: 10 }))).toEqual(fields);
  });
});

describe("addAttempt", () => {
  it("works out what the attempt cost at the target's price", () => {
    const record = started();
    addAttempt(record, attemptWith({ usage }), { promptUsd: 1, completionUsd: 2 });
    expect(record.attempts).toMatchObject([{ costUsd: 1.4 }]);
  });

  it("keeps a cost that is known already", () => {
    const record = started();
    addAttempt(record, attemptWith({ usage, costUsd: 7 }), 1);
    expect(record.attempts).toMatchObject([{ costUsd: 7 }]);
  });

  it("keeps the order of the attempts", () => {
    const record = started();
    addAttempt(record, attemptWith({ target: "main", failure: "timeout" }), 1);
    addAttempt(record, attemptWith({ target: "spare" }), 1);
    expect(record.attempts.map(({ target }) => target)).toEqual(["main", "spare"]);
  });
});

describe("noteTarget", () => {
  const main = targetNamed("main");
  const spare = targetNamed("spare");
  const chain: Chain = { targets: [main, spare], leftOut: [], lastResort: false };

  it("names the target and the model that was sent", () => {
    const record = started();
    noteTarget(record, main, chain);
    expect(record).toMatchObject({ target: "main", model: "main-model", fellBack: false });
  });

  it("calls it a fallback when the target is not the first of the chain", () => {
    const record = started();
    noteTarget(record, spare, chain);
    expect(record).toMatchObject({ target: "spare", fellBack: true });
  });
});

describe("endRecord", () => {
  it("notes how the request ended and how long it took", () => {
    expect(ended(started(), { outcome: "aborted" })).toMatchObject({
      outcome: "aborted",
      durationMs: 500,
      ttftMs: 40,
    });
  });

  it("has the usage of the last attempt", () => {
    const record = started();
    addAttempt(record, attemptWith({ usage: { ...usage, promptTokens: 1 }, failure: "invalid_response" }), 1);
    addAttempt(record, attemptWith({ usage }), 1);
    expect(ended(record).usage).toEqual(usage);
  });

  it("adds up the cost of all attempts that reported usage", () => {
    const record = started();
    addAttempt(record, attemptWith({ failure: "connection" }), 1);
    addAttempt(record, attemptWith({ usage, failure: "invalid_response" }), 0.25);
    addAttempt(record, attemptWith({ usage }), 2.5);
    expect(ended(record).costUsd).toBe(2.75);
  });

  it.each([
    ["the answer came without usage", [attemptWith({ usage, failure: "invalid_response" }), attemptWith({})], 1],
    ["the price is unknown", [attemptWith({ usage })], undefined],
    ["no attempt reported usage", [attemptWith({ failure: "connection" })], 1],
    ["there was no attempt", [], 1],
  ])("does not know the cost when %s", (_, attempts, price) => {
    const record = started();
    for (const attempt of attempts) addAttempt(record, { ...attempt }, price);
    expect(ended(record, { baseline: 10 })).toMatchObject({ costUsd: undefined, savedUsd: undefined });
  });

  it("says what was saved against the baseline", () => {
    const record = started();
    addAttempt(record, attemptWith({ usage }), 0.25);
    expect(ended(record, { baseline: 10 }).savedUsd).toBe(9.75);
  });

  it("counts what failed attempts cost against the saving", () => {
    const record = started();
    addAttempt(record, attemptWith({ usage, failure: "invalid_response" }), 8);
    addAttempt(record, attemptWith({ usage }), 8);
    expect(ended(record, { baseline: 10 }).savedUsd).toBe(-6);
  });

  it("does not know what was saved without a baseline", () => {
    const record = started();
    addAttempt(record, attemptWith({ usage }), 0.25);
    expect(ended(record).savedUsd).toBeUndefined();
  });
});
