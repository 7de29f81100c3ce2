import type { StreamBreakPolicy } from "./broken-streams.ts";
import type { FitChange } from "./fit-change.ts";
import type { Usage } from "./usage.ts";

export type { Usage };

import type { Price } from "./price.ts";

export type { LongPromptPrice, Price, PriceByKind } from "./price.ts";

/** The OpenAI endpoints that are routed; every other endpoint passes through untouched. */
export type Endpoint = "chat" | "responses" | "embeddings" | "completions";

/** What a request can need of a target, and a target can declare. */
export type Capability = "tools" | "vision" | "audio" | "json" | "streaming" | "reasoning";

/** A JSON object as it travels in a request or response. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A value or a promise of it: most steps have nothing to wait for, and then do not wait. */
export type Awaitable<T> = T | Promise<T>;

/** Who says what a target costs: the target's own `price`, the router's `prices`, or the table that comes with the package. */
export type PriceOrigin = "target" | "prices" | "bundled";

/**
 * What the caller tells the router about a call. Hints travel out of band and never reach a provider.
 * @typeParam TierName - names of the configured tiers
 * @typeParam TargetId - ids of the configured targets
 */
export interface Hints<TierName extends string = string, TargetId extends string = string> {
  /** Sends the call to this tier; no classifier runs. */
  tier?: TierName | undefined;
  /** Sends the call to this target. With `tier` too, the tier's other targets are the fallbacks; without, there are none. */
  target?: TargetId | undefined;
  /** What the call is for, such as `critical_analysis`: read by classifiers, and a key of the records. */
  task?: string | undefined;
  /** How much the caller cares: `standard`, `premium` or a word of your own. `batch` calls let others go before them at limits. */
  priority?: string | undefined;
  /** Labels that are copied to the record, such as `{ team: "search", feature: "titles" }`. */
  tags?: Readonly<Record<string, string>> | undefined;
  /** Who asks: keeps weighted splits and conversations stable. */
  user?: string | undefined;
  /** Names a conversation, so that its turns stay on one tier. */
  conversation?: string | undefined;
  /** Only targets of this region may serve. */
  region?: string | undefined;
  /**
   * Only what runs in one of these regions may see the call: targets, and classifiers that ask a model. `*` stands for
   * anything, as in `eu-*`. Views and headers can narrow it, never widen it.
   */
  allowedRegions?: readonly string[] | undefined;
  /** Targets of these regions are tried first, in this order; `*` stands for anything. Leaves nobody out. */
  preferredRegions?: readonly string[] | undefined;
  /** The longest the whole call may take, in milliseconds. */
  deadlineMs?: number | undefined;
  /** What an answer must be like to be given out, in the place of the tier's and the router's `accept`; `false` takes any. */
  accept?: AcceptOption | undefined;
  /** What happens when the call's stream breaks after content was given out, in the place of what its tier and the router say. */
  onStreamBreak?: StreamBreakPolicy | undefined;
}

/** An answer that is to be checked before it is given out. A check must not change anything of it. */
export interface CheckedAnswer {
  /** Where the call went. */
  readonly endpoint: Exclude<Endpoint, "embeddings">;
  /** What the model says; `""` when it says nothing, as beside a tool call. */
  readonly text: string;
  /**
   * The text as JSON, parsed once.
   * @throws SyntaxError when it is none
   */
  json(): unknown;
  /** What the caller is to do: calls of functions and other tools, and of a Responses answer images that were made. */
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
  /** Why the answer ends, as the provider says: `stop`, `length`; of a Responses answer its `status`, or why it is incomplete. */
  readonly finishReason: string | undefined;
  /** What the model refused in words, where the provider marks that as a refusal. */
  readonly refusal: string | undefined;
  /** The whole answer as the provider sent it, with all choices; of a stream, what its events come to. */
  readonly body: JsonObject;
}

/**
 * Says whether an answer may be given out: `true`, or `false` or why not. Whatever else it returns, throws or is rejected with
 * counts as a no.
 */
export type AnswerCheck = (answer: CheckedAnswer) => Awaitable<boolean | string>;

