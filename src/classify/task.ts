import type { Classifier } from "../glossary.ts";
import { byWord } from "./by-word.ts";

/** Options of {@link taskClassifier}. */
export interface TaskClassifierOptions<TierName extends string = string, Otherwise extends string = string> {
  /**
   * Task → the tier that serves it. What is given here replaces the whole table.
   * @defaultValue `{ critical_analysis: "premium", standard_processing: "cheap", batch_operations: "cheap" }`
   */
  tiers?: Readonly<Record<string, TierName>> | undefined;
  /**
   * The tier for any other task, and for calls that name none.
   * @defaultValue none: the next classifier is asked, or the default tier serves
   */
  otherwise?: Otherwise | undefined;
}

const tiersByTask = {
  critical_analysis: "premium",
  standard_processing: "cheap",
  batch_operations: "cheap",
};

/** Picks the tier by the task that the caller names in the hint `task`. */
export function taskClassifier<TierName extends string = "premium" | "cheap", Otherwise extends string = never>(
  options?: TaskClassifierOptions<TierName, Otherwise>,
): Classifier<TierName | Otherwise>;
export function taskClassifier(options: TaskClassifierOptions = {}): Classifier {
  const { tiers = tiersByTask, otherwise } = options;
  return {
    name: "task",
    immediate: true,
    classify: byWord({ what: "task", tiers, otherwise, wordOf: ({ hints }) => hints.task }),
  };
}
