import * as z from "zod";
import { checked, options, text } from "../config/fields.ts";
import { issuesOf } from "../config/issues.ts";
import { kindOf } from "../config/show.ts";
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
 * @throws ConfigError when a rule is of the wrong form or has an unknown condition; its path says which
 */
export function rulesClassifier<TierName extends string>(rules: readonly Rule<TierName>[]): Classifier<TierName> {
  const { error } = ruleList.safeParse(rules);
  if (error !== undefined) throw new ConfigError(issuesOf(error).map(underName));
  const tests = rules.map(({ when, tier, reason }, index) => ({
    holds: typeof when === "function" ? when : testOf(when),
    decision: { tier, confidence: 1, reason: reason ?? `rule ${index + 1} holds` },
  }));
  return {
    name: "rules",
    immediate: true,
    classify(request) {
      const rule = tests.find(({ holds }) => holds(request));
      return rule && { ...rule.decision };
    },
  };
}

const condition = z.union([checked<() => boolean>(faultOfFunction), ruleConditions], {
  error: ({ input }) => `must be an object of conditions or a function, got ${kindOf(input)}`,
});
const rule = options({ when: condition, tier: text, reason: z.string().optional() });
const ruleList = z.array(rule, { error: ({ input }) => `must be an array of rules, got ${kindOf(input)}` });

function faultOfFunction(value: unknown): string | undefined {
  return typeof value === "function" ? undefined : "must be a function";
}

function underName({ path, message }: ConfigIssue): ConfigIssue {
  return { path: `rulesClassifier${path}`, message };
}