/** The checks that data can name: `acceptJson()`, `acceptNotEmpty()`, `acceptNoRefusal()`. */
export type AnswerCheckName = "json" | "notEmpty" | "noRefusal";

/** A check, or several that all must hold; `false` for none. */
export type AcceptOption = false | AnswerCheck | AnswerCheckName | readonly (AnswerCheck | AnswerCheckName)[];

/** What a classifier reads. Everything beyond `body` is worked out when first read. */
export interface RoutingRequest {
  /** Identifies the call in events, records and errors. */
  readonly requestId: string;
  /** The kind of call. */
  readonly endpoint: Endpoint;
  /** The `model` the caller wrote. */
  readonly model: string;
  /** The request body as the caller gave it. */
  readonly body: JsonObject;
  /** What the caller said beside the request. */
  readonly hints: Hints;
  /** Whether the answer is to be streamed. */
  readonly stream: boolean;
  /** True for a call of `router.batch()`: nobody waits for it, and it makes way for calls that somebody waits for. */
  readonly isBatch?: boolean | undefined;
  /** What the user said last, as text; of a long text the beginning and the end, 8,192 characters at most. */
  readonly prompt: string;
  /** Characters of text in the whole input, instructions and earlier turns included. */
  readonly inputChars: number;
  /** How many turns the user has had, this one included. */
  readonly turns: number;
  /** What the request needs of a target. */
  readonly needs: ReadonlySet<Capability>;
  /** Where the request may be sent; undefined when it may be sent anywhere. A classifier that asks a model must keep to it. */
  readonly allowedRegions?: AllowedRegions | undefined;
}

/** Where a request may be sent: what the hints of its call and the router's `residency` rules leave. */
export interface AllowedRegions {
  /** The regions, as they were written; in all of several rules. `*` stands for anything. */
  readonly names: readonly string[];
  /** Whose rules these are, in words: `hints.allowedRegions`, `residency[0] (tag tenant=acme-eu)`. */
  readonly by: string;
  /** Whether what runs in a region may see the request. What runs nobody knows where (`undefined`) may not. */
  has(region: string | undefined): boolean;
}

/** What picks a tier. */
export interface Classifier<TierName extends string = string> {
  /** Named in decisions, events and errors. */
  readonly name: string;
  /**
   * The longest a decision may take, in milliseconds; then the default tier serves.
   * @defaultValue the router's `classifierTimeoutMs` (50)
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Says that it always answers at once, and never looks at the signal: then none is made for it, which saves a microsecond
   * or two. Of one that gives a promise all the same the signal is never aborted.
   * @defaultValue false
   */
  readonly immediate?: boolean | undefined;
  /**
   * Picks a tier, or returns `undefined` when it has nothing to say.
   * The signal is aborted when the caller aborts or the time limit passes.
   */
  classify(request: RoutingRequest, signal: AbortSignal): Awaitable<Decision<TierName> | undefined>;
  /**
   * Told by `router.feedback()` whether an answer was good, whoever had decided on its tier.
   * @param answer - the record of the call
   */
  learn?(answer: { readonly requestId: string; readonly tier: string }, good: boolean): unknown;
  /** Lets go of what the classifier holds; called by `router.close()`. */
  close?(): Awaitable<void>;
}

/** What a classifier decided. */
export interface Decision<TierName extends string = string> {
  /** The tier that is to serve. */
  tier: TierName;
  /** How sure the classifier is, 0–1. */
  confidence: number;
  /** Why, in words for people. */
  reason: string;
}

/** A decision and who made it. */
export interface MadeDecision extends Decision {
  /** The classifier's name, or `hint`, `model`, `default`, `conversation`. */
  by: string;
}

