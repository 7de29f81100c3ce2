import * as z from "zod";
import { heuristicClassifier, type HeuristicClassifierOptions } from "../classify/heuristic.ts";
import { priorityClassifier, type PriorityClassifierOptions } from "../classify/priority.ts";
import { type RuleConditions, ruleConditions } from "../classify/rule-conditions.ts";
import { rulesClassifier } from "../classify/rules.ts";
import { splitClassifier } from "../classify/split.ts";
import { taskClassifier, type TaskClassifierOptions } from "../classify/task.ts";
import type { Classifier } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { checked, listOf, named, oneOf, options, quantity, text } from "./fields.ts";
import { quantities } from "./quantities.ts";
import { kindOf, quote, show } from "./show.ts";
import { didYouMean } from "./unknown-name.ts";

/** A rule as data. */
export interface RuleConfig {
  /** What must hold of the request. */
  when: RuleConditions;
  /** The tier that is to serve. */
  tier: string;
  /** Why, for records. @defaultValue "rule 1 holds", by its place */
  reason?: string | undefined;
}

/** A classifier as data: its type, with the options of the classifier of that name beside it. */
export type ClassifierConfig =
  | ({ type: "task" } & TaskClassifierOptions)
  | ({ type: "priority" } & PriorityClassifierOptions)
  | ({ type: "heuristic" } & HeuristicClassifierOptions)
  | RulesConfig
  | SplitConfig;

/** Rules as data. */
export interface RulesConfig {
  /** Classifies by rules. */
  type: "rules";
  /** The first that holds decides. */
  rules: readonly RuleConfig[];
}

/** A split of the traffic as data. */
export interface SplitConfig {
  /** Shares the traffic out. */
  type: "split";
  /** Tier → its weight. */
  shares: Readonly<Record<string, number>>;
  /** What keeps a share: all calls of one user, or of one conversation. @defaultValue "user" */
  by?: "user" | "conversation" | undefined;
  /** Another salt draws other users. @defaultValue "" */
  salt?: string | undefined;
}

const byWord = { tiers: named("word → tier", text).optional(), otherwise: text.optional() };
const shares = named("tier → weight", quantity(quantities.weight)).refine(
  (weights) => Object.values(weights).some((weight) => weight > 0),
  { error: "needs a tier with a weight above 0" },
);
const salt = checked<string>(
  (value) => (typeof value === "string" ? undefined : `must be a string, got ${kindOf(value)}`),
  { type: "string" },
);
const rule = options({ when: ruleConditions, tier: text, reason: text.optional() });

const forms = {
  task: options({ type: z.literal("task"), ...byWord }),
  priority: options({ type: z.literal("priority"), ...byWord }),
  heuristic: options({
    type: z.literal("heuristic"),
    cheap: text.optional(),
    balanced: text.optional(),
    premium: text.optional(),
    questionChars: quantity(quantities.chars).optional(),
    longChars: quantity(quantities.chars).optional(),
    words: listOf(text, "words").optional(),
  }),
  rules: options({ type: z.literal("rules"), rules: listOf(rule, "rules") }),
  split: options({
    type: z.literal("split"),
    shares,
    by: oneOf("key", ["user", "conversation"]).optional(),
    salt: salt.optional(),
  }),
};

const types = Object.keys(forms);

/** Checks {@link ClassifierConfig}. */
export const classifierConfig = z.discriminatedUnion(
  "type",
  [forms.task, forms.priority, forms.heuristic, forms.rules, forms.split],
  { error: ({ input }) => faultOfType(input) },
) satisfies z.ZodType<ClassifierConfig, ClassifierConfig>;

/** For a value that is no classifier as data. */
export function faultOfType(input: unknown): string {
  if (!isRecord(input)) return `must be an object with a type, got ${kindOf(input)}`;
  const { type } = input;
  const near = typeof type === "string" ? didYouMean(type, types) : undefined;
  return near === undefined
    ? `must be one of ${types.map(quote).join(", ")}, got ${show(type)}`
    : `no classifier ${show(type)}${near}`;
}

/** A tier that a classifier as data names, and the path there. */
type NamedTier = readonly [path: readonly PropertyKey[], tier: string];

/** The tiers that a classifier as data names. */
export function tiersNamedBy(config: ClassifierConfig): readonly NamedTier[] {
  switch (config.type) {
    case "task":
    case "priority":
      return tiersOfWords(config);
    case "heuristic":
      return tiersOfHeuristic(config);
    case "rules":
      return config.rules.map(({ tier }, index) => [["rules", index, "tier"], tier]);
    case "split":
      return Object.keys(config.shares).map((tier) => [["shares", tier], tier]);
  }
}

function tiersOfWords({ tiers = {}, otherwise }: TaskClassifierOptions): NamedTier[] {
  const words = Object.entries(tiers).map(([word, tier]): NamedTier => [["tiers", word], tier]);
  return otherwise === undefined ? words : [...words, [["otherwise"], otherwise]];
}

function tiersOfHeuristic({
  cheap = "cheap",
  balanced = "balanced",
  premium = "premium",
}: HeuristicClassifierOptions): NamedTier[] {
  return Object.entries({ cheap, balanced, premium }).map(([name, tier]) => [[name], tier]);
}

/** Makes the classifier that data describe. */
export function classifierFrom(config: ClassifierConfig): Classifier {
  switch (config.type) {
    case "task":
      return taskClassifier(config);
    case "priority":
      return priorityClassifier(config);
    case "heuristic":
      return heuristicClassifier(config);
    case "rules":
      return rulesClassifier(config.rules);
    case "split":
      return splitClassifier(config.shares, { by: config.by, salt: config.salt });
  }
}
