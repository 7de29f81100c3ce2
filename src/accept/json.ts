import type { AnswerCheck } from "../glossary.ts";
import { named } from "./named.ts";

/** Accepts answers whose text is JSON, without a fence or words around it. An answer that calls tools need not be JSON. */
export function acceptJson(): AnswerCheck {
  return named("json", (answer) => {
    if (answer.text === "" && answer.toolCalls.length > 0) return true;
    try {
      answer.json();
      return true;
    } catch {
      return answer.text === "" ? "the text is empty" : "the text is not JSON";
    }
  });
}
