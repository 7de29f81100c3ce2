import type { AttemptRecord, RouteRecord } from "../../src/index.ts";

/** An attempt that answered. */
export const anAttempt: AttemptRecord = {
  target: "a",
  status: 200,
  durationMs: 1,
  failure: undefined,
  detail: undefined,
  usage: undefined,
  costUsd: undefined,
};

/** The record of a call that was answered at once. */
export const aRecord: RouteRecord = {
  requestId: "r1",
  endpoint: "chat",
  target: "a",
  model: "a",
  tier: "main",
  reason: "",
  decidedBy: "model",
  confidence: 1,
  task: undefined,
  tags: {},
  stream: false,
  attempts: [anAttempt],
  fellBack: false,
  usage: undefined,
  costUsd: undefined,
  savedUsd: undefined,
  durationMs: undefined,
  ttftMs: undefined,
  startedAt: 0,
  outcome: "answered",
};
