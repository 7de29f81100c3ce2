import type { ConfigIssue } from "../errors.ts";
import { isRecord } from "../lib/is-record.ts";
import { issueAt } from "./issues.ts";
import type { Outline } from "./outline.ts";
import { quote } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

type Path = readonly PropertyKey[];

/**
 * Finds experiments that compare nothing, variants that name what their tier does not have, and names that come twice.
 * @yields every fault, with its path
 */
export function* checkExperiments(given: unknown, outline: Outline): Generator<ConfigIssue> {
  const seen = new Map<unknown, string>();
  for (const [tier, { name = tier, variants }] of experimentsIn(given)) {
    const path = ["tiers", tier, "experiment"];
    const other = seen.get(name);
    if (other !== undefined) yield issueAt([...path, "name"], `is that of the experiment of tier ${quote(other)}`);
    seen.set(name, tier);
    if (!isRecord(variants)) continue;
    yield* checkWeights(variants, [...path, "variants"]);
    const known = usualTargets(tier, outline);
    for (const [variant, one] of Object.entries(variants))
      yield* checkTargets({ variant, listed: isRecord(one) ? one["targets"] : undefined, known }, [
        ...path,
        "variants",
        variant,
      ]);
  }
}

function experimentsIn(given: unknown): readonly [tier: string, experiment: Readonly<Record<string, unknown>>][] {
  const tiers = isRecord(given) && isRecord(given["tiers"]) ? given["tiers"] : {};
  return Object.entries(tiers).flatMap(([tier, written]) =>
    isRecord(written) && isRecord(written["experiment"]) ? [[tier, written["experiment"]]] : [],
  );
}

// Those behind glass are for emergencies, and an experiment is none.
function usualTargets(tier: string, { tiers, targets }: Outline): readonly string[] {
  const ids = tiers.get(tier)?.targets ?? [];
  return ids.filter((id) => id !== undefined).filter((id) => targets.get(id)?.breakGlass !== true);
}

function* checkWeights(variants: Readonly<Record<string, unknown>>, path: Path): Generator<ConfigIssue> {
  const weights = Object.values(variants).map((variant) => (isRecord(variant) ? variant["weight"] : undefined));
  if (weights.length < 2) yield issueAt(path, "needs at least two variants");
  else if (weights.every((weight) => weight === 0)) yield issueAt(path, "needs a variant with a weight above 0");
}

interface Written {
  readonly variant: string;
  readonly listed: unknown;
  readonly known: readonly string[];
}

function* checkTargets({ variant, listed, known }: Written, path: Path): Generator<ConfigIssue> {
  if (listed === undefined && !known.includes(variant)) {
    const advice = "give the variant its targets, or an empty list for the order of the tier";
    yield issueAt(path, `${unknownName("target of the tier", variant, known)}; ${advice}`);
  }
  if (!Array.isArray(listed)) return;
  for (const [at, id] of (listed as unknown[]).entries())
    if (typeof id === "string" && !known.includes(id))
      yield issueAt([...path, "targets", at], unknownName("target of the tier", id, known));
}
