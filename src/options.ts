import type OpenAI from "openai";
import type { StreamBreakPolicy } from "./broken-streams.ts";
import type { AcceptOption, Capability, Classifier, Price } from "./glossary.ts";
import type { ExperimentOptions, ShadowOptions } from "./learning-options.ts";
import type { Strategy } from "./strategy.ts";
import type { Store } from "./stores/store.ts";

/** A client the router may call: an `OpenAI` instance or one of a subclass, such as `AzureOpenAI`. */
export type Client = OpenAI;

/** A key, or a function that gives one: it is asked at each request, as the `openai` package does. */
export type ApiKey = string | (() => Promise<string>);

/** A key written out. */
export interface KeyOptions {
  /** The key, or a function that gives it. */
  apiKey: ApiKey;
  /** Names the key in events, records and `health()`, which never show the key itself. @defaultValue its place among the keys: `"1"`, `"2"`… */
  label?: string | undefined;
  /** How long a key that a function gave is used before the function is asked again, in ms; a refused key is never kept. @defaultValue 0 */
  ttlMs?: number | undefined;
  /** The organisation that is sent with this key; `null` sends none. @defaultValue the client's */
  organization?: string | null | undefined;
  /** The project that is sent with this key; `null` sends none. @defaultValue the client's */
  project?: string | null | undefined;
  /** How much may be asked with this key. @defaultValue the `keyLimits` of its client */
  limits?: LimitOptions | undefined;
}

/** Keeps calls in regions. */
export interface ResidencyRule {
  /** Tags of the calls it is for, all of which must fit; `*` in a value stands for anything. @defaultValue all calls */
  tags?: Readonly<Record<string, string>> | undefined;
  /** Only what runs in one of these regions may see such a call; `*` stands for anything, as in `eu-*`. */
  allowedRegions: readonly string[];
}

/** Time limits of one attempt, in milliseconds. `Infinity` switches one off. */
export interface TimeoutOptions {
  /**
   * From sending to the response's headers. A call's own `timeout` and the client's, if shorter, win.
   * @defaultValue 600_000, as in the `openai` package
   */
  headersMs?: number | undefined;
  /** From sending to the first token with content; streams only. @defaultValue 60_000 */
  firstContentMs?: number | undefined;
  /** Between two chunks of a stream, once content has come. @defaultValue 60_000 */
  idleMs?: number | undefined;
  /** From sending to the end of the answer. @defaultValue Infinity */
  attemptMs?: number | undefined;
}

/** Retries at the same target, before the next one is tried. */
export interface RetryOptions {
  /** How often a target is tried again. A call's own `maxRetries` wins. @defaultValue 1 */
  maxRetries?: number | undefined;
  /** Upper bound of the first wait, in ms; it doubles with each retry. The wait is random between 0 and the bound. @defaultValue 250 */
  minDelayMs?: number | undefined;
  /** Upper bound of any wait, in ms. @defaultValue 4_000 */
  maxDelayMs?: number | undefined;
}

/** Bounds retries over all calls of a router, so that they never make an outage worse. */
export interface RetryBudgetOptions {
  /**
   * Share of the calls, 0–1: so many retries may be under way for the calls in flight, and so many made for the calls in all.
   * @defaultValue 0.2
   */
  ratio?: number | undefined;
  /** So many retries may be under way however few calls are. @defaultValue 3 */
  minRetries?: number | undefined;
  /** So many retries may be made beyond the share of the calls. @defaultValue 10 */
  reserve?: number | undefined;
  /**
   * What a target begins with, and has at most. A failure costs 1; at half of it or less the target is not trusted: it is not
   * tried again while another one is left, and fallbacks to it take from this budget.
   * @defaultValue 10
   */
  trust?: number | undefined;
  /** What a success gives back to a target's trust. @defaultValue 0.1 */
  trustPerSuccess?: number | undefined;
}

