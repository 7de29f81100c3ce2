import type { DrillOptions } from "../drill/options.ts";
import type { ExperimentOptions, ShadowOptions, VariantOptions } from "../learning-options.ts";
import type {
  BudgetOptions,
  ConversationOptions,
  KeyOptions,
  LimitOptions,
  RouterOptions,
  TargetLimitOptions,
  TargetOptions,
} from "../options.ts";
import type { ReportOptions } from "../report/options.ts";
import type { Breaker, Hedge, Pace, Retry, RetryBudget, Slo, Slow, Timeouts, Waiting } from "./resolved.ts";

/** Without `headersMs` the client's own timeout holds, which is 600,000 ms unless its user set another. */
export const timeoutDefaults: Timeouts = {
  headersMs: undefined,
  firstContentMs: 60_000,
  idleMs: 60_000,
  attemptMs: Infinity,
};

/** What `timeouts: false` means. */
export const noTimeouts: Timeouts = {
  headersMs: Infinity,
  firstContentMs: Infinity,
  idleMs: Infinity,
  attemptMs: Infinity,
};

export const retryDefaults: Retry = { maxRetries: 1, minDelayMs: 250, maxDelayMs: 4000 };

export const retryBudgetDefaults: RetryBudget = {
  ratio: 0.2,
  minRetries: 3,
  reserve: 10,
  trust: 10,
  trustPerSuccess: 0.1,
};

export const breakerDefaults: Breaker = {
  failureThreshold: 5,
  errorRate: 0.5,
  windowMs: 60_000,
  cooldownMs: 30_000,
  maxCooldownMs: 300_000,
  probeMs: 30_000,
};

/** Without `latencyMs` or `driftFactor` nothing is slow. */
export const slowDefaults: Omit<Slow, "latencyMs" | "driftFactor"> = {
  pastMs: 3_600_000,
  slowRate: 0.5,
  minCalls: 10,
  windowMs: 60_000,
  cooldownMs: 30_000,
};

export const hedgeDefaults: Hedge = { afterMs: "p95", maxExtraLoad: 0.05, minCalls: 20 };

/** Without `minTokensPerSecond` every pace will do. */
export const paceDefaults: Omit<Pace, "minTokensPerSecond"> = { windowMs: 1_000 };

export const sloDefaults: Omit<Slo, "objectives"> = { windowMs: 3_600_000, burnRate: 14.4, minCalls: 50 };

export const conversationDefaults = {
  ttlMs: 600_000,
  maxConversations: 10_000,
} as const satisfies Required<ConversationOptions>;

export const keyDefaults = { ttlMs: 0 } as const satisfies Partial<KeyOptions>;

/** What is left out is not limited. */
export const limitDefaults = {
  requestsPerMinute: Infinity,
  tokensPerMinute: Infinity,
  concurrency: Infinity,
} as const satisfies Required<LimitOptions>;

export const targetLimitDefaults = { learn: true } as const satisfies TargetLimitOptions;

export const waitingDefaults: Waiting = { maxWaiting: 1000, maxWaitMs: 65_000 };

export const budgetDefaults = {
  timeZone: "UTC",
  rolling: false,
  onSpent: "refuse",
  warnAt: [0.8],
  maxOutputTokens: 4096,
} as const satisfies Partial<BudgetOptions>;

export const drillDefaults = { share: 0.01, maxUsd: 1 } as const satisfies Partial<DrillOptions>;

export const reportDefaults = {
  confidence: 0.95,
  minDifference: 0.1,
  minFeedback: 20,
} as const satisfies ReportOptions;

export const shadowDefaults = {
  share: 0.01,
  budgetUsd: 1,
  per: "day",
  concurrency: 2,
  timeoutMs: 60_000,
} as const satisfies Partial<ShadowOptions>;

export const experimentDefaults = { weight: 1, by: "user" } as const satisfies VariantOptions &
  Partial<ExperimentOptions>;

export const targetDefaults = { weight: 1, breakGlass: false } as const satisfies TargetOptions;

export const routerDefaults = {
  deadlineMs: Infinity,
  hedge: false,
  classifierTimeoutMs: 50,
  strategy: "priority",
  bundledPrices: true,
  fit: true,
  accept: false,
  onStreamBreak: "error",
  fallbackOnContentFilter: false,
  streamUsage: true,
  shareHealth: true,
  shadow: false,
  slowMs: Infinity,
  reportBy: "task",
  rememberAnswers: 0,
} as const satisfies Partial<RouterOptions>;
