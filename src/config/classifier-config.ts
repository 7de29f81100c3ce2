import { heuristicClassifier, type HeuristicClassifierOptions } from "../classify/heuristic.ts";
import { priorityClassifier, type PriorityClassifierOptions } from "../classify/priority.ts";
import type { RuleConditions } from "../classify/rule-conditions.ts";
import { rulesClassifier } from "../classify/rules.ts";
import { splitClassifier } from "../classify/split.ts";
import { taskClassifier, type TaskClassifierOptions } from "../classify/task.ts";
import { ConfigError } from "../errors.ts";
import type { Classifier } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { kindOf, quote } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

/** A rule as data. */
export interface RuleConfig {
  when: RuleConditions;
  tier: string;
  reason?: string | undefined;
}

/** A classifier as data: its type, and its options beside it. */
export type ClassifierConfig =
  | ({ type: "task" } & TaskClassifierOptions)
  | ({ type: "priority" } & PriorityClassifierOptions)
  | ({ type: "heuristic" } & HeuristicClassifierOptions)
  | { type: "rules"; rules: readonly RuleConfig[] }
  | {
      type: "split";
      shares: Readonly<Record<string, number>>;
      by?: "user" | "conversation" | undefined;
      salt?: string | undefined;
    };

const types = ["task", "priority", "heuristic", "rules", "split"] as const satisfies ClassifierConfig["type"][];

type Report = (path: readonly PropertyKey[], message: string) => void;

/** The classifiers that a configuration describes; undefined when it describes none. */
export function classifiersFrom(given: unknown, report: Report): Classifier[] | undefined {
  if (given === undefined) return undefined;
  const list: unknown[] = Array.isArray(given) ? given : [given];
  return list.flatMap((config, index) => {
    const path = Array.isArray(given) ? ["classifier", index] : ["classifier"];
    const fault = faultOf(config);
    if (fault !== undefined) report(...fault(path));
    return fault === undefined ? made(config as ClassifierConfig, path, report) : [];
  });
}

function faultOf(config: unknown): ((path: readonly PropertyKey[]) => Parameters<Report>) | undefined {
  if (!isRecord(config)) return (path) => [path, `must be an object with a type, got ${kindOf(config)}`];
  const { type } = config;
  if (typeof type !== "string") return (path) => [[...path, "type"], `must be one of ${types.map(quote).join(", ")}`];
  return types.some((known) => known === type)
    ? undefined
    : (path) => [[...path, "type"], unknownName("classifier", type, types)];
}

function made(config: ClassifierConfig, path: readonly PropertyKey[], report: Report): Classifier[] {
  try {
    return [classifierFrom(config)];
  } catch (error) {
    const issues = error instanceof ConfigError ? error.issues : [{ path: "", message: String(error) }];
    for (const { path: at, message } of issues) report(path, at === "" ? message : `${at}: ${message}`);
    return [];
  }
}

function classifierFrom(config: ClassifierConfig): Classifier {
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
