import { ConfigError, type ConfigIssue } from "../errors.ts";
import { isRecord } from "../lib/is-record.ts";
import type { RouterOptions } from "../options.ts";
import { bundledPriceOf } from "../prices/bundled-prices.ts";
import { checkAliases } from "./check-aliases.ts";
import { checkBudgets } from "./check-budgets.ts";
import { checkClients } from "./check-clients.ts";
import { checkDrills } from "./drills.ts";
import { checkExperiments } from "./check-experiments.ts";
import { checkKeys } from "./check-keys.ts";
import { checkTiers } from "./check-tiers.ts";
import { issueAt, issuesOf } from "./issues.ts";
import { type Outline, outlineOf } from "./outline.ts";
import { routerOptions } from "./schema.ts";
import { checkShadow } from "./shadow.ts";
import { quote } from "./show.ts";
import { didYouMean } from "./unknown-name.ts";

/** Options that hold, and what they name. */
export interface CheckedOptions {
  /** A copy, which later changes of what was given do not reach. */
  readonly options: RouterOptions;
  readonly outline: Outline;
}

/** @throws ConfigError with every fault of the options, each with its path */
export function checkOptions(given: unknown): CheckedOptions {
  const parsed = routerOptions.safeParse(given);
  const outline = outlineOf(given);
  const issues = [
    ...(parsed.success ? [] : issuesOf(parsed.error)),
    ...checkWrappedClient(given),
    ...checkTiers(outline),
    ...checkClients(outline),
    ...checkKeys(given, outline),
    ...checkAliases(outline),
    ...checkBaseline(outline),
    ...checkBudgets(outline),
    ...checkDrills(given, outline),
    ...checkShadow(given, outline),
    ...checkExperiments(given, outline),
  ];
  if (issues.length > 0 || !parsed.success) throw new ConfigError(issues);
  return { options: parsed.data, outline };
}

function* checkWrappedClient(given: unknown): Generator<ConfigIssue> {
  if (!isRecord(given) || !isRecord(given["clients"]) || !Object.hasOwn(given["clients"], "default")) return;
  if (given["clients"]["default"] === given["client"]) return;
  yield issueAt(["clients", "default"], `"default" is the client given as client; choose another name`);
}

function* checkBaseline({ baseline, prices, bundledPrices, targets }: Outline): Generator<ConfigIssue> {
  if (baseline === undefined || prices.has(baseline)) return;
  if (bundledPrices && bundledPriceOf(baseline) !== undefined) return;
  const target = targets.get(baseline);
  if (target !== undefined && (target.hasPrice || prices.has(target.model))) return;
  const priced = [...prices, ...[...targets].filter(([, { hasPrice }]) => hasPrice).map(([id]) => id)];
  const hint = didYouMean(baseline, priced) ?? "; add it to prices";
  yield issueAt(["baseline"], `no price is known for ${quote(baseline)}${hint}`);
}