/** A target as strategies and plans see it: a model on a client, with its price and limits. */
export interface TargetView {
  /** Unique name; the model id where the target was given as a string. */
  readonly id: string;
  /** The model id that is sent to the provider. */
  readonly model: string;
  /** Name of the client it is called through; `default` is the wrapped client. */
  readonly client: string;
  /** Where the target runs; undefined when nobody said. */
  readonly region: string | undefined;
  /** USD per 1,000,000 tokens; undefined when it is not known. */
  readonly price: Price | undefined;
  /** Who says so; `undefined` when there is no price. */
  readonly priceFrom?: PriceOrigin | undefined;
  /** Tokens the model can take in and give out together. */
  readonly contextWindow: number | undefined;
  /** What the target can do; `undefined` means nothing is known, and then nothing is ruled out. */
  readonly capabilities: ReadonlySet<Capability> | undefined;
  /** Share of traffic under the `weighted` strategy. */
  readonly weight: number;
  /** Whether it is kept for when all others are out. */
  readonly breakGlass: boolean;
}

/** What is known of a target at the moment of planning. */
export interface TargetState {
  /** Calls in flight. */
  readonly inFlight: number;
  /** Median time to the first token with content, in ms, over the sliding window. */
  readonly ttftP50Ms: number | undefined;
  /** Median duration of a call, in ms, over the sliding window. */
  readonly latencyP50Ms: number | undefined;
  /** Why the target can not be called now, or `undefined` when it can. */
  readonly out: OutReason | undefined;
  /** When it can be called again, in ms since the epoch. */
  readonly dueAt: number;
  /** The share of the calls that would go to it first that do, 0–1; below 1 while it is coming back. @defaultValue 1 */
  readonly share?: number | undefined;
}

/** Why a target can not be called now. */
export type OutReason = "breaker_open" | "rate_limited" | "quota_exhausted" | "credentials_refused" | "model_not_found";

/** Why a target is not in the chain of a request. */
export type LeftOutReason =
  | OutReason
  | "capability"
  | "context_window"
  | "region"
  | "break_glass"
  | "drill"
  | "concurrency"
  | "budget_spent"
  | "price_unknown"
  | "store_unavailable";

/** The ordered targets of one request, and those left out with the reason. */
export interface Chain {
  /** Who may serve, in the order in which they are tried. */
  readonly targets: readonly TargetView[];
  /** Who may not, and why. */
  readonly leftOut: readonly LeftOut[];
  /** True when nothing is available, and the chain is the target that is due first. */
  readonly lastResort: boolean;
  /** Targets of the chain that stand at its end whatever the strategy says; undefined when there is none. */
  readonly deferred?: readonly Deferred[] | undefined;
  /** Id of the target that a drill keeps the call off. */
  readonly drilled?: string | undefined;
  /** Targets whose breakers closed lately, and the share of their calls that they get; undefined when there is none. */
  readonly returning?: readonly Returning[] | undefined;
}

/** A target that is coming back. */
export interface Returning {
  /** Id of the target. */
  readonly target: string;
  /** The share of its calls that it gets, 0–1. */
  readonly share: number;
}

/** A target that may serve a request only after the others, and why. */
export interface Deferred {
  /** Id of the target. */
  readonly target: string;
  /** Why it stands behind the others. */
  readonly reason: "slow" | "drill" | "returning";
  /** The same in words. */
  readonly detail: string;
}

/** A target that may not serve a request, and why. */
export interface LeftOut {
  /** Id of the target. */
  readonly target: string;
  /** Why it is left out. */
  readonly reason: LeftOutReason;
  /** The same in words. */
  readonly detail: string;
}

/** Why an attempt did not give an answer. */
export type FailureKind =
  | "connection"
  | "timeout"
  | "server_error"
  | "invalid_response"
  | "stream_interrupted"
  | "rate_limited"
  | "quota_exhausted"
  | "credentials_refused"
  | "model_not_found"
  | "context_length"
  | "content_filter"
  | "bad_request"
  | "not_accepted"
  | "outrun"
  | "aborted";

