import type { ConfigIssue } from "../errors.ts";
import { issueAt } from "./issues.ts";
import { meantTarget } from "./meant-target.ts";
import type { Outline, TierOutline } from "./outline.ts";
import { quote } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

/**
 * Finds tiers with names that mean something else, and targets in them that are no target.
 * @yields every fault, with its path
 */
export function* checkTiers(outline: Outline): Generator<ConfigIssue> {
  const modelIds = new Set([...outline.tiers.values()].flatMap((tier) => tier.targets ?? []));
  for (const [name, tier] of outline.tiers) {
    const fault = faultOfName(name, outline, modelIds);
    if (fault !== undefined) yield issueAt(["tiers", name], fault);
    yield* checkTier(tier, outline);
  }
  const { defaultTier, tiers } = outline;
  if (defaultTier !== undefined && !tiers.has(defaultTier)) {
    yield issueAt(["defaultTier"], unknownName("tier", defaultTier, tiers.keys()));
  }
}

function faultOfName(name: string, { targets }: Outline, modelIds: ReadonlySet<unknown>): string | undefined {
  if (name === "auto") return `can not be called "auto", which means that a classifier picks the tier`;
  if (name === "direct") return `can not be called "direct", which records show for calls that name a target`;
  if (name.trim() !== name || name === "") return "must have a name without spaces around it";
  if (/^\d+$/.test(name))
    return "must have a name that is no number, as JavaScript puts numbers before all other names";
  if (!targets.has(name) && !modelIds.has(name)) return undefined;
  return `has the name of a target, so that a call with model ${quote(name)} could mean either; rename the tier`;
}

function* checkTier({ path, targets = [] }: TierOutline, outline: Outline): Generator<ConfigIssue> {
  if (targets.length > 0 && targets.every((id) => id !== undefined && outline.targets.get(id)?.breakGlass === true))
    yield issueAt(path, "has break-glass targets only; name one before them that serves every day");
  for (const [index, id] of targets.entries()) {
    const fault = id === undefined ? undefined : (faultOfTarget(id, outline) ?? faultOfRepeat(targets, index));
    if (fault !== undefined) yield issueAt([...path, index], fault);
  }
}

function faultOfTarget(id: string, outline: Outline): string | undefined {
  if (outline.targets.has(id)) return undefined;
  const meant = meantTarget(id, outline);
  if (meant !== undefined) return `no target ${quote(id)} (did you mean ${quote(meant)}?)`;
  const { placement } = outline;
  return placement.faultOf(id, placement.clientOf(id));
}

function faultOfRepeat(targets: TierOutline["targets"] & object, index: number): string | undefined {
  const first = targets.indexOf(targets[index]);
  return first === index ? undefined : `${quote(targets[index] ?? "")} is in this tier already, at [${first}]`;
}
