import type { StreamBreakPolicy } from "../broken-streams.ts";
import type { AnswerCheck, Classifier, Price, RoutingRequest, TargetView } from "../glossary.ts";
import type { ShadowOptions } from "../learning-options.ts";
import type { Strategy } from "../strategy.ts";
import type { BudgetPeriod, Client, ContinueStyle, KeyOptions } from "../options.ts";
import type { FitRules } from "../fit/rules.ts";
import type { ReportDimension } from "../state/results.ts";
import type { RegionTest, ResolvedResidency } from "./allowed-regions.ts";

/** A configuration that was checked, with every default filled in. Never changes; `update()` makes another. */
export interface ResolvedConfig {
  /** By name, lowest rank first. */
  readonly tiers: ReadonlyMap<string, ResolvedTier>;
  /** By id: the written-out targets, and those that tiers name by model id. */
  readonly targets: ReadonlyMap<string, ResolvedTarget>;
  /** By name; `default` is the wrapped client. */
  readonly clients: ReadonlyMap<string, Client>;
  /** By client name: the keys it is called with in the place of its own, where any were given. */
  readonly keys: ReadonlyMap<string, readonly ResolvedKey[]>;
  /** Every client that calls, also those made for further keys: what they hold is blacked out. */
  readonly callers: readonly Client[];
  readonly defaultTier: string;
  readonly classifiers: readonly Classifier[];
  readonly classifierTimeoutMs: number;
  /** Whether anything has limits. */
  readonly limited: boolean;
  /** Whether a target is kept for emergencies. */
  readonly hasBreakGlass: boolean;
  /** False when second attempts are not bounded over all calls. */
  readonly retryBudget: false | RetryBudget;
  /** False when calls do not wait for limits. */
  readonly waiting: false | Waiting;
  readonly conversations: false | { readonly ttlMs: number; readonly maxConversations: number };
  readonly baseline: { readonly model: string; readonly price: Price } | undefined;
  readonly prices: ReadonlyMap<string, Price>;
  /** What answers outside any tier must pass; undefined when nothing. */
  readonly checks: readonly AnswerCheck[] | undefined;
  /** What happens to streams outside any tier that break. */
  readonly onStreamBreak: StreamBreakPolicy;
  readonly fallbackOnContentFilter: boolean;
  readonly streamUsage: boolean;
  readonly slowMs: number;
  /** What reports tell calls apart by. */
  readonly reportBy: ReportDimension;
  /** How many answers are known by their ids. */
  readonly rememberAnswers: number;
  /** Whether what is known of targets and keys goes through the store, where there is one. */
  readonly shareHealth: boolean;
  /** By name. */
  readonly budgets: ReadonlyMap<string, ResolvedBudget>;
  readonly drills: readonly ResolvedDrill[];
  /** Undefined when no shadows are sent. */
  readonly shadow: ResolvedShadow | undefined;
  readonly residency: readonly ResolvedResidency[];
  /** What the `model` of a call means. */
  meaningOf(model: string): Meaning;
}

/** What the `model` of a call means: classify, this tier, this target, or a model id the configuration does not know. */
export type Meaning =
  | { readonly kind: "auto" }
  | { readonly kind: "tier"; readonly tier: ResolvedTier }
  | { readonly kind: "target"; readonly target: ResolvedTarget }
  | { readonly kind: "other"; readonly target: ResolvedTarget };

/** A tier with its strategy and, for each of its targets, the limits that hold there. */
export interface ResolvedTier {
  readonly name: string;
  /** Place among the tiers, 0 is the lowest. */
  readonly rank: number;
  readonly targets: readonly ResolvedTarget[];
  readonly strategy: Strategy;
  readonly preferredRegions: readonly RegionTest[] | undefined;
  /** Target id → what holds for that target in this tier. */
  readonly resilience: ReadonlyMap<string, Resilience>;
  readonly slo: Slo | undefined;
  /** What its answers must pass; undefined when nothing. */
  readonly checks: readonly AnswerCheck[] | undefined;
  /** What happens when one of its streams breaks. */
  readonly onStreamBreak: StreamBreakPolicy;
  /** What its calls are split by; undefined when they are not. */
  readonly experiment: ResolvedExperiment | undefined;
}

/** An experiment with every default filled in. */
export interface ResolvedExperiment {
  readonly name: string;
  readonly variants: readonly [ResolvedVariant, ...ResolvedVariant[]];
  /** What keeps its side, in words. */
  readonly by: string;
  /** What keeps its side; undefined for a call that is drawn by lot. */
  keyOf(request: RoutingRequest): string | undefined;
}

/** One side of an experiment. */
export interface ResolvedVariant {
  readonly name: string;
  readonly weight: number;
  /** Ids of the targets that go first, in this order; none: the tier's own order. */
  readonly targets: readonly string[];
}

/** A key of a client. */
export interface ResolvedKey {
  /** What events and records show. */
  readonly label: string;
  readonly given: GivenKey;
  /** The client as it was configured. */
  readonly base: Client;
  /** The client that calls with this key: a copy, or `base` itself where the key is its own. */
  readonly client: Client;
  /** Forgets a key that is kept, because it was refused. */
  readonly drop: (() => void) | undefined;
  /** Its own limits: they hold at all targets of its client together. */
  readonly limits: readonly Limit[];
}

