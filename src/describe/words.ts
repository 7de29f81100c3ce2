import type {
  Breaker,
  Hedge,
  Limit,
  ResolvedBudget,
  ResolvedExperiment,
  ResolvedShadow,
  ResolvedTarget,
  Resilience,
  Slo,
} from "../config/resolved.ts";
import { code, plain } from "./markdown.ts";

const units = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
] as const;

/** A duration in short: `250 ms`, `30 s`, `1.5 h`. */
export function duration(ms: number): string {
  if (ms === Infinity) return "without end";
  const [size, unit] = units.find(([each]) => ms >= each && (ms / each) * 10 === Math.round((ms / each) * 10)) ?? [
    1,
    "ms",
  ];
  return `${ms / size} ${unit}`;
}

/** What a target costs. */
export function priceWords({ price, priceFrom }: ResolvedTarget): string {
  if (price === undefined) return "unknown";
  const by = priceFrom === "bundled" ? " (bundled)" : "";
  if (typeof price === "number") return `$${price}${by}`;
  return `$${price.promptUsd} in, $${price.completionUsd} out${by}`;
}

/** What may be asked of a target. */
export function limitWords(limits: readonly Limit[]): string {
  const of = { requests: "requests a minute", tokens: "tokens a minute", calls: "calls at once" };
  return limits
    .map(({ most, of: what, owner }) => `${most} ${of[what]}${owner === "client" ? " (client)" : ""}`)
    .join(", ");
}

/** When a target is given up on and tried again. */
export function resilienceWords({ timeouts, retry, breaker, hedge }: Resilience): string {
  const clocks = [
    timeouts.headersMs === undefined ? "" : `headers ${duration(timeouts.headersMs)}`,
    `first content ${duration(timeouts.firstContentMs)}`,
    `gaps ${duration(timeouts.idleMs)}`,
    timeouts.attemptMs === Infinity ? "" : `attempt ${duration(timeouts.attemptMs)}`,
  ];
  const tries = retry === false ? "no retries" : `${retry.maxRetries} ${retry.maxRetries === 1 ? "retry" : "retries"}`;
  return [...clocks, tries, breakerWords(breaker), hedgeWords(hedge)].filter((one) => one !== "").join("; ");
}

function hedgeWords(hedge: false | Hedge): string {
  if (hedge === false) return "";
  const { afterMs, maxExtraLoad } = hedge;
  const when = afterMs === "p95" ? "what 95 % of its answers take" : duration(afterMs);
  return `after ${when} the next target is asked beside it, for at most ${maxExtraLoad * 100} % of the calls`;
}

function breakerWords(breaker: false | Breaker): string {
  if (breaker === false) return "no breaker";
  const { failureThreshold, errorRate, windowMs, cooldownMs } = breaker;
  const rate = errorRate === 0 ? "" : ` that are ${errorRate * 100} % of the calls`;
  return `breaker opens at ${failureThreshold} failures${rate} within ${duration(windowMs)}, for ${duration(cooldownMs)}`;
}

/** What a tier promises. */
export function sloWords(slo: Slo | undefined): string {
  if (slo === undefined) return "";
  return slo.objectives
    .map(({ name, goal }) =>
      name === "availability" ? `${goal * 100} % answered` : `${name.slice(0, 3)} ${duration(goal)}`,
    )
    .join(", ");
}

/** Whose calls a budget is for. */
export function budgetScope({ tier, target, tags }: ResolvedBudget): string {
  const parts = [
    ...(tier === undefined ? [] : [`tier ${tier}`]),
    ...(target === undefined ? [] : [`target ${target}`]),
    ...tags.map(([tag, value]) => (value === "*" ? `each ${tag} for itself` : `${tag} ${value}`)),
  ];
  return parts.length === 0 ? "everything" : parts.join(", ");
}

/** What happens when a budget is spent. */
export function whenSpent({ downgradeTo, lenient }: ResolvedBudget): string {
  if (downgradeTo !== undefined) return `calls go on at tier ${downgradeTo}`;
  return lenient ? "calls go through, an event tells" : "calls are refused";
}

/** How an experiment splits calls. */
export function experimentWords({ name, by, variants }: ResolvedExperiment): string {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  const sides = variants.map(({ name: variant, weight, targets }) => {
    const first = targets.length === 0 ? "as usual" : `${targets.map((id) => code(id)).join(", ")} first`;
    return `${Number(((100 * weight) / total).toFixed(1))} % ${plain(variant)} (${first})`;
  });
  return `experiment ${code(name)}, by ${plain(by)}: ${sides.join(", ")}`;
}

/** What shadow traffic does. */
export function shadowWords({ target, share, tier, budgetUsd, per }: ResolvedShadow): string {
  const calls = tier === undefined ? "the answered calls" : `those of ${code(tier)}`;
  return `${Number((100 * share).toFixed(2))} % of ${calls} are sent to ${code(target)} too, for at most $${budgetUsd} a ${per}; nobody is given its answers.`;
}
