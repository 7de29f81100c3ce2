import type * as z from "zod";
import type { ConfigIssue } from "../errors.ts";
import type { RoutingRequest } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { callerKeys } from "../openai/caller-keys.ts";
import type { ExperimentOptions, VariantOptions } from "../learning-options.ts";
import type { TierOptions } from "../options.ts";
import { experimentDefaults } from "./defaults.ts";
import { checked, listOf, named, options, quantity, text } from "./fields.ts";
import { issueAt } from "./issues.ts";
import type { Outline } from "./outline.ts";
import { quantities } from "./quantities.ts";
import type { ResolvedExperiment } from "./resolved.ts";
import { quote, show } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

type By = NonNullable<ExperimentOptions["by"]>;

function faultOfBy(value: unknown): string | undefined {
  if (typeof value === "function" || value === "user" || value === "conversation") return undefined;
  return typeof value === "string" && /^tag:\S/.test(value)
    ? undefined
    : `must be "user", "conversation", "tag:" and the name of a tag, or a function, got ${show(value)}`;
}

/** Checks {@link VariantOptions}. */
export const variantOptions = options({
  weight: quantity(quantities.weight).optional(),
  targets: listOf(text, "target ids").optional(),
}) satisfies z.ZodType<VariantOptions, VariantOptions>;

/** Checks {@link ExperimentOptions}. */
export const experimentOptions = options({
  name: text.optional(),
  variants: named("variant name → options", variantOptions)
    .refine((variants) => Object.keys(variants).length > 1, { error: "needs at least two variants" })
    .refine((variants) => Object.values(variants).some(({ weight = 1 }) => weight > 0), {
      error: "needs a variant with a weight above 0",
    }),
  by: checked<By>(faultOfBy).optional(),
}) satisfies z.ZodType<ExperimentOptions, ExperimentOptions>;

/**
 * Finds variants that name what their tier does not have, and experiments of the same name.
 * @yields every fault, with its path
 */
export function* checkExperiments(given: unknown, outline: Outline): Generator<ConfigIssue> {
  const tiers = isRecord(given) && isRecord(given["tiers"]) ? given["tiers"] : {};
  const seen = new Map<string, string>();
  for (const [tier, written] of Object.entries(tiers)) {
    const experiment = isRecord(written) ? written["experiment"] : undefined;
    if (!isRecord(experiment)) continue;
    const path = ["tiers", tier, "experiment"];
    yield* checkVariants(experiment["variants"], [...path, "variants"], usualTargets(tier, outline));
    const { name = tier } = experiment;
    const other = seen.get(String(name));
    if (other !== undefined)
      yield issueAt([...path, "name"], `${show(name)} is the experiment of tier ${quote(other)}`);
    seen.set(String(name), tier);
  }
}

// Those behind glass are for emergencies, and an experiment is none.
function usualTargets(tier: string, { tiers, targets }: Outline): readonly string[] {
  const ids = tiers.get(tier)?.targets ?? [];
  return ids.filter((id) => id !== undefined).filter((id) => targets.get(id)?.breakGlass !== true);
}

function* checkVariants(variants: unknown, path: readonly string[], known: readonly string[]): Generator<ConfigIssue> {
  for (const [name, variant] of Object.entries(isRecord(variants) ? variants : {})) {
    const listed = isRecord(variant) ? variant["targets"] : undefined;
    if (listed === undefined && !known.includes(name)) {
      const hint = `${unknownName("target", name, known)}; give the variant its targets, or an empty list for the tier's own order`;
      yield issueAt([...path, name], hint);
    }
    for (const [at, id] of (Array.isArray(listed) ? (listed as unknown[]) : []).entries())
      if (typeof id === "string" && !known.includes(id))
        yield issueAt([...path, name, "targets", at], unknownName("target of the tier", id, known));
  }
}

/** The experiment of a tier with its defaults. */
export function experimentOf(tier: string, { experiment }: TierOptions): ResolvedExperiment | undefined {
  if (experiment === undefined) return undefined;
  const { name = tier, by = experimentDefaults.by } = experiment;
  const variants = Object.entries(experiment.variants).map(
    ([variant, { weight = experimentDefaults.weight, targets = [variant] }]) => ({ name: variant, weight, targets }),
  );
  return { name, variants: variants as unknown as ResolvedExperiment["variants"], by: wordFor(by), keyOf: keyOf(by) };
}

function wordFor(by: By): string {
  return typeof by === "function" ? by.name || "a function" : by;
}

function keyOf(by: By): (request: RoutingRequest) => string | undefined {
  if (typeof by === "function") return guarded(by);
  if (by === "user" || by === "conversation") return callerKeys[by];
  const tag = by.slice("tag:".length);
  return ({ hints: { tags } }) => (tags !== undefined && Object.hasOwn(tags, tag) ? tags[tag] : undefined);
}

// Which side a call is on is not worth failing it for.
function guarded(keyFrom: Exclude<By, string>): (request: RoutingRequest) => string | undefined {
  return (request) => {
    try {
      return keyFrom(request);
    } catch {
      return undefined;
    }
  };
}