/** When a target is skipped, and for how long. */
export interface BreakerOptions {
  /** Failures within the window that open the breaker… @defaultValue 5 */
  failureThreshold?: number | undefined;
  /** …when they are at least this share of the calls in the window, 0–1. @defaultValue 0.5 */
  errorRate?: number | undefined;
  /** Length of the sliding window, in ms. @defaultValue 60_000 */
  windowMs?: number | undefined;
  /** How long an open breaker stays open before one call may probe, in ms; after n probes in a row that failed n + 1 times as long. @defaultValue 30_000 */
  cooldownMs?: number | undefined;
  /** The longest it stays open, however many probes failed, in ms. A provider's `Retry-After` may be longer. @defaultValue 300_000 */
  maxCooldownMs?: number | undefined;
  /**
   * How long a probe may take until its headers, or a stream's first content, are there, in ms. It has as much again after each
   * probe in a row that failed, up to `maxCooldownMs`.
   * @defaultValue 30_000
   */
  probeMs?: number | undefined;
  /** In this time, in ms, a target that is back gets more and more of its calls, from 10 % on; 0: all at once. @defaultValue `cooldownMs` */
  rampUpMs?: number | undefined;
}

/** When a target is too slow to go first, and for how long. */
export interface SlowOptions {
  /**
   * An answer that takes longer is slow, in ms; of a stream, its first token with content.
   * @defaultValue the tier's `slo.p99Ms`, else its `slo.p95Ms`, else none: no target is ever slow
   */
  latencyMs?: number | undefined;
  /**
   * A target is slow too when the 95th percentile of its latency is more than so many times what it was in its own past, such as 3.
   * Streams and whole answers have a past of their own.
   * @defaultValue its past does not count
   */
  driftFactor?: number | undefined;
  /** How far that past reaches back, in ms. With less than 100 calls in it nothing is judged by it. @defaultValue 3_600_000 */
  pastMs?: number | undefined;
  /** Share of the calls in the window that must be slow by `latencyMs`, 0–1… @defaultValue 0.5 */
  slowRate?: number | undefined;
  /** …when the window holds at least this many calls. @defaultValue 10 */
  minCalls?: number | undefined;
  /** Length of the sliding window, in ms. @defaultValue 60_000 */
  windowMs?: number | undefined;
  /** How long a slow target is left to the end of the chain before calls may probe it, in ms. @defaultValue 30_000 */
  cooldownMs?: number | undefined;
}

/** When a second attempt is made beside a slow one, at the next target. */
export interface HedgeOptions {
  /**
   * How long the first attempt is waited for, in ms: for its answer; of a stream, its first token with content. `"p95"` is
   * what 95 % of the target's own answers of the last five minutes took.
   * @defaultValue "p95"
   */
  afterMs?: number | "p95" | undefined;
  /** The most second attempts, as a share of the tier's calls that could have one, 0–1. @defaultValue 0.05 */
  maxExtraLoad?: number | undefined;
  /** Answers that must have been measured before `"p95"` is known; until then there are no second attempts. @defaultValue 20 */
  minCalls?: number | undefined;
}

/** How fast a stream must begin, to be given out. */
export interface PaceOptions {
  /**
   * A stream that brings fewer tokens a second at its beginning is given up for the next target. Tokens are estimated from the text.
   * @defaultValue any pace will do
   */
  minTokensPerSecond?: number | undefined;
  /**
   * For how long the beginning is measured, from the first content on, in ms. So long at most a stream is held back: it is given out
   * as soon as it has brought what it must in this time, or is complete.
   * @defaultValue 1_000
   */
  windowMs?: number | undefined;
}

/** What a tier promises (a service level objective), and when its breach is told. At least one of the first three. */
export interface SloOptions {
  /** 95 % of the answers take at most this long, in ms; of a stream, its first token with content. @defaultValue not promised */
  p95Ms?: number | undefined;
  /** 99 % of the answers do. @defaultValue not promised */
  p99Ms?: number | undefined;
  /** Share of the calls that are answered, such as 0.999. @defaultValue not promised */
  availability?: number | undefined;
  /** Length of the sliding window, in ms. A second one of a twelfth of it tells whether it is still going on. @defaultValue 3_600_000 */
  windowMs?: number | undefined;
  /** How many times as fast as allowed the promise must be broken, in both windows, to be told. @defaultValue 14.4 */
  burnRate?: number | undefined;
  /** Calls that the window must hold. @defaultValue 50 */
  minCalls?: number | undefined;
}

