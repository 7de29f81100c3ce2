import { issuesOf } from "../config/issues.ts";
import { ConfigError, type ConfigIssue } from "../errors.ts";
import type { Classifier, RoutingRequest } from "../glossary.ts";
import { type RuleConditions, ruleConditions, testOf } from "./rule-conditions.ts";

/** A rule: when it holds, its tier serves. */
export interface Rule<TierName extends string = string> {
  /** Conditions as data, all of which must hold, or a function. */
  when: RuleConditions | ((request: RoutingRequest) => boolean);
  /** The tier that is to serve. */
  tier: TierName;
  /** Why, for records and `explain`. @defaultValue "rule 1 holds", by its place */
  reason?: string | undefined;
}

/**
 * Picks the tier of the first rule that holds; says nothing when none does. Rules without functions can be kept as JSON.
 * @throws ConfigError when a condition is unknown or of the wrong form; its path says which
 */
export function rulesClassifier<TierName extends string>(rules: readonly Rule<TierName>[]): Classifier<TierName> {
  const issues = rules.flatMap(({ when }, index) => faultsOf(when, `rulesClassifier[${index}].when`));
  if (issues.length > 0) throw new ConfigError(issues);
  const tests = rules.map(({ when, tier, reason }, index) => ({
    holds: typeof when === "function" ? when : testOf(when),
    decision: { tier, confidence: 1, reason: reason ?? `rule ${index + 1} holds` },
  }));
  return {
    name: "rules",
    classify(request) {
      const rule = tests.find(({ holds }) => holds(request));
      return rule && { ...rule.decision };
    },
  };
}

function faultsOf(when: Rule["when"], base: string): readonly ConfigIssue[] {
  if (typeof when === "function") return [];
  const { error } = ruleConditions.safeParse(when);
  if (error === undefined) return [];
  return issuesOf(error).map(({ path, message }) => ({ path: path === "" ? base : `${base}.${path}`, message }));
}
