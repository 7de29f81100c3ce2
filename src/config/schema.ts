import type * as z from "zod";
import type { StreamBreakPolicy } from "../broken-streams.ts";
import type { AcceptOption, Capability, Classifier } from "../glossary.ts";
import type { Strategy } from "../strategy.ts";
import type {
  BreakerOptions,
  Client,
  ContinueStyle,
  ConversationOptions,
  ResilienceOptions,
  RetryBudgetOptions,
  RetryOptions,
  RouterOptions,
  StrategyName,
  TargetOptions,
  TierOptions,
  TimeoutOptions,
} from "../options.ts";
import { faultOfAccept } from "./accept.ts";
import { streamBreakPolicies } from "./stream-break.ts";
import { budgetOptions } from "./budget-schema.ts";
import { scheduledDrill } from "./drills.ts";
import { experimentOptions } from "./experiments.ts";
import { checked, either, flag, jsonForms, listOf, named, offOr, oneOf, options, quantity, text } from "./fields.ts";
import { fitOptions } from "./fit-schema.ts";
import { keyList } from "./key-schema.ts";
import { limitOptions, targetLimitOptions, waitingOptions } from "./limit-schema.ts";
import { faultOfClassifier, faultOfClient, faultOfStore, faultOfStrategy } from "./plug-in-faults.ts";
import { price } from "./price-schema.ts";
import { quantities } from "./quantities.ts";
import { regions, residencyRule } from "./region-schema.ts";
import { headers, params } from "./request-schema.ts";
import { reportDimension } from "./report.ts";
import { kindOf } from "./show.ts";
import { shadowOptions } from "./shadow.ts";
import { hedgeOptions, paceOptions, sloOptions, slowOptions } from "./speed-schema.ts";
import type { Store } from "../stores/store.ts";

const { limitMs, durationMs, delayMs, retries, count, ratio, factor, tokens, weight } = quantities;

export const timeoutOptions = options({
  headersMs: quantity(limitMs).optional(),
  firstContentMs: quantity(limitMs).optional(),
  idleMs: quantity(limitMs).optional(),
  attemptMs: quantity(limitMs).optional(),
}) satisfies z.ZodType<TimeoutOptions, TimeoutOptions>;

export const retryOptions = options({
  maxRetries: quantity(retries).optional(),
  minDelayMs: quantity(delayMs).optional(),
  maxDelayMs: quantity(delayMs).optional(),
}).refine(({ minDelayMs = 0, maxDelayMs = Infinity }) => minDelayMs <= maxDelayMs, {
  path: ["minDelayMs"],
  error: "must not be more than maxDelayMs",
}) satisfies z.ZodType<RetryOptions, RetryOptions>;

export const retryBudgetOptions = options({
  ratio: quantity(ratio).optional(),
  minRetries: quantity(retries).optional(),
  reserve: quantity(retries).optional(),
  trust: quantity(factor).optional(),
  trustPerSuccess: quantity(factor).optional(),
}) satisfies z.ZodType<RetryBudgetOptions, RetryBudgetOptions>;

export const breakerOptions = options({
  failureThreshold: quantity(count).optional(),
  errorRate: quantity(ratio).optional(),
  windowMs: quantity(durationMs).optional(),
  cooldownMs: quantity(durationMs).optional(),
  maxCooldownMs: quantity(durationMs).optional(),
  probeMs: quantity(durationMs).optional(),
  rampUpMs: quantity(delayMs).optional(),
}) satisfies z.ZodType<BreakerOptions, BreakerOptions>;

const resilience = {
  timeouts: offOr(timeoutOptions).optional(),
  deadlineMs: quantity(limitMs).optional(),
  retry: offOr(retryOptions).optional(),
  breaker: offOr(breakerOptions).optional(),
  slow: offOr(slowOptions).optional(),
  hedge: offOr(hedgeOptions).optional(),
  pace: offOr(paceOptions).optional(),
};

export const resilienceOptions = options(resilience) satisfies z.ZodType<ResilienceOptions, ResilienceOptions>;

const capability = oneOf("capability", [
  "tools",
  "vision",
  "audio",
  "json",
  "streaming",
  "reasoning",
]) satisfies z.ZodType<Capability, Capability>;