/** What can be set for the router, a tier or a target; the nearest wins, key by key. */
export interface ResilienceOptions {
  /** Time limits of an attempt; `false` switches all of them off. */
  timeouts?: false | TimeoutOptions | undefined;
  /** The longest a whole call may take, in ms, over all attempts. @defaultValue none */
  deadlineMs?: number | undefined;
  /** Retries; `false` leaves the retries of the `openai` client as its user set them. */
  retry?: false | RetryOptions | undefined;
  /** The breaker of each target; `false` switches it off. */
  breaker?: false | BreakerOptions | undefined;
  /** Leaves a target that was slow lately to the end of a tier's chain; `false` switches it off. */
  slow?: false | SlowOptions | undefined;
  /** Makes a second attempt beside a slow one, and takes the answer that is first. @defaultValue false */
  hedge?: false | HedgeOptions | undefined;
  /** Gives up streams that trickle from the beginning; `false` switches it off. */
  pace?: false | PaceOptions | undefined;
}

/** How much may be asked of something. What is left out is not limited. */
export interface LimitOptions {
  /** Calls within any minute. @defaultValue Infinity */
  requestsPerMinute?: number | undefined;
  /** Tokens within any minute, of prompts and answers together. @defaultValue Infinity */
  tokensPerMinute?: number | undefined;
  /** Calls at the same time. @defaultValue Infinity */
  concurrency?: number | undefined;
}

/** The limits of a target. */
export interface TargetLimitOptions extends LimitOptions {
  /**
   * Leaves the target alone when its answers say, in `x-ratelimit-*` or `RateLimit` headers, that next to nothing is left,
   * until the time they say.
   * @defaultValue true
   */
  learn?: boolean | undefined;
}

/** How calls wait when limits let none of their targets serve them now. */
export interface WaitingOptions {
  /** How many calls may wait for one limit: so many interactive ones, and as many of batches. @defaultValue 1_000 */
  maxWaiting?: number | undefined;
  /**
   * The longest a call waits, in ms; its deadline may end the wait before. By default a little more than the minute after
   * which a limit a minute gives again.
   * @defaultValue 65_000
   */
  maxWaitMs?: number | undefined;
}

/** What a target does not take, and what it takes in its place: added to what is known of its provider, and before it. */
export interface FitOptions {
  /** Body parameters that are left out. */
  drop?: readonly string[] | undefined;
  /** Body parameter → the name under which the target takes it, such as `{ max_tokens: "max_completion_tokens" }`. */
  rename?: Readonly<Record<string, string>> | undefined;
  /** Fields of chat messages and of their parts that are left out, such as `reasoning_content` or `cache_control`. */
  dropFromMessages?: readonly string[] | undefined;
  /** Types of parts that are left out of what the assistant said, such as `thinking`. */
  dropParts?: readonly string[] | undefined;
  /** Role → the role that the target takes for it, such as `{ developer: "system" }`. */
  roles?: Readonly<Record<string, string>> | undefined;
  /** What ids of tool calls must be like; other ids are replaced, in calls and results alike. */
  toolCallIds?: ToolCallIdOptions | undefined;
}

/** What ids of tool calls must be like: one of the two. */
export interface ToolCallIdOptions {
  /** So many letters and digits, and nothing else. */
  length?: number | undefined;
  /** So many characters at most. */
  maxLength?: number | undefined;
}