/** One call to one target, as records and errors show it. */
export interface AttemptRecord {
  /** Id of the target. */
  target: string;
  /** True for the attempt that was made beside a slow one. */
  hedge?: true | undefined;
  /** Label of the key that was used, where the client has several. */
  key?: string | undefined;
  /** HTTP status, where an answer came. */
  status: number | undefined;
  /** From sending to the end of the answer, or to the failure, in ms. */
  durationMs: number;
  /** What went wrong; `undefined` for the attempt that answered. */
  failure: FailureKind | undefined;
  /** What went wrong in words, keys blacked out. */
  detail: string | undefined;
  /**
   * Tokens that the attempt reported, also when it failed; estimated when it reported none and gave something out, or was
   * outrun.
   */
  usage: Usage | undefined;
  /** What it cost, in USD; undefined when the price or the usage is not known. */
  costUsd: number | undefined;
  /** Where the price of the target came from; `undefined` when it has none. */
  priceFrom?: PriceOrigin | undefined;
  /** What was changed in the request so that the target takes it; not there when it was sent as the caller wrote it. */
  fitted?: readonly FitChange[] | undefined;
}

/** The one object that says what happened to a request. A stream's is complete when the stream has ended. */
export interface RouteRecord {
  /** Identifies the call in events, records and errors. */
  requestId: string;
  /** The kind of call. */
  endpoint: Endpoint;
  /** Id of the target that answered. */
  target: string | undefined;
  /** Model id that was sent to it. */
  model: string | undefined;
  /** Where that target runs, as far as the configuration says. */
  region?: string | undefined;
  /** Name of the tier that served. */
  tier: string;
  /** The tier that was decided on, where a spent budget sent the call to another one. */
  downgradedFrom?: string | undefined;
  /** Why this tier. */
  reason: string;
  /** Who decided: a classifier's name, or `hint`, `model`, `default`, `conversation`. */
  decidedBy: string;
  /** How sure the decision was, 0–1. */
  confidence: number;
  /** The hint `task`. */
  task: string | undefined;
  /** The hint `tags`. */
  tags: Readonly<Record<string, string>>;
  /** The regions the call was allowed, by its hints and by `residency`; not there when it could go anywhere. */
  allowedRegions?: readonly string[] | undefined;
  /** Who may not serve and why; only of a call that no target may serve. */
  leftOut?: readonly LeftOut[] | undefined;
  /** Whether the answer was to be streamed. */
  stream: boolean;
  /** What was tried, in order. */
  attempts: AttemptRecord[];
  /** How many further attempts the retry budget refused the call; not there when none. */
  refusedRetries?: number | undefined;
  /** True when a second attempt was made beside a slow one; which of them answered is the one without `failure`. */
  hedged?: true | undefined;
  /** True when another target than the first of the chain answered. */
  fellBack: boolean;
  /** True when a break-glass target was called; not there when none was. */
  breakGlass?: true | undefined;
  /** Id of the target that a drill kept the call off; not there when none did. */
  drilled?: string | undefined;
  /** Name of the experiment of its tier; not there when it has none, or the call was not part of it. */
  experiment?: string | undefined;
  /** The side of the experiment that the call was put on, whichever target served it then. */
  variant?: string | undefined;
  /** How good the answer was, 0–1, as `router.feedback()` was told; not there before. */
  feedback?: number | undefined;
  /** Tokens of the attempt that answered; undefined when nobody did. */
  usage: Usage | undefined;
  /** How a stream that broke went on at another target; not there when none did. `usage` is then that of all parts that stayed. */
  mended?: "restart" | "continue" | undefined;
  /**
   * Cost of all attempts in USD; `undefined` where a price or the usage is unknown, never 0 for unknown. An estimate when
   * `usage.estimated` of an attempt is true.
   */
  costUsd: number | undefined;
  /** What `baseline` would have cost for the same tokens, less `costUsd`. */
  savedUsd: number | undefined;
  /** From the call to the end of the answer, in ms. */
  durationMs: number | undefined;
  /** How long the call waited for limits, in ms; not there when it did not. */
  waitedMs?: number | undefined;
  /** From the call to the first token with content, in ms; streams only. */
  ttftMs: number | undefined;
  /** When the call came in, in ms since the epoch. */
  startedAt: number;
  /** How the call ended; `pending` until it has. */
  outcome: "pending" | "answered" | "failed" | "aborted";
}
