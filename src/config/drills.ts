import type * as z from "zod";
import type { DrillOptions } from "../drill/options.ts";
import { ConfigError, type ConfigIssue } from "../errors.ts";
import { isRecord } from "../lib/is-record.ts";
import type { RouterOptions, ScheduledDrill } from "../options.ts";
import { drillDefaults } from "./defaults.ts";
import { durationForm, durationMsFrom, faultOfDuration } from "./durations.ts";
import { checked, flag, listOf, options, quantity, text } from "./fields.ts";
import { issueAt, issuesOf } from "./issues.ts";
import type { Outline } from "./outline.ts";
import { quantities } from "./quantities.ts";
import type { ResolvedConfig, ResolvedDrill } from "./resolved.ts";
import { unknownName } from "./unknown-name.ts";

const duration = checked<number | string>(faultOfDuration, durationForm);
const share = quantity(quantities.ratio);

/** Checks {@link ScheduledDrill}. */
export const scheduledDrill = options({
  target: text,
  for: duration,
  every: duration,
  share: share.optional(),
}) satisfies z.ZodType<ScheduledDrill, ScheduledDrill>;

/** Checks {@link DrillOptions}. */
export const drillOptions = options({
  target: text,
  for: duration.optional(),
  share: share.optional(),
  dry: flag.optional(),
  tier: text.optional(),
  prompts: listOf(text, "prompts")
    .min(1, { error: "has no prompts; leave it out for the usual ones" })
    .max(100, { error: "has more than 100 prompts" })
    .optional(),
  maxUsd: quantity(quantities.limitUsd).optional(),
}).refine((given) => given.dry === true || given.for !== undefined, {
  path: ["for"],
  error: `says how long a drill lasts, such as "10m"`,
}) satisfies z.ZodType<DrillOptions, DrillOptions>;

/**
 * Finds scheduled drills for targets that do not exist.
 * @yields every fault, with its path
 */
export function* checkDrills(given: unknown, { targets, tiers }: Outline): Generator<ConfigIssue> {
  const drills = isRecord(given) && Array.isArray(given["drills"]) ? (given["drills"] as unknown[]) : [];
  const known = new Set([...targets.keys(), ...[...tiers.values()].flatMap((tier) => tier.targets ?? [])]);
  for (const [index, drill] of drills.entries()) {
    const target = isRecord(drill) ? drill["target"] : undefined;
    if (typeof target !== "string" || known.has(target)) continue;
    const names = [...known].filter((name) => name !== undefined);
    yield issueAt(["drills", index, "target"], unknownName("target", target, names));
  }
}

/** Fills in what scheduled drills leave open. */
export function resolveDrills({ drills = [] }: RouterOptions): readonly ResolvedDrill[] {
  return drills.map(({ target, for: lasts, every, share: given = drillDefaults.share }) => ({
    target,
    share: given,
    forMs: durationMsFrom(lasts) ?? 0,
    everyMs: durationMsFrom(every) ?? 0,
  }));
}

/** @throws ConfigError when the options of a drill do not hold */
export function checkDrill(given: unknown, { targets, tiers }: ResolvedConfig): DrillOptions {
  const parsed = drillOptions.safeParse(given);
  if (!parsed.success) throw new ConfigError(issuesOf(parsed.error));
  const { target, tier } = parsed.data;
  if (!targets.has(target)) throw fault("target", unknownName("target", target, targets.keys()));
  if (tier !== undefined && !tiers.has(tier)) throw fault("tier", unknownName("tier", tier, tiers.keys()));
  return parsed.data;
}

function fault(path: string, message: string): ConfigError {
  return new ConfigError([{ path, message }]);
}