/** A target written out. */
export interface TargetOptions extends ResilienceOptions {
  /** Model id that is sent to the provider. @defaultValue the target's id */
  model?: string | undefined;
  /** Name of one of `clients`, or `default` for the wrapped client. @defaultValue by `clientRules`, else `default` */
  client?: string | undefined;
  /** USD per 1,000,000 tokens. @defaultValue the entry of `prices` for the model, else the bundled price, else unknown */
  price?: Price | undefined;
  /** Tokens the model takes in and gives out together. @defaultValue unknown, nothing is ruled out */
  contextWindow?: number | undefined;
  /** What the target can do; a request that needs more passes it by. @defaultValue unknown, nothing is ruled out */
  capabilities?: readonly Capability[] | undefined;
  /** Where the target runs, such as `eu-west-1`. */
  region?: string | undefined;
  /** Headers added to every call to this target, such as `{ "X-Request-Priority": "high" }`. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Body parameters set on every call to this target; the caller's own win. */
  params?: Readonly<Record<string, unknown>> | undefined;
  /**
   * What the target does not take of a request, and what it takes in its place; `false` sends what the caller wrote. A call that
   * names the target is sent as it was written in any case.
   */
  fit?: false | FitOptions | undefined;
  /** Share of traffic under the `weighted` strategy. @defaultValue 1 */
  weight?: number | undefined;
  /**
   * That the target can go on from the beginning of an answer, and how it is asked to: needed for
   * `onStreamBreak: "continue"`.
   * @defaultValue it can not
   */
  continues?: ContinueStyle | undefined;
  /**
   * Keeps the target for emergencies: it comes last whatever the strategy, and is called when every other target of the chain
   * is out or has failed, or when a call names it. Never for classifiers, hedges, and calls of batches.
   * @defaultValue false
   */
  breakGlass?: boolean | undefined;
  /** How much may be asked of the target, and whether its headers are heard. */
  limits?: TargetLimitOptions | undefined;
}

/**
 * How a target is asked to go on from a text. Always the text is the last message, of the assistant: with `prefix: true`
 * (DeepSeek's beta endpoint, Mistral), with `continue_final_message: true` in the body (vLLM), or without any mark (`prefill`).
 */
export type ContinueStyle = "prefix" | "continue-final-message" | "prefill";

/** A tier written out. */
export interface TierOptions<TargetId extends string = string> extends ResilienceOptions {
  /** Target ids or model ids, in order of preference. At least one. */
  targets: readonly TargetId[];
  /** Orders the targets of this tier. @defaultValue the router's `strategy` */
  strategy?: StrategyName | Strategy | undefined;
  /** Targets of these regions are tried first, in this order. @defaultValue the router's `preferredRegions` */
  preferredRegions?: readonly string[] | undefined;
  /** What the tier promises: how fast the promise is broken is measured, and told. @defaultValue none */
  slo?: SloOptions | undefined;
  /** What happens when a stream of this tier breaks after content was given out. @defaultValue the router's `onStreamBreak` */
  onStreamBreak?: StreamBreakPolicy | undefined;
  /** What an answer of this tier must be like to be given out; `false` takes any. @defaultValue the router's `accept` */
  accept?: AcceptOption | undefined;
  /** Splits the calls of this tier, to find out which target or chain is better. @defaultValue none */
  experiment?: ExperimentOptions | undefined;
}

/** The strategies that come with the package. */
export type StrategyName = "priority" | "cheapest" | "fastest" | "weighted" | "least-busy";

/** Keeps the turns of a conversation on one tier. */
export interface ConversationOptions {
  /** How long after its last turn a conversation is remembered, in ms. @defaultValue 600_000 */
  ttlMs?: number | undefined;
  /** How many conversations are remembered; the oldest go first. @defaultValue 10_000 */
  maxConversations?: number | undefined;
}

