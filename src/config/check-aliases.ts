import type { ConfigIssue } from "../errors.ts";
import { aliasChain } from "./alias-chain.ts";
import { issueAt } from "./issues.ts";
import { isSlipOf, meantTarget } from "./meant-target.ts";
import type { Outline } from "./outline.ts";
import { quote } from "./show.ts";

/**
 * Finds aliases that hide a tier, that go round in a circle, and that lead to a misspelt name.
 * @yields every fault, with its path
 */
export function* checkAliases(outline: Outline): Generator<ConfigIssue> {
  const inCircles = new Set<string>();
  for (const [alias, meaning] of outline.aliases) {
    const circle = inCircles.has(alias) ? [] : circleOf(alias, outline.aliases);
    for (const name of circle) inCircles.add(name);
    const fault = circle.length > 0 ? `goes round in a circle: ${circle.map(quote).join(" → ")}` : undefined;
    const faults = [faultOfName(alias, outline), fault ?? faultOfMeaning(meaning, outline)];
    yield* faults.filter((one) => one !== undefined).map((one) => issueAt(["aliases", alias], one));
  }
}

function faultOfName(alias: string, { tiers }: Outline): string | undefined {
  if (alias === "auto") return `"auto" means already that a classifier picks the tier; choose another name`;
  return tiers.has(alias) ? "is the name of a tier, which the alias would hide; choose another name" : undefined;
}

/** From the alias back to itself; empty when it leads elsewhere. */
function circleOf(alias: string, aliases: ReadonlyMap<string, string>): readonly string[] {
  const chain = aliasChain(alias, aliases);
  return chain.length > 1 && chain.at(-1) === alias ? chain : [];
}

function faultOfMeaning(meaning: string, outline: Outline): string | undefined {
  const { tiers, targets, aliases } = outline;
  const names = ["auto", ...tiers.keys(), ...aliases.keys()];
  if (names.includes(meaning) || targets.has(meaning)) return undefined;
  const near = names.find((name) => name.toLowerCase() === meaning.toLowerCase() || isSlipOf(meaning, name));
  const meant = near ?? meantTarget(meaning, outline);
  return meant === undefined ? undefined : `no tier, target or alias ${quote(meaning)} (did you mean ${quote(meant)}?)`;
}
