import type { AllowedRegions, Hints } from "../glossary.ts";
import { commonPatterns, wildcard } from "../lib/wildcard.ts";
import type { ResidencyRule } from "../options.ts";
import { quote } from "./show.ts";

/** Whether a region fits. */
export type RegionTest = (region: string) => boolean;

/** A rule that keeps calls in regions, ready for use. */
export interface ResolvedResidency extends RegionRule {
  /** Whether it is for calls with these tags. */
  isFor(tags: Hints["tags"]): boolean;
}

interface RegionRule {
  readonly names: readonly string[];
  /** Whose rule it is, in words. */
  readonly by: string;
  readonly allows: RegionTest;
}

/** The regions of a list of names and patterns, in their order. */
export function regionTests(names: readonly string[]): readonly RegionTest[] {
  return names.map((name) => wildcard(name));
}

/** Gets the rules of `residency` ready. */
export function resolveResidency(rules: readonly ResidencyRule[]): readonly ResolvedResidency[] {
  return rules.map(({ tags = {}, allowedRegions }, index) => {
    const wanted = Object.entries(tags);
    const tests = wanted.map(([name, value]) => [name, wildcard(value)] as const);
    const which = wanted.map(([name, value]) => `tag ${name}=${value}`).join(", ");
    return {
      ...ruleOf(which === "" ? `residency[${index}]` : `residency[${index}] (${which})`, allowedRegions),
      isFor: (given = {}) => tests.every(([name, fits]) => fitsTag(given, name, fits)),
    };
  });
}

function fitsTag(tags: NonNullable<Hints["tags"]>, name: string, fits: (value: string) => boolean): boolean {
  const value = Object.hasOwn(tags, name) ? tags[name] : undefined;
  return value !== undefined && fits(value);
}

/** Where a call with these hints may be sent; undefined when no rule is for it. Where there are several, all of them hold. */
export function allowedRegionsOf(hints: Hints, residency: readonly ResolvedResidency[]): AllowedRegions | undefined {
  const { region, allowedRegions, tags } = hints;
  if (residency.length === 0 && region === undefined && allowedRegions === undefined) return undefined;
  const rules: RegionRule[] = residency.filter((rule) => rule.isFor(tags));
  if (allowedRegions !== undefined) rules.push(ruleOf("hints.allowedRegions", allowedRegions));
  if (region !== undefined) rules.push({ ...ruleOf("hints.region", [region]), allows: (other) => other === region });
  const [first, ...more] = rules;
  if (first === undefined) return undefined;
  return {
    names: more.reduce((names, rule) => commonPatterns(names, rule.names), first.names),
    by: rules.map(({ by }) => by).join(" and "),
    has: (where) => where !== undefined && rules.every(({ allows }) => allows(where)),
  };
}

function ruleOf(by: string, names: readonly string[]): RegionRule {
  const tests = regionTests(names);
  return { names, by, allows: (region) => tests.some((fits) => fits(region)) };
}

/** What is wrong with a list of regions; undefined when nothing is. */
export function faultOfRegions(value: unknown): string | undefined {
  const must = 'must be a list of regions such as ["eu-west-1", "eu-central-*"]';
  if (!Array.isArray(value)) return must;
  if (value.length === 0) return "must name at least one region";
  const odd: unknown = value.find((region) => typeof region !== "string" || region.trim() !== region || region === "");
  if (odd === undefined) return undefined;
  return typeof odd === "string" ? `has no region of the name ${quote(odd)}` : `${must}, and has something else in it`;
}
