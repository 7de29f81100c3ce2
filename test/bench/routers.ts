import type OpenAI from "openai";
import { ModelRouter } from "modelrouter";

/** Everything on: the heuristic classifier, a breaker for each target, all five clocks, and the record of each call. */
const everything = {
  retry: { maxRetries: 1 },
  breaker: { failureThreshold: 5, errorRate: 0.5, windowMs: 60_000, cooldownMs: 30_000 },
  timeouts: { headersMs: 60_000, firstContentMs: 60_000, idleMs: 60_000, attemptMs: 120_000 },
  deadlineMs: 300_000,
} as const;

/** A router whose three tiers have the given targets each, in this order. */
export function routerOver(client: OpenAI, targets: readonly [string, ...string[]], changes: object = {}): ModelRouter {
  const tiers = { cheap: targets, balanced: targets, premium: targets };
  return new ModelRouter({ client, tiers, ...everything, ...changes });
}
