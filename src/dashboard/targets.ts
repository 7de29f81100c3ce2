import type { RouterHealth, TargetHealth } from "../health.ts";
import type { LatencyStats } from "../state/latency.ts";
import type { TargetStats } from "../state/target-tally.ts";
import type { RouterStats } from "../stats.ts";
import { latencyShown } from "./latency-shown.ts";
import type { ShownTarget } from "./shown.ts";
import { clip, outWords } from "./words.ts";

const mostTargets = 100;

const none: LatencyStats = { count: 0, p50Ms: undefined, p95Ms: undefined, p99Ms: undefined, maxMs: undefined };

/** The configured targets, then the others that callers named. */
export function targetsShown(stats: RouterStats, health: RouterHealth): readonly ShownTarget[] {
  const ids = new Set([...Object.keys(health.targets), ...Object.keys(stats.targets)]);
  return [...ids].slice(0, mostTargets).map((id) => {
    const counts = Object.hasOwn(stats.targets, id) ? stats.targets[id] : undefined;
    return Object.assign({ id: clip(id) }, standing(health.targets[id]), countsOf(counts));
  });
}

function standing(health: TargetHealth | undefined) {
  const { healthy = true, breaker, breakGlass = false, out, dueAt, learnt = false, share = 1 } = health ?? {};
  const configured = health !== undefined;
  return {
    configured,
    healthy,
    breaker,
    breakGlass,
    dueAt,
    learnt,
    share,
    out: out === undefined ? undefined : outWords[out],
  };
}

function countsOf(counts: TargetStats | undefined) {
  const {
    inFlight = 0,
    attempts = 0,
    answered = 0,
    errorRate,
    uptime,
    costUsd = 0,
    unpricedAttempts = 0,
  } = counts ?? {};
  const { latency = none, ttft = none } = counts ?? {};
  return {
    inFlight,
    attempts,
    answered,
    errorRate,
    uptime,
    costUsd,
    unpricedAttempts,
    latency: latencyShown(latency),
    ttft: latencyShown(ttft),
  };
}
