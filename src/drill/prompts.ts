/** A prompt, and the kind of task it stands for. */
export interface DrillPrompt {
  readonly prompt: string;
  readonly task: string;
}

/** What a dry drill asks where nothing else is given: one prompt for each kind of task that `taskClassifier` knows by itself. */
export const usualPrompts: readonly DrillPrompt[] = [
  {
    task: "critical_analysis",
    prompt:
      "A service answers 99 of 100 calls. Two of them in a row are needed. Which share succeeds, and why? Two sentences.",
  },
  { task: "standard_processing", prompt: "Put this into one polite sentence: meeting moved, now Tuesday 10 am." },
  {
    task: "batch_operations",
    prompt: 'Answer with one word, "positive" or "negative": The delivery came a week late.',
  },
  { task: "default", prompt: "What is the capital of France?" },
];
