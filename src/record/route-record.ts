import type {
  AttemptRecord,
  Chain,
  MadeDecision,
  Price,
  RouteRecord,
  RoutingRequest,
  TargetView,
  Usage,
} from "../glossary.ts";
import { costOf } from "./cost.ts";

const noTags: Readonly<Record<string, string>> = Object.freeze({});

/** Opens the record of a request that came in at `startedAt` (ms since the epoch). Its shape stays the same to the end. */
export function startRecord(request: RoutingRequest, decision: MadeDecision, startedAt: number): RouteRecord {
  const { requestId, endpoint, stream, hints, allowedRegions } = request;
  return {
    requestId,
    endpoint,
    target: undefined,
    model: undefined,
    region: undefined,
    tier: decision.tier,
    downgradedFrom: undefined,
    reason: decision.reason,
    decidedBy: decision.by,
    confidence: decision.confidence,
    task: hints.task,
    tags: hints.tags === undefined ? noTags : { ...hints.tags },
    allowedRegions: allowedRegions?.names,
    leftOut: undefined,
    stream,
    attempts: [],
    refusedRetries: undefined,
    hedged: undefined,
    fellBack: false,
    usage: undefined,
    costUsd: undefined,
    savedUsd: undefined,
    durationMs: undefined,
    ttftMs: undefined,
    startedAt,
    outcome: "pending",
  };
}

/** Adds an attempt that has ended, and works out what it cost at the target's price. */
export function addAttempt(record: RouteRecord, attempt: AttemptRecord, price: Price | undefined): void {
  attempt.costUsd ??= costOf(attempt.usage, price);
  record.attempts.push(attempt);
}

/** Notes which target of the chain gives the answer: as soon as that is known, so that a stream's record shows it. */
export function noteTarget(record: RouteRecord, target: TargetView, chain: Chain): void {
  record.target = target.id;
  record.model = target.model;
  record.region = target.region;
  record.fellBack = chain.targets[0]?.id !== target.id;
}

/** How a request ended. */
export interface Ending {
  readonly outcome: "answered" | "failed" | "aborted";
  /** From the call to the end of the answer, in ms. */
  readonly durationMs: number;
  /** From the call to the first token with content, in ms; streams only. */
  readonly ttftMs: number | undefined;
  /** Price of the model that all traffic would else go to. */
  readonly baseline: Price | undefined;
}

/** Closes the record: usage is that of the attempts that gave the answer, the cost that of all. */
export function endRecord(record: RouteRecord, ending: Ending): void {
  record.outcome = ending.outcome;
  record.durationMs = ending.durationMs;
  record.ttftMs = ending.ttftMs;
  const { attempts } = record;
  record.usage = record.mended === "continue" ? usageOfParts(attempts) : attempts.at(-1)?.usage;
  record.costUsd = totalCost(record.attempts);
  const baselineUsd = costOf(record.usage, ending.baseline);
  if (baselineUsd !== undefined && record.costUsd !== undefined) record.savedUsd = baselineUsd - record.costUsd;
}

// A part that broke was given out as well as the one that ended the answer.
function usageOfParts(attempts: readonly AttemptRecord[]): Usage | undefined {
  const parts = attempts.filter(({ failure }) => failure === undefined || failure === "stream_interrupted");
  const known = parts.map(({ usage }) => usage).filter((usage) => usage !== undefined);
  return known.length === parts.length ? known.reduce(sumOf) : undefined;
}

/** The tokens of two answers together. */
export function sumOf(one: Usage, other: Usage): Usage {
  const sum: Usage = {
    promptTokens: one.promptTokens + other.promptTokens,
    completionTokens: one.completionTokens + other.completionTokens,
    totalTokens: one.totalTokens + other.totalTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
  };
  return one.estimated === true || other.estimated === true ? { ...sum, estimated: true } : sum;
}

/**
 * The sum over all attempts that reported usage. Unknown when one of them has no price, when the answer came without
 * usage, and when nothing was reported at all: an unknown cost is never taken for 0.
 */
function totalCost(attempts: readonly AttemptRecord[]): number | undefined {
  let total: number | undefined;
  for (const { failure, usage, costUsd } of attempts) {
    if (costUsd !== undefined) total = (total ?? 0) + costUsd;
    else if (failure === undefined || usage !== undefined) return undefined;
  }
  return total;
}