const continueStyle = oneOf("style", ["prefix", "continue-final-message", "prefill"]) satisfies z.ZodType<
  ContinueStyle,
  ContinueStyle
>;

export const targetOptions = options({
  ...resilience,
  model: text.optional(),
  client: text.optional(),
  price: price.optional(),
  contextWindow: quantity(tokens).optional(),
  capabilities: listOf(capability, "capabilities").optional(),
  region: text.optional(),
  headers: headers.optional(),
  params: params.optional(),
  fit: offOr(fitOptions).optional(),
  weight: quantity(weight).optional(),
  continues: continueStyle.optional(),
  breakGlass: flag.optional(),
  limits: targetLimitOptions.optional(),
}) satisfies z.ZodType<TargetOptions, TargetOptions>;

const strategy = checked<StrategyName | Strategy>(faultOfStrategy);
const onStreamBreak = oneOf("policy", streamBreakPolicies) satisfies z.ZodType<StreamBreakPolicy, StreamBreakPolicy>;
const accept = checked<AcceptOption>(faultOfAccept);
const classifier = checked<Classifier>(faultOfClassifier);
const client = checked<Client>(faultOfClient);
const targetList = listOf(text, "target ids or model ids").min(1, { error: "has no targets; name at least one" });

export const tierOptions = options({
  ...resilience,
  targets: targetList,
  strategy: strategy.optional(),
  preferredRegions: regions.optional(),
  slo: sloOptions.optional(),
  accept: accept.optional(),
  onStreamBreak: onStreamBreak.optional(),
  experiment: experimentOptions.optional(),
}) satisfies z.ZodType<TierOptions, TierOptions>;

/** Tiers by name, each a list of targets or written out as `tier` has it. */
export function tiersOf<Output, Input>(tier: z.ZodType<Output, Input>) {
  const oneOfBoth = either(
    [targetList, tier],
    (value) => `must be an array of targets, or an object with targets, got ${kindOf(value)}`,
  );
  return named("tier name → targets", oneOfBoth)
    .refine((tiers) => Object.keys(tiers).length > 0, { error: "needs at least one tier" })
    .register(jsonForms, { minProperties: 1 });
}

export const conversationOptions = options({
  ttlMs: quantity(limitMs).optional(),
  maxConversations: quantity(count).optional(),
}) satisfies z.ZodType<ConversationOptions, ConversationOptions>;

export const routerOptions = options({
  ...resilience,
  client,
  tiers: tiersOf(tierOptions),
  clients: named("client name → client", client).optional(),
  keys: named("client name → keys", keyList).optional(),
  targets: named("target id → options", targetOptions).optional(),
  clientRules: named("model id pattern → client name", text).optional(),
  clientLimits: named("client name → limits", limitOptions).optional(),
  keyLimits: named("client name → limits of each key", limitOptions).optional(),
  retryBudget: offOr(retryBudgetOptions).optional(),
  waiting: offOr(waitingOptions).optional(),
  defaultTier: text.optional(),
  classifier: either(
    [classifier, listOf(classifier, "classifiers")],
    (value) => faultOfClassifier(value) ?? "",
  ).optional(),
  classifierTimeoutMs: quantity(limitMs).optional(),
  strategy: strategy.optional(),
  residency: listOf(residencyRule, "rules with allowedRegions").optional(),
  preferredRegions: regions.optional(),
  aliases: named("model name → what it means", text).optional(),
  conversations: offOr(conversationOptions).optional(),
  baseline: text.optional(),
  prices: named("model id → price", price).optional(),
  bundledPrices: flag.optional(),
  accept: accept.optional(),
  onStreamBreak: onStreamBreak.optional(),
  fit: flag.optional(),
  fallbackOnContentFilter: flag.optional(),
  streamUsage: flag.optional(),
  budgets: named("budget name → options", budgetOptions).optional(),
  store: checked<Store>(faultOfStore).optional(),
  shareHealth: flag.optional(),
  shadow: offOr(shadowOptions).optional(),
  drills: listOf(scheduledDrill, "drills with target, for and every").optional(),
  slowMs: quantity(limitMs).optional(),
  reportBy: reportDimension.optional(),
  rememberAnswers: quantity(quantities.answers).optional(),
}) satisfies z.ZodType<RouterOptions, RouterOptions>;
