import type { LatencyStats } from "../state/latency.ts";
import type { ShownLatency } from "./shown.ts";

/** Durations, without what the page does not show. */
export function latencyShown({ count, p50Ms, p95Ms, p99Ms }: LatencyStats): ShownLatency {
  return { count, p50Ms, p95Ms, p99Ms };
}
