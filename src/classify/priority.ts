import type { Classifier } from "../glossary.ts";
import { byWord } from "./by-word.ts";

/** Options of {@link priorityClassifier}. */
export interface PriorityClassifierOptions<TierName extends string = string, Otherwise extends string = string> {
  /**
   * Priority → the tier that serves it. What is given here replaces the whole table.
   * @defaultValue `{ standard: "cheap", premium: "premium" }`
   */
  tiers?: Readonly<Record<string, TierName>> | undefined;
  /**
   * The tier for any other priority, and for calls that name none.
   * @defaultValue none: the next classifier is asked, or the default tier serves
   */
  otherwise?: Otherwise | undefined;
}

const tiersByPriority = { standard: "cheap", premium: "premium" };

/** Picks the tier by how much the caller cares, as the hint `priority` says. */
export function priorityClassifier<TierName extends string = "cheap" | "premium", Otherwise extends string = never>(
  options?: PriorityClassifierOptions<TierName, Otherwise>,
): Classifier<TierName | Otherwise>;
export function priorityClassifier(options: PriorityClassifierOptions = {}): Classifier {
  const { tiers = tiersByPriority, otherwise } = options;
  return {
    name: "priority",
    immediate: true,
    classify: byWord({ what: "priority", tiers, otherwise, wordOf: ({ hints }) => hints.priority }),
  };
}
