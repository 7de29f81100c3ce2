import { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai";
import type { Received } from "./broken-streams.ts";
import type { AllowedRegions, AttemptRecord, CheckedAnswer, LeftOut } from "./glossary.ts";
import type { SpentBudget } from "./spent-budget.ts";

const brand = Symbol.for("modelrouter.error");

/** The codes of the router's own errors: the contract; messages may change. */
export type RouterErrorCode =
  | "invalid_config"
  | "invalid_hint"
  | "no_target"
  | "budget_spent"
  | "region_not_allowed"
  | "all_targets_out"
  | "all_targets_failed"
  | "deadline_exceeded"
  | "attempt_timeout"
  | "invalid_response"
  | "not_accepted"
  | "stream_interrupted"
  | "router_closed";

/** What every error of the router carries. */
export interface RouterErrorDetails {
  /** Says what happened: the contract, where messages may change. */
  readonly code: RouterErrorCode;
  /** What was tried, in order. */
  readonly attempts: readonly AttemptRecord[];
  /** When it is worth trying again, in ms from now. */
  readonly retryAfterMs: number | undefined;
}

/** An error that the router itself made. Narrow with {@link isRouterError}. */
export type RouterError = Error & RouterErrorDetails;

/** Whether an error was made by the router; works across the ESM and the CJS copy of the package. */
export function isRouterError(error: unknown): error is RouterError {
  return typeof error === "object" && error !== null && brand in error;
}

interface Facts {
  attempts?: readonly AttemptRecord[];
  retryAfterMs?: number | undefined;
  cause?: unknown;
  /** HTTP status to show, where one makes sense. */
  status?: number | undefined;
  /** What a caller was given of a stream before it broke. */
  received?: Received | undefined;
}

function mark(error: object, code: RouterErrorCode, facts: Facts): void {
  const own = { code, attempts: facts.attempts ?? [], retryAfterMs: facts.retryAfterMs };
  for (const [key, value] of Object.entries(own)) {
    Object.defineProperty(error, key, { value, enumerable: true, configurable: true, writable: true });
  }
  Object.defineProperty(error, brand, { value: true });
  // What users and models say does not belong into logs.
  if (facts.received !== undefined) Object.defineProperty(error, "received", { value: facts.received });
  if (facts.cause !== undefined) {
    Object.defineProperty(error, "cause", { value: facts.cause, configurable: true, writable: true });
  }
}

/** The configuration does not hold; `path` says where. Thrown at construction, by `update()` and for a bad hint. */
export class ConfigError extends Error implements RouterErrorDetails {
  declare readonly code: RouterErrorCode;
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;
  override readonly name = "ConfigError";
  /** Every fault that was found, each with its path. */
  readonly issues: readonly ConfigIssue[];

  /** @internal */
  constructor(issues: readonly ConfigIssue[], code: "invalid_config" | "invalid_hint" = "invalid_config") {
    super(issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("\n"));
    this.issues = issues;
    mark(this, code, {});
  }
}

/** One fault of a configuration. */
export interface ConfigIssue {
  /** Where, as in `tiers.premium[0]`. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/**
 * No target may serve the request: each lacks a capability, the context window or the region. Where the region of one is
 * not allowed the code is `region_not_allowed`.
 */
export class NoTargetError extends APIError<undefined, undefined, undefined> implements RouterErrorDetails {
  declare readonly code: RouterErrorCode;
  override readonly name = "NoTargetError";
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;
  /** Who may not serve, and why. */
  readonly leftOut: readonly LeftOut[];
  /** The regions the call was allowed; undefined when it could go anywhere. */
  readonly allowedRegions: readonly string[] | undefined;

  /** @internal */
  constructor(tier: string, leftOut: readonly LeftOut[], allowed?: AllowedRegions) {
    const why = leftOut.map(({ target, detail }) => `${target} (${detail})`).join(", ");
    const rule = allowed === undefined ? "" : ` ${regionRule(allowed)}`;
    super(undefined, undefined, `No target of tier "${tier}" can serve this request: ${why}.${rule}`, undefined);
    this.leftOut = leftOut;
    this.allowedRegions = allowed?.names;
    mark(this, leftOut.some(({ reason }) => reason === "region") ? "region_not_allowed" : "no_target", {});
  }
}

/** A call to an endpoint that is not routed was to stay in regions, and would go wherever the wrapped client goes. */
export class RegionNotAllowedError extends APIError<undefined, undefined, undefined> implements RouterErrorDetails {
  declare readonly code: RouterErrorCode;
  override readonly name = "RegionNotAllowedError";
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;
  /** The regions the call was allowed. */
  readonly allowedRegions: readonly string[];

  /** @internal */
  constructor(path: string, { names, by }: AllowedRegions) {
    const message = `${path} is not routed, and the region of the wrapped client is not known: by ${by} the call must stay in ${names.join(" or ") || "no region at all"}. Call it outside the router, by a client that runs there.`;
    super(undefined, undefined, message, undefined);
    this.allowedRegions = names;
    mark(this, "region_not_allowed", {});
  }
}

function regionRule({ names, by }: AllowedRegions): string {
  if (names.length === 0) return `Nothing is allowed by ${by} together.`;
  return `The regions are those of ${by}: add a target there, or change the rule.`;
}

/** A budget has too little left for what the call may cost, and no other target or tier may serve it. */
export class BudgetSpentError extends APIError<429, undefined, undefined> implements RouterErrorDetails, SpentBudget {
  declare readonly code: RouterErrorCode;
  override readonly name = "BudgetSpentError";
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;
  readonly budget: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly limitUsd: number;
  readonly spentUsd: number;
  readonly resetsAt: number;

  /** @internal */
  constructor(message: string, spent: SpentBudget, facts: Facts) {
    super(429, undefined, message, undefined);
    this.budget = spent.budget;
    this.tags = spent.tags;
    this.limitUsd = spent.limitUsd;
    this.spentUsd = spent.spentUsd;
    this.resetsAt = spent.resetsAt;
    mark(this, "budget_spent", facts);
  }
}

/**
 * Every target rests, has its breaker open or is at its limits: the one that is due first is being tried by another call, was just now, or
 * the call can not wait for it.
 */
export class AllTargetsOutError extends APIError<undefined, undefined, undefined> implements RouterErrorDetails {
  declare readonly code: RouterErrorCode;
  override readonly name = "AllTargetsOutError";
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;

  /** @internal */
  constructor(message: string, facts: Facts) {
    super(undefined, undefined, message, undefined);
    mark(this, "all_targets_out", facts);
  }
}

/** Every target of the chain was tried, and none answered. `cause` is the last failure. */
export class AllTargetsFailedError
  extends APIError<number | undefined, Headers | undefined, undefined>
  implements RouterErrorDetails
{
  declare readonly code: RouterErrorCode;
  override readonly name = "AllTargetsFailedError";
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;

  /** @internal */
  constructor(message: string, facts: Facts) {
    super(undefined, undefined, message, undefined);
    Object.defineProperty(this, "status", { value: facts.status, enumerable: true });
    mark(this, "all_targets_failed", facts);
  }
}

/** The deadline of the whole call passed, or the one attempt that was made ran out of its time. */
export class RouterTimeoutError extends APIConnectionTimeoutError implements RouterErrorDetails {
  declare readonly code: RouterErrorCode;
  override readonly name = "RouterTimeoutError";
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;
  /** What was received of a stream whose deadline passed. Not shown where the error is printed. */
  declare readonly received?: Received | undefined;

  /** @internal */
  constructor(message: string, code: "deadline_exceeded" | "attempt_timeout", facts: Facts) {
    super({ message });
    mark(this, code, facts);
  }
}

/** A target answered 200 with something that is no answer: an empty or cut body, HTML, or an error object. */
export class InvalidResponseError
  extends APIError<number | undefined, Headers | undefined, undefined>
  implements RouterErrorDetails
{
  declare readonly code: RouterErrorCode;
  override readonly name = "InvalidResponseError";
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;

  /** @internal */
  constructor(message: string, facts: Facts) {
    super(undefined, undefined, message, undefined);
    mark(this, "invalid_response", facts);
  }
}

/** Targets answered, but no answer passed the checks of `accept`. Each attempt says why in its `detail`. */
export class AnswerNotAcceptedError
  extends APIError<number | undefined, Headers | undefined, undefined>
  implements RouterErrorDetails
{
  declare readonly code: RouterErrorCode;
  override readonly name = "AnswerNotAcceptedError";
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;
  /** The last answer that was not accepted, for who would rather have that than none. Not shown where the error is printed. */
  declare readonly answer: CheckedAnswer;

  /** @internal */
  constructor(message: string, answer: CheckedAnswer, facts: Facts) {
    super(undefined, undefined, message, undefined);
    // What users and models say does not belong into logs.
    Object.defineProperty(this, "answer", { value: answer });
    mark(this, "not_accepted", facts);
  }
}

/**
 * A stream broke, stalled or ended early after content was given out. What came before is in `received`, and is not repeated.
 */
export class StreamInterruptedError extends APIConnectionError implements RouterErrorDetails {
  declare readonly code: RouterErrorCode;
  override readonly name = "StreamInterruptedError";
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;
  /** What the caller was given before. Not shown where the error is printed. */
  declare readonly received: Received;

  /** @internal */
  constructor(message: string, facts: Facts & { received: Received }) {
    super({ message });
    mark(this, "stream_interrupted", facts);
  }
}

/** The router was closed before or during the call. */
export class RouterClosedError extends APIError<undefined, undefined, undefined> implements RouterErrorDetails {
  declare readonly code: RouterErrorCode;
  override readonly name = "RouterClosedError";
  declare readonly attempts: readonly AttemptRecord[];
  declare readonly retryAfterMs: number | undefined;
  /** What was received of a stream that was cut. Not shown where the error is printed. */
  declare readonly received?: Received | undefined;

  /** @internal */
  constructor(message: string, facts: Facts = {}) {
    super(undefined, undefined, message, undefined);
    mark(this, "router_closed", facts);
  }
}
