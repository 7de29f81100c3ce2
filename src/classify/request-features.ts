import type { RoutingRequest } from "../glossary.ts";
import { reasoningFinder } from "./find-reasoning.ts";
import { hasCode, hasQuestionMark } from "./signs.ts";

/** What a model learns from: name → a number, best between 0 and 1. What is left out is 0. */
export type Features = Readonly<Record<string, number>>;

/** A function that reads the features of a request: what is cheap to know, and nothing of what was said. */
export function featureReader(): (request: RoutingRequest) => Features {
  const findReasoning = reasoningFinder([]);
  return (request) => {
    const { prompt, inputChars, turns, needs, hints } = request;
    const features: Record<string, number> = {
      always: 1,
      // 1 at a million characters.
      promptLength: Math.log10(1 + prompt.length) / 6,
      inputLength: Math.log10(1 + inputChars) / 6,
      question: Number(hasQuestionMark(prompt)),
      reasoning: Number(findReasoning(prompt) !== undefined),
      code: Number(hasCode(prompt)),
      laterTurn: Number(turns > 1),
    };
    for (const need of needs) features[`needs ${need}`] = 1;
    if (hints.task !== undefined) features[`task ${hints.task}`] = 1;
    return features;
  };
}