/** The most that may be spent in a window of time, and what happens then. */
export interface BudgetOptions {
  /** The most that may be spent in one window, in USD; at most 900,000. */
  limitUsd: number;
  /** How long a window is: an hour, a day or a month of the calendar. */
  per: BudgetPeriod;
  /** IANA name of the time zone whose calendar counts, such as `Europe/Berlin`. @defaultValue "UTC" */
  timeZone?: string | undefined;
  /** Counts the last 60 minutes, 24 hours or 30 days at any time, in the place of the calendar's. @defaultValue false */
  rolling?: boolean | undefined;
  /** Only calls under this tier. @defaultValue every tier */
  tier?: string | undefined;
  /** Only attempts at this target. @defaultValue every target */
  target?: string | undefined;
  /**
   * Only calls with these tags, such as `{ team: "search" }`. With `"*"` each value of the tag has the whole limit for
   * itself, and calls without the tag are not counted.
   * @defaultValue calls with any tags or none
   */
  tag?: Readonly<Record<string, string>> | undefined;
  /**
   * What happens to a call that may cost more than is left: it is refused with a BudgetSpentError, goes on at another
   * tier, or is let through as though nothing had happened.
   * @defaultValue "refuse"
   */
  onSpent?: "refuse" | "warn" | DowngradeOptions | undefined;
  /** Shares of the limit, 0–1, at which `budget:low` is told. @defaultValue [0.8] */
  warnAt?: readonly number[] | undefined;
  /** Tokens an answer may have when the call does not say so with `max_tokens` or the like. @defaultValue 4_096 */
  maxOutputTokens?: number | undefined;
  /**
   * What a target is taken to cost whose price is not known, in USD per 1,000,000 tokens.
   * @defaultValue unknown: such a target is a fault of the configuration, and a model id that it does not name is refused
   */
  assumedPrice?: Price | undefined;
}

/** A window of time of a budget. */
export type BudgetPeriod = "hour" | "day" | "month";

/** Where calls go on when a budget is spent. */
export interface DowngradeOptions {
  /** Name of the tier. */
  downgradeTo: string;
}

/** A drill that comes again by itself. */
export interface ScheduledDrill {
  /** Id of the target that calls are kept off. */
  target: string;
  /** How long it lasts: ms, or text such as `10m`. */
  for: number | string;
  /**
   * From the beginning of one to that of the next, a tenth more or less: ms, or text such as `1d`. The first comes at a random
   * moment within that time, so that processes which were started together do not drill together.
   */
  every: number | string;
  /** Share of the calls that would have gone to the target, 0–1. @defaultValue 0.01 */
  share?: number | undefined;
}

