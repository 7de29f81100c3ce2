import type { AttemptTrace } from "./attempt/job.ts";
import type { GivenAnswer } from "./given-answer.ts";
import type { JsonObject, Usage } from "./glossary.ts";

type Trace = Omit<AttemptTrace, "answer">;

/** What is known of an attempt that has ended. */
export interface EndedAttempt extends Trace {
  readonly usage: Usage | undefined;
  readonly status: number | undefined;
  /** What it answered; undefined when it did not, and when nobody would hear of it. */
  readonly told?: GivenAnswer | undefined;
}

/** What is known of an attempt whose stream has ended. */
export interface EndedStream extends Trace {
  readonly status: number;
  /** As the provider reported it. */
  readonly usage: JsonObject | undefined;
  /** About how many tokens were given out, where no usage was reported. */
  readonly contentTokens?: number | undefined;
  /** What the provider has said of the answer. */
  readonly answer?: GivenAnswer | undefined;
}
