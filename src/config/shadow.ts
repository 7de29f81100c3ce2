import type * as z from "zod";
import { ConfigError, type ConfigIssue } from "../errors.ts";
import type { ShadowOptions } from "../learning-options.ts";
import { isRecord } from "../lib/is-record.ts";
import type { RouterOptions } from "../options.ts";
import { shadowDefaults } from "./defaults.ts";
import { checked, oneOf, options, quantity, text } from "./fields.ts";
import { issueAt } from "./issues.ts";
import type { Outline } from "./outline.ts";
import { quantities } from "./quantities.ts";
import type { ResolvedKey, ResolvedShadow, ResolvedTarget } from "./resolved.ts";
import { kindOf } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

const { ratio, count, durationMs, usd } = quantities;

const compare = checked<NonNullable<ShadowOptions["compare"]>>((value) =>
  typeof value === "function" ? undefined : `must be a function, got ${kindOf(value)}`,
);

/** Checks shadow traffic that is data. */
export const shadowConfig = options({
  target: text,
  share: quantity(ratio).optional(),
  tier: text.optional(),
  budgetUsd: quantity(usd).optional(),
  per: oneOf("period", ["hour", "day", "month"]).optional(),
  concurrency: quantity(count).optional(),
  timeoutMs: quantity(durationMs).optional(),
}) satisfies z.ZodType<Omit<ShadowOptions, "compare">, Omit<ShadowOptions, "compare">>;

/** Checks {@link ShadowOptions}. */
export const shadowOptions = options({ ...shadowConfig.shape, compare: compare.optional() }) satisfies z.ZodType<
  ShadowOptions,
  ShadowOptions
>;

/**
 * Finds targets and tiers that do not exist.
 * @yields every fault, with its path
 */
export function* checkShadow(given: unknown, { targets, tiers }: Outline): Generator<ConfigIssue> {
  const shadow = isRecord(given) ? given["shadow"] : undefined;
  if (!isRecord(shadow)) return;
  const { target, tier } = shadow;
  const known = new Set([...targets.keys(), ...[...tiers.values()].flatMap((one) => one.targets ?? [])]);
  const names = [...known].filter((name) => name !== undefined);
  if (typeof target === "string" && !known.has(target))
    yield issueAt(["shadow", "target"], unknownName("target", target, names));
  if (typeof tier === "string" && !tiers.has(tier))
    yield issueAt(["shadow", "tier"], unknownName("tier", tier, tiers.keys()));
}

interface Resolved {
  readonly targets: ReadonlyMap<string, ResolvedTarget>;
  readonly keys: ReadonlyMap<string, readonly ResolvedKey[]>;
}

/** @throws ConfigError when its target may get no shadows */
export function resolveShadow({ shadow }: RouterOptions, resolved: Resolved): ResolvedShadow | undefined {
  if (shadow === undefined || shadow === false) return undefined;
  const target = resolved.targets.get(shadow.target);
  const fault = target === undefined ? undefined : faultOf(target, resolved.keys.get(target.client) ?? []);
  if (fault !== undefined) throw new ConfigError([issueAt(["shadow", "target"], fault)]);
  const given = Object.fromEntries(Object.entries(shadow).filter(([, value]) => value !== undefined)) as typeof shadow;
  return { ...shadowDefaults, tier: undefined, compare: undefined, ...given } as ResolvedShadow;
}

function faultOf({ price, breakGlass, limits }: ResolvedTarget, keys: readonly ResolvedKey[]): string | undefined {
  if (breakGlass) return "is kept for emergencies, and a shadow is none";
  if (price === undefined) return "has no price, so that budgetUsd can not hold: add it to prices";
  const isLimited = limits.length > 0 || keys.some((key) => key.limits.length > 0);
  return isLimited
    ? "has limits, of itself, its client or its keys, which calls need: name a target on a client without limits"
    : undefined;
}
