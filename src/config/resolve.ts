import { heuristicClassifier } from "../classify/heuristic.ts";
import type { Classifier } from "../glossary.ts";
import type { Client, RouterOptions } from "../options.ts";
import { checksOf } from "./accept.ts";
import { resolveResidency } from "./allowed-regions.ts";
import { resolveBudgets } from "./budgets.ts";
import { checkOptions } from "./check-options.ts";
import { conversationDefaults, routerDefaults } from "./defaults.ts";
import { resolveDrills } from "./drills.ts";
import { resolveKeys } from "./keys.ts";
import { limitsByClient, waitingOf } from "./limits.ts";
import { meanings } from "./meanings.ts";
import { retryBudgetOf } from "./resilience.ts";
import { PriceBook } from "./price-book.ts";
import type { ResolvedConfig, ResolvedTarget, ResolvedTier } from "./resolved.ts";
import { resolveShadow } from "./shadow.ts";
import { resolveTargets, type Surroundings } from "./targets.ts";
import { resolveTiers } from "./tiers.ts";

/**
 * Checks options and fills in every default.
 * @throws ConfigError that names every fault with its path
 */
export function resolveConfig(given: RouterOptions): ResolvedConfig {
  const { options, outline } = checkOptions(given);
  const priceBook = new PriceBook(options);
  const { clients: names } = outline;
  const clientLimits = limitsByClient(options.clientLimits, names);
  const around: Surroundings = { options, outline, priceBook, clientLimits };
  const targets = resolveTargets(around);
  const tiers = resolveTiers(options, targets);
  const clients = clientsOf(options, names);
  const keyLimits = limitsByClient(options.keyLimits, names);
  const keys = resolveKeys(options.keys, { clients, names, limits: keyLimits });
  return {
    tiers,
    targets,
    clients,
    keys,
    callers: [...clients.values(), ...[...keys.values()].flat().map(({ client }) => client)],
    defaultTier: options.defaultTier ?? firstOf(tiers),
    classifiers: classifiersOf(options, tiers),
    classifierTimeoutMs: options.classifierTimeoutMs ?? routerDefaults.classifierTimeoutMs,
    limited: clientLimits.size > 0 || [...targets.values(), ...[...keys.values()].flat()].some(hasLimits),
    retryBudget: retryBudgetOf(options),
    waiting: waitingOf(options),
    hasBreakGlass: [...targets.values()].some(({ breakGlass }) => breakGlass),
    conversations: conversationsOf(options),
    baseline: baselineOf(options, targets, priceBook),
    prices: priceBook.prices,
    checks: checksOf(options.accept),
    ...ownWords(options),
    budgets: resolveBudgets(options, { tiers, targets }),
    shareHealth: options.shareHealth ?? routerDefaults.shareHealth,
    drills: resolveDrills(options),
    shadow: resolveShadow(options, { targets, keys }),
    residency: resolveResidency(options.residency ?? []),
    meaningOf: meanings({ tiers, targets }, around),
  };
}

// What holds as it is written.
function ownWords(
  options: RouterOptions,
): Pick<
  ResolvedConfig,
  "onStreamBreak" | "fallbackOnContentFilter" | "streamUsage" | "slowMs" | "reportBy" | "rememberAnswers"
> {
  const {
    onStreamBreak = routerDefaults.onStreamBreak,
    fallbackOnContentFilter = routerDefaults.fallbackOnContentFilter,
    streamUsage = routerDefaults.streamUsage,
    slowMs = routerDefaults.slowMs,
    reportBy = routerDefaults.reportBy,
    rememberAnswers = routerDefaults.rememberAnswers,
  } = options;
  return { onStreamBreak, fallbackOnContentFilter, streamUsage, slowMs, reportBy, rememberAnswers };
}

/** The wrapped client once, also when `clients` has it under a name of its own. */
function clientsOf(
  { client, clients = {} }: RouterOptions,
  names: ReadonlyMap<string, string>,
): ReadonlyMap<string, Client> {
  const others = Object.entries(clients).filter(([name]) => names.get(name) === name);
  return new Map([["default", client], ...others]);
}

function hasLimits({ limits }: { readonly limits: readonly unknown[] }): boolean {
  return limits.length > 0;
}

function firstOf(tiers: ReadonlyMap<string, ResolvedTier>): string {
  const [first = ""] = tiers.keys();
  return first;
}

const heuristicTiers = ["cheap", "balanced", "premium"];

function classifiersOf({ classifier }: RouterOptions, tiers: ReadonlyMap<string, ResolvedTier>): readonly Classifier[] {
  if (classifier !== undefined) return "classify" in classifier ? [classifier] : classifier;
  return heuristicTiers.every((name) => tiers.has(name)) ? [heuristicClassifier()] : [];
}

function conversationsOf({ conversations = {} }: RouterOptions): ResolvedConfig["conversations"] {
  if (conversations === false) return false;
  const { ttlMs = conversationDefaults.ttlMs, maxConversations = conversationDefaults.maxConversations } =
    conversations;
  return { ttlMs, maxConversations };
}

function baselineOf(
  { baseline }: RouterOptions,
  targets: ReadonlyMap<string, ResolvedTarget>,
  priceBook: PriceBook,
): ResolvedConfig["baseline"] {
  if (baseline === undefined) return undefined;
  const price = priceBook.prices.get(baseline) ?? targets.get(baseline)?.price ?? priceBook.listed(baseline);
  return price === undefined ? undefined : { model: baseline, price };
}
