import type { AnswerCheck } from "../glossary.ts";
import { named } from "./named.ts";

/** Accepts answers that say something, or call a tool; a refusal says something. */
export function acceptNotEmpty(): AnswerCheck {
  return named("notEmpty", ({ text, toolCalls, refusal, finishReason }) => {
    if (text.trim() !== "" || toolCalls.length > 0 || refusal !== undefined) return true;
    return finishReason === undefined ? "the answer is empty" : `the answer is empty, and ended by ${finishReason}`;
  });
}
