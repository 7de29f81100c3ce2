import type { GivenAnswer } from "../given-answer.ts";
import type { JsonObject } from "../glossary.ts";
import type { StreamSign } from "../openai/sse.ts";

/** What the events of a stream have said of the answer they bring. */
export class AnswerNotes implements GivenAnswer {
  id: string | undefined;
  model: string | undefined;
  readonly finishReasons: string[] = [];
  readonly #bodyOf: () => JsonObject | undefined;

  /** @param bodyOf - what the events come to */
  constructor(bodyOf: () => JsonObject | undefined) {
    this.#bodyOf = bodyOf;
  }

  note({ answer, finishReasons }: StreamSign): void {
    this.id ??= answer?.id;
    this.model ??= answer?.model;
    this.finishReasons.push(...finishReasons);
  }

  body(): JsonObject | undefined {
    return this.#bodyOf();
  }
}
