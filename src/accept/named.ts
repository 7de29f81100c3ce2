import type { AnswerCheck } from "../glossary.ts";

/** Gives a check the name by which records and explanations show it. */
export function named(name: string, check: AnswerCheck): AnswerCheck {
  return Object.defineProperty(check, "name", { value: name });
}
