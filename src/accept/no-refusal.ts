import type { AnswerCheck } from "../glossary.ts";
import { named } from "./named.ts";

/**
 * Accepts answers that their provider does not mark as a refusal, or as cut by its content filter. A text that declines in
 * words of its own ("I'm sorry, but…") is a text like any other.
 */
export function acceptNoRefusal(): AnswerCheck {
  return named("noRefusal", ({ refusal, finishReason }) => {
    if (refusal !== undefined) return "the model refused";
    return finishReason === "content_filter" ? "the content filter ended the answer" : true;
  });
}
