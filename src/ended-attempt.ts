import type { AttemptTrace } from "./attempt/job.ts";
import type { JsonObject, Usage } from "./glossary.ts";

type Trace = Omit<AttemptTrace, "answer">;

/** What is known of an attempt that has ended. */
export interface EndedAttempt extends Trace {
  readonly usage: Usage | undefined;
  readonly status: number | undefined;
}

/** What is known of an attempt whose stream has ended. */
export interface EndedStream extends Trace {
  readonly status: number;
  /** As the provider reported it. */
  readonly usage: JsonObject | undefined;
  /** About how many tokens were given out, where no usage was reported. */
  readonly contentTokens?: number | undefined;
}
