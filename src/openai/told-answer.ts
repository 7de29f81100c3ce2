import { inspect } from "node:util";
import type { GivenAnswer } from "../given-answer.ts";
import type { Endpoint, JsonObject } from "../glossary.ts";
import { answersIn, isChecked } from "./checked-answer.ts";

/** An answer as listeners are told of it. What none of them reads is not looked through for keys. */
export class ToldAnswer implements GivenAnswer {
  readonly #given: GivenAnswer;
  readonly #redact: (text: string) => string;

  /** @param redact - blacks out keys: a provider may put anything anywhere */
  constructor(given: GivenAnswer, redact: (text: string) => string) {
    this.#given = given;
    this.#redact = redact;
  }

  get id(): string | undefined {
    return this.#given.id && this.#redact(this.#given.id);
  }

  get model(): string | undefined {
    return this.#given.model && this.#redact(this.#given.model);
  }

  get finishReasons(): readonly string[] {
    return this.#given.finishReasons.map((reason) => this.#redact(reason));
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
