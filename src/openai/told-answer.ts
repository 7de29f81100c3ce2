import { inspect } from "node:util";
import type { GivenAnswer } from "../given-answer.ts";
import type { Endpoint, JsonObject } from "../glossary.ts";
import { answersIn, isChecked } from "./checked-answer.ts";

/** An answer as listeners are told of it. */
export class ToldAnswer implements GivenAnswer {
  readonly id: string | undefined;
  readonly model: string | undefined;
  readonly finishReasons: readonly string[];
  readonly #given: GivenAnswer;

  /** @param redact - blacks out keys: a provider may put anything anywhere */
  constructor(given: GivenAnswer, redact: (text: string) => string) {
    const { id, model, finishReasons } = given;
    this.id = id && redact(id);
    this.model = model && redact(model);
    this.finishReasons = finishReasons.map((reason) => redact(reason));
    this.#given = given;
  }

  body(): JsonObject | undefined {
    return this.#given.body();
  }

  // A listener that logs what it is told must not log answers.
  toJSON(): object {
    const { id, model, finishReasons } = this;
    return { id, model, finishReasons };
  }

  [inspect.custom](): object {
    return this.toJSON();
  }
}

/** What is said of an answer that came in one piece. */
export function givenIn(endpoint: Endpoint, body: JsonObject): GivenAnswer {
  const { id, model } = body;
  const answers = isChecked(endpoint) ? answersIn(endpoint, body) : [];
  return {
    id: textOf(id),
    model: textOf(model),
    finishReasons: answers.flatMap(({ finishReason }) => finishReason ?? []),
    body: () => body,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
