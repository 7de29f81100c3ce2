/** What travels from the handler to the page, as JSON. Times are in ms since the epoch unless their names say otherwise. */

import type { ShownRequest } from "./shown-request.ts";

/** How good or bad news is. */
export type Tone = "good" | "info" | "warn" | "bad";

/** Durations over the sliding window of the router's counters. */
export interface ShownLatency {
  readonly count: number;
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** What all calls, or those of one tier, came to. */
export interface ShownCounts {
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly aborted: number;
  readonly fallbacks: number;
  readonly slaMisses: number;
  readonly inFlight: number;
  readonly errorRate: number | undefined;
  readonly latency: ShownLatency;
  readonly ttft: ShownLatency;
  readonly costUsd: number;
  readonly savedUsd: number;
}

/** A tier, and how it keeps its promises. */
export interface ShownTier {
  readonly name: string;
  readonly healthy: boolean;
  readonly breakGlass: boolean;
  /** Ids of its targets, in order. */
  readonly chain: readonly string[];
  /** Those that others go before now because they were slow. */
  readonly slow: readonly string[];
  readonly counts: ShownCounts | undefined;
  readonly slo: ShownSlo | undefined;
}

/** The promises of a tier. */
export interface ShownSlo {
  readonly burning: boolean;
  readonly windowMs: number;
  readonly objectives: readonly ShownObjective[];
}

/** One promise. */
export interface ShownObjective {
  readonly name: string;
  readonly goal: number;
  readonly calls: number;
  readonly broken: number;
  readonly burnRate: number | undefined;
  readonly recentBurnRate: number | undefined;
  readonly burning: boolean;
}

/** A target: whether it can be called, and how its attempts went. */
export interface ShownTarget {
  readonly id: string;
  /** False for a model that a caller named and the configuration does not know. */
  readonly configured: boolean;
  readonly healthy: boolean;
  readonly breaker: "closed" | "open" | "half-open" | undefined;
  readonly breakGlass: boolean;
  /** Why it can not be called now, in words. */
  readonly out: string | undefined;
  readonly dueAt: number | undefined;
  readonly learnt: boolean;
  /** Share of its calls that it gets, 0–1: below 1 while it is coming back. */
  readonly share: number;
  readonly inFlight: number;
  readonly attempts: number;
  readonly answered: number;
  readonly errorRate: number | undefined;
  readonly uptime: number | undefined;
  readonly latency: ShownLatency;
  readonly ttft: ShownLatency;
  readonly costUsd: number;
  readonly unpricedAttempts: number;
}

/** A key of a client that has several, by its label. */
export interface ShownKey {
  readonly client: string;
  readonly key: string;
  readonly healthy: boolean;
  readonly out: string | undefined;
  readonly dueAt: number | undefined;
  readonly inFlight: number;
  readonly attempts: number;
  readonly costUsd: number;
}

/** How a budget stands. */
export interface ShownBudget {
  readonly name: string;
  readonly limitUsd: number;
  readonly spentUsd: number;
  readonly heldUsd: number;
  readonly resetsAt: number;
}

/** What calls cost by one dimension; `rest` is what the groups do not name. */
export interface ShownCosts {
  readonly by: string;
  readonly groups: readonly ShownCost[];
}

/** What the calls of one name cost. */
export interface ShownCost {
  readonly name: string;
  readonly calls: number;
  readonly costUsd: number;
  readonly savedUsd: number;
  readonly unpricedCalls: number;
}

/** A drill that goes on or has ended. */
export interface ShownDrill {
  readonly target: string;
  readonly dry: boolean;
  readonly share: number;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly noFallback: number;
  readonly drilled: ShownDrillSide | undefined;
  readonly others: ShownDrillSide | undefined;
}

/** How the calls of one side of a drill did. */
export interface ShownDrillSide {
  readonly calls: number;
  readonly answered: number;
  readonly rescued: number;
  readonly failed: number;
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly costPerCallUsd: number | undefined;
}

/** Something that happened beyond a single request. The same thing again is counted, not repeated. */
export interface ShownNotice {
  readonly seq: number;
  readonly at: number;
  readonly tone: Tone;
  readonly text: string;
  readonly times: number;
}

/** How everything stands. */
export interface ShownState {
  readonly title: string;
  /** When counting began. */
  readonly since: number;
  /** How far percentiles and error rates of the counters reach back, in ms. */
  readonly countersWindowMs: number;
  /** How far the charts reach back, and how long each of their steps is, in ms. */
  readonly windowMs: number;
  readonly stepMs: number;
  readonly showsContent: boolean;
  readonly healthy: boolean;
  readonly total: ShownCounts;
  readonly baselineUsd: number;
  readonly unpricedCalls: number;
  readonly estimatedCalls: number;
  readonly totalTokens: number;
  /** Calls that wait for limits. */
  readonly waiting: number;
  readonly refusedRetries: number;
  readonly hedges: { readonly started: number; readonly won: number };
  readonly tiers: readonly ShownTier[];
  readonly targets: readonly ShownTarget[];
  readonly keys: readonly ShownKey[];
  /** Undefined until the store has answered. */
  readonly budgets: readonly ShownBudget[] | undefined;
  readonly costs: readonly ShownCosts[];
  readonly drills: readonly ShownDrill[];
}

/** What happened within one step of the charts. What is 0 or unknown is not there. */
export interface ShownPoint {
  readonly calls?: number;
  readonly failed?: number;
  readonly fellBack?: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  readonly ttftP50Ms?: number;
  readonly ttftP95Ms?: number;
  readonly costUsd?: number;
}

/** One step of the charts: of all calls (`all`), of each tier (`tier:cheap`) and of the attempts at each target (`target:small`). */
export interface ShownStep {
  readonly at: number;
  readonly series: Readonly<Record<string, ShownPoint>>;
}

/** What the live stream sends: all of it at first, then what has changed. */
export interface LiveMessage {
  /** What time it is at the handler. */
  readonly now: number;
  /** True when what the page has is to be thrown away. */
  readonly whole?: true | undefined;
  readonly state?: ShownState | undefined;
  readonly steps?: readonly ShownStep[] | undefined;
  readonly requests?: readonly ShownRequest[] | undefined;
  readonly notices?: readonly ShownNotice[] | undefined;
}
