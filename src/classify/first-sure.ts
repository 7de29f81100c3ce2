import type { Classifier, Decision } from "../glossary.ts";
import { askInTurn, type ClassifierFailure, type Made } from "./ask-in-turn.ts";
import { OutsideRegion } from "./stay-inside.ts";

/** Options of {@link firstSure}. */
export interface FirstSureOptions {
  /** A decision below this confidence, 0–1, leaves the word to the next classifier. @defaultValue 0.5 */
  minConfidence?: number | undefined;
  /** The longest a member without its own `timeoutMs` may take, in ms. @defaultValue 50 */
  timeoutMs?: number | undefined;
}

// Whether a tier exists is the router's to say, which asks when it gets the decision.
const anyTier = { has: () => true };

/**
 * Makes one classifier of several: they are asked in turn, and the first that is sure decides. A member that throws or takes
 * too long is passed over, and the reason of the decision names it. An array given as the router's `classifier` does the
 * same; this one nests, and has a bar of its own.
 * @throws Error from `classify` when members failed and none of the others decided
 */
export function firstSure<TierName extends string>(
  classifiers: readonly Classifier<TierName>[],
  options: FirstSureOptions = {},
): Classifier<TierName> {
  const { minConfidence = 0.5, timeoutMs = 50 } = options;
  return {
    name: "first-sure",
    timeoutMs: classifiers.reduce((sum, member) => sum + (member.timeoutMs ?? timeoutMs), 0),
    classify(request, signal) {
      const failures: Failure[] = [];
      const onFailure = (cause: ClassifierFailure, member: string, detail: string): void => {
        failures.push({ cause, text: `${member} failed: ${detail}` });
      };
      const terms = { tierNames: anyTier, timeoutMs, minConfidence, signal, onFailure };
      const decision = askInTurn(request, classifiers, terms);
      return decision instanceof Promise
        ? decision.then((made) => summedUp(made, failures))
        : summedUp(decision, failures);
    },
    learn(answer, good) {
      for (const member of classifiers) member.learn?.(answer, good);
    },
    async close() {
      await Promise.all(classifiers.map(async (member) => member.close?.()));
    },
  };
}

interface Failure {
  readonly cause: ClassifierFailure;
  readonly text: string;
}

function summedUp<TierName extends string>(
  made: Made<TierName> | undefined,
  failures: readonly Failure[],
): Decision<TierName> | undefined {
  const texts = failures.map(({ text }) => text);
  if (made !== undefined) {
    const { tier, confidence } = made;
    return { tier, confidence, reason: [`${made.by}: ${made.reason}`, ...texts].join("; ") };
  }
  if (failures.length === 0) return undefined;
  const outside = failures.every(({ cause }) => cause === "region");
  throw outside ? new OutsideRegion(texts.join("; ")) : new Error(texts.join("; "));
}