/** What tells a key from another. */
export type GivenKey = Pick<KeyOptions, "ttlMs" | "organization" | "project"> & { readonly apiKey: unknown };

/** A budget with every default filled in. */
export interface ResolvedBudget {
  readonly name: string;
  readonly limitUsd: number;
  readonly per: BudgetPeriod;
  /** `undefined` when the window is rolling. */
  readonly timeZone: string | undefined;
  /** The tier it is for; `undefined` for all. */
  readonly tier: string | undefined;
  /** Id of the target it is for; `undefined` for all. */
  readonly target: string | undefined;
  /** Tag → its value, or `*`, of the calls it is for. */
  readonly tags: readonly (readonly [tag: string, value: string])[];
  /** The tier at which calls go on when it is spent. */
  readonly downgradeTo: string | undefined;
  /** Calls go through when it is spent. */
  readonly lenient: boolean;
  /** In rising order. */
  readonly warnAt: readonly number[];
  readonly maxOutputTokens: number;
  readonly assumedPrice: Price | undefined;
}

/** A target with what is added to its calls. */
export interface ResolvedTarget extends TargetView {
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly params: Readonly<Record<string, unknown>> | undefined;
  /** How it is asked to go on from a text; undefined when it can not. */
  readonly continues: ContinueStyle | undefined;
  /** What it does not take of a request; `false` when it is to get what the caller wrote. */
  readonly fit: false | FitRules;
  /** Its own limits, and those of its client. */
  readonly limits: readonly Limit[];
  /** Whether its rate limit headers are heard. */
  readonly learns: boolean;
  /** What holds for the target when it is called outside any tier. */
  readonly resilience: Resilience;
}

/** One thing of which only so much may be asked. */
export interface Limit {
  /** The same in every process; names no secret. */
  readonly key: string;
  /** Whose it is: the target's own, its client's, or that of one of the client's keys. */
  readonly owner: "target" | "client" | "key";
  /** Label of the key. */
  readonly label?: string | undefined;
  /** Whether `most` is calls within a minute, tokens within a minute, or calls at the same time. */
  readonly of: "requests" | "tokens" | "calls";
  readonly most: number;
}

/** Shadow traffic, with every default filled in. */
export interface ResolvedShadow {
  /** Id of the target. */
  readonly target: string;
  readonly share: number;
  /** The tier it is for; undefined for all. */
  readonly tier: string | undefined;
  readonly budgetUsd: number;
  readonly per: BudgetPeriod;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly compare: ShadowOptions["compare"];
}

/** A drill that comes again. */
export interface ResolvedDrill {
  readonly target: string;
  readonly share: number;
  readonly forMs: number;
  readonly everyMs: number;
}

/** How calls wait for limits. */
export interface Waiting {
  /** How many of each priority may wait for one limit. */
  readonly maxWaiting: number;
  /** `Infinity` when only the deadline ends it. */
  readonly maxWaitMs: number;
}

/** Limits, retries and breaker with defaults filled in. */
export interface Resilience {
  readonly timeouts: Timeouts;
  /** `Infinity` when none. */
  readonly deadlineMs: number;
  readonly retry: false | Retry;
  readonly breaker: false | Breaker;
  readonly slow: false | Slow;
  readonly hedge: false | Hedge;
  readonly pace: false | Pace;
}

/** All in ms; `Infinity` when off. `headersMs` is undefined when the client's own timeout is to hold. */
export interface Timeouts {
  readonly headersMs: number | undefined;
  readonly firstContentMs: number;
  readonly idleMs: number;
  readonly attemptMs: number;
}

export interface Retry {
  readonly maxRetries: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

export interface RetryBudget {
  readonly ratio: number;
  readonly minRetries: number;
  readonly reserve: number;
  readonly trust: number;
  readonly trustPerSuccess: number;
}

export interface Breaker {
  readonly failureThreshold: number;
  readonly errorRate: number;
  readonly windowMs: number;
  readonly cooldownMs: number;
  readonly maxCooldownMs: number;
  readonly probeMs: number;
  /** Left out: as long as the cooldown. */
  readonly rampUpMs?: number | undefined;
}

export interface Pace {
  readonly minTokensPerSecond: number;
  readonly windowMs: number;
}

export interface Slow {
  readonly latencyMs: number;
  readonly driftFactor: number;
  readonly pastMs: number;
  readonly slowRate: number;
  readonly minCalls: number;
  readonly windowMs: number;
  readonly cooldownMs: number;
}

export interface Hedge {
  /** In ms, or what the target's own answers take. */
  readonly afterMs: number | "p95";
  readonly maxExtraLoad: number;
  readonly minCalls: number;
}

export interface Slo {
  /** What is promised; at least one. */
  readonly objectives: readonly Objective[];
  readonly windowMs: number;
  readonly burnRate: number;
  readonly minCalls: number;
}

/** One promise of a tier. */
export interface Objective {
  readonly name: "p95Ms" | "p99Ms" | "availability";
  /** What is promised: ms, or a share of the calls. */
  readonly goal: number;
  /** The share of calls for which it need not be kept: the error budget. */
  readonly budget: number;
}