/** Everything a router can be told. Only `client` and `tiers` are required. */
export interface RouterOptions extends ResilienceOptions {
  /** The client you already have. It is not changed. */
  client: Client;
  /**
   * Tier name → its targets, in order of preference; a string is a model id on the client.
   * The order of the tiers is their rank, lowest first.
   */
  tiers: Readonly<Record<string, readonly string[] | TierOptions>>;
  /** More clients by name: another key, base URL, region or provider each. */
  clients?: Readonly<Record<string, Client>> | undefined;
  /**
   * Client name (`default` is the wrapped one) → the keys it is called with, all equals, in the place of its own: the least
   * busy serves, in turn. One that is refused or out of credits rests alone. Strings, functions, or written out.
   */
  keys?: Readonly<Record<string, readonly (ApiKey | KeyOptions)[]>> | undefined;
  /** Targets by id. Ids that only tiers name are targets too, on the client that `clientRules` gives. */
  targets?: Readonly<Record<string, TargetOptions>> | undefined;
  /**
   * Model id pattern (`*` stands for anything) → name of the client for it, such as `{ "Pro/*": "pro" }`.
   * A client that is named here never gets a model id that no pattern of its own matches.
   */
  clientRules?: Readonly<Record<string, string>> | undefined;
  /**
   * Client name → how much may be asked through it: all its targets and keys share them. `default` is the
   * wrapped client.
   */
  clientLimits?: Readonly<Record<string, LimitOptions>> | undefined;
  /**
   * Client name → how much may be asked with each of its keys, at all its targets together: a key with too little left makes
   * way for the next. A client without `keys` has one, its own.
   */
  keyLimits?: Readonly<Record<string, LimitOptions>> | undefined;
  /** Bounds retries over all calls; `false` switches that off. */
  retryBudget?: false | RetryBudgetOptions | undefined;
  /** How calls wait for limits; `false`: they do not wait. */
  waiting?: false | WaitingOptions | undefined;
  /** The tier for calls no classifier decides. @defaultValue the first tier */
  defaultTier?: string | undefined;
  /** Picks a tier for `model: "auto"`. An array asks in turn: the first that is sure (0.5 or more) wins. @defaultValue `heuristicClassifier()` when tiers `cheap`, `balanced` and `premium` exist, else the default tier serves */
  classifier?: Classifier | readonly Classifier[] | undefined;
  /** The longest a classifier without its own `timeoutMs` may take, in ms. @defaultValue 50 */
  classifierTimeoutMs?: number | undefined;
  /** Orders the targets of a tier. @defaultValue "priority" */
  strategy?: StrategyName | Strategy | undefined;
  /** Keeps calls in regions, by their tags. Where several rules fit, all of them hold. */
  residency?: readonly ResidencyRule[] | undefined;
  /** Targets of these regions are tried first, in this order, whatever the strategy; `*` stands for anything. Leaves nobody out. */
  preferredRegions?: readonly string[] | undefined;
  /** Model names of existing call sites → `auto`, a tier, a target or another alias. */
  aliases?: Readonly<Record<string, string>> | undefined;
  /** Keeps the turns of a conversation on one tier unless a higher one is called for; `false` switches it off. */
  conversations?: false | ConversationOptions | undefined;
  /** A model that all traffic would else go to, for `savedUsd`: an id in `prices`, of a target or in the bundled prices. */
  baseline?: string | undefined;
  /** Model id → price in USD per 1,000,000 tokens, whatever the client. */
  prices?: Readonly<Record<string, Price>> | undefined;
  /** Uses the prices that come with the package for models that are called at the host that published them. @defaultValue true */
  bundledPrices?: boolean | undefined;
  /**
   * What an answer must be like to be given out: a function that says so, the name of one that comes with the package, or
   * several that all must hold. One that is not accepted is paid for, and the next target is asked. Embeddings are not
   * checked; a stream is held back until it is complete.
   * @defaultValue false
   */
  accept?: AcceptOption | undefined;
  /**
   * What happens when a stream breaks after content was given out: `restart` and `continue` let another target take over,
   * for callers that know what they are then given.
   * @defaultValue "error"
   */
  onStreamBreak?: StreamBreakPolicy | undefined;
  /**
   * Makes a request acceptable to each target: by the targets' own `fit`, by what is known of providers, and by what a target
   * has refused before. `false` sends what the caller wrote.
   * @defaultValue true
   */
  fit?: boolean | undefined;
  /** Tries the next target when a provider's content filter refuses a request. @defaultValue false */
  fallbackOnContentFilter?: boolean | undefined;
  /** Asks streams for their usage, and takes the extra chunk out again when the caller did not ask. @defaultValue true */
  streamUsage?: boolean | undefined;
  /** Budget name → the most that may be spent in a window of time, and what happens then. */
  budgets?: Readonly<Record<string, BudgetOptions>> | undefined;
  /**
   * What budgets and limits count in, and where processes tell each other of targets and keys that are left alone: several
   * share them with `redisStore()`.
   * @defaultValue `memoryStore()`
   */
  store?: Store | undefined;
  /**
   * Does what other processes found out: leaves a target alone whose breaker opened there, or that rests, or whose key does,
   * and tells them what was found out here. Needs a `store`.
   * @defaultValue true
   */
  shareHealth?: boolean | undefined;
  /** Sends a share of the calls to another target too, to see how it would do; `false` for none. @defaultValue false */
  shadow?: false | ShadowOptions | undefined;
  /** Drills that come again by themselves: each keeps a share of the calls off a target for a while, and reports how its fallbacks did. */
  drills?: readonly ScheduledDrill[] | undefined;
  /** A call over this many ms raises `request:slow`. @defaultValue none */
  slowMs?: number | undefined;
  /** What `router.report()` tells calls apart by: their `task`, their `tier`, or a tag, as in `tag:feature`. @defaultValue "task" */
  reportBy?: "task" | "tier" | `tag:${string}` | undefined;
  /**
   * For how many of the latest answers feedback can be given by an id alone: the provider's id of the answer, or the request id.
   * Each takes about 2 kB.
   * @defaultValue 0
   */
  rememberAnswers?: number | undefined;
}
