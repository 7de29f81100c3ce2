import type { Classifier, Decision } from "../glossary.ts";
import { reasoningFinder } from "./find-reasoning.ts";
import { hasCode, hasQuestionMark } from "./signs.ts";

/** Options of {@link heuristicClassifier}. */
export interface HeuristicClassifierOptions<
  Cheap extends string = string,
  Balanced extends string = string,
  Premium extends string = string,
> {
  /** The tier for short questions. @defaultValue "cheap" */
  cheap?: Cheap | undefined;
  /** The tier for everything between. @defaultValue "balanced" */
  balanced?: Balanced | undefined;
  /** The tier for what takes reasoning. @defaultValue "premium" */
  premium?: Premium | undefined;
  /** A question is short below this many characters. @defaultValue 500 */
  questionChars?: number | undefined;
  /** A whole input over this many characters goes one tier up; `Infinity` never. @defaultValue 32_000, about 8,000 tokens */
  longChars?: number | undefined;
  /** More words that call for the premium tier, in any script; a `*` at the end stands for any ending. @defaultValue none */
  words?: readonly string[] | undefined;
}

/**
 * Picks the tier by what the user said last: words that ask for reasoning, in 18 languages, go to `premium`, short questions to
 * `cheap`, the rest to `balanced`. Code is never cheap, and a very long input goes one tier up. Says nothing of embeddings and
 * of calls without text. Takes microseconds: of a long prompt it reads the beginning and the end, 512 characters in all.
 */
export function heuristicClassifier<
  Cheap extends string = "cheap",
  Balanced extends string = "balanced",
  Premium extends string = "premium",
>(options?: HeuristicClassifierOptions<Cheap, Balanced, Premium>): Classifier<Cheap | Balanced | Premium>;
export function heuristicClassifier(options: HeuristicClassifierOptions = {}): Classifier {
  const { cheap = "cheap", balanced = "balanced", premium = "premium" } = options;
  const { questionChars = 500, longChars = 32_000, words = [] } = options;
  const findReasoning = reasoningFinder(words);
  return {
    name: "heuristic",
    immediate: true,
    classify(request): Decision | undefined {
      const { prompt, endpoint } = request;
      if (prompt === "" || endpoint === "embeddings") return undefined;
      const word = findReasoning(prompt);
      if (word !== undefined) return decision(premium, 0.8, `asks for reasoning: "${word}"`);
      const isLong = request.inputChars > longChars;
      if (prompt.length >= questionChars || !hasQuestionMark(prompt)) {
        return isLong
          ? decision(premium, 0.6, `long input: ${request.inputChars} characters`)
          : decision(balanced, 0.5, "no short question, and no word that asks for reasoning");
      }
      if (isLong) return decision(balanced, 0.6, `short question on ${request.inputChars} characters`);
      return hasCode(prompt)
        ? decision(balanced, 0.6, "short question about code")
        : decision(cheap, 0.7, `short question: ${prompt.length} characters`);
    },
  };
}

function decision(tier: string, confidence: number, reason: string): Decision {
  return { tier, confidence, reason };
}
