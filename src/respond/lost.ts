import { APIConnectionError } from "openai";
import {
  AllTargetsFailedError,
  AllTargetsOutError,
  AnswerNotAcceptedError,
  InvalidResponseError,
  RouterClosedError,
  RouterTimeoutError,
  StreamInterruptedError,
} from "../errors.ts";
import type { Received } from "../broken-streams.ts";
import type { AttemptRecord, CheckedAnswer, FailureKind } from "../glossary.ts";

/** What is known of a call that nobody answered. */
export interface Loss {
  readonly attempts: readonly AttemptRecord[];
  /** The deadline of the whole call passed. */
  readonly late: boolean;
  readonly deadlineMs: number;
  readonly tier: string;
  readonly retryAfterMs: number | undefined;
  /** How many further attempts the retry budget refused. */
  readonly refusedRetries?: number | undefined;
  /** The last answer that was not accepted, if there was one. */
  readonly answer: CheckedAnswer | undefined;
  /** What the last attempt failed with. */
  readonly cause: unknown;
}

/** The error for a call that no target answered. */
export function lossError(loss: Loss): Error {
  const { attempts, retryAfterMs, cause } = loss;
  const facts = { attempts, retryAfterMs, cause };
  if (loss.late) {
    const message = `The deadline of ${Math.round(loss.deadlineMs)} ms passed${afterAttempts(attempts)}. Raise deadlineMs, or add a faster target.`;
    return new RouterTimeoutError(message, "deadline_exceeded", facts);
  }
  const last = attempts.at(-1);
  if (last === undefined) return new AllTargetsOutError(outMessage(loss), facts);
  if (loss.answer !== undefined) {
    const message = `No answer of tier "${loss.tier}" was accepted: ${attempts.map(described).join("; ")}.`;
    return new AnswerNotAcceptedError(message, loss.answer, facts);
  }
  const refused = budgetWords(loss);
  if (attempts.every(({ target }) => target === last.target)) return oneTargetError(last, facts, refused);
  const message = `All targets of tier "${loss.tier}" failed: ${attempts.map(described).join("; ")}.${refused}`;
  return new AllTargetsFailedError(message, { ...facts, status: last.status });
}

/** The error that ends a stream after content was given out. */
export function streamError(target: string, cause: Error, facts: StreamFacts): Error {
  const message = `The stream of target "${target}" was interrupted: ${cause.message}. What came before is not repeated.`;
  return new StreamInterruptedError(message, { ...facts, cause });
}

interface StreamFacts {
  readonly attempts: readonly AttemptRecord[];
  readonly received: Received;
}

/** The error of a call that was cut because the router was closed. */
export function closedError(attempts: readonly AttemptRecord[], received?: Received): Error {
  return new RouterClosedError("The router was closed while the call was in flight.", { attempts, received });
}

interface Facts {
  readonly attempts: readonly AttemptRecord[];
  readonly retryAfterMs: number | undefined;
  readonly cause: unknown;
}

// With a single target the error is the one that the client would have made, as far as there is one.
function oneTargetError(last: AttemptRecord, facts: Facts, refused: string): Error {
  const kind: FailureKind | undefined = last.failure;
  const message = `Target "${last.target}" failed: ${last.detail ?? "no answer"}.${refused}`;
  if (kind === "timeout") return new RouterTimeoutError(`Request timed out. ${message}`, "attempt_timeout", facts);
  if (kind === "connection") return new APIConnectionError({ cause: asError(facts.cause), message: undefined });
  if (kind === "invalid_response") return new InvalidResponseError(message, { ...facts, status: last.status });
  return new AllTargetsFailedError(message, { ...facts, status: last.status });
}

function budgetWords({ refusedRetries }: Loss): string {
  return refusedRetries === undefined ? "" : " The retry budget allowed no further attempt: too many calls fail.";
}

function outMessage({ tier, retryAfterMs }: Loss): string {
  const when = retryAfterMs === undefined ? "" : ` Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
  return `All targets of tier "${tier}" are out, and the one that is due first is being tried by another call, or was just now.${when}`;
}

function afterAttempts(attempts: readonly AttemptRecord[]): string {
  return attempts.length === 0 ? "" : ` after ${attempts.map(described).join("; ")}`;
}

function described({ target, detail }: AttemptRecord): string {
  return `${target}: ${detail ?? "no answer"}`;
}

function asError(cause: unknown): Error | undefined {
  return cause instanceof Error ? cause : undefined;
}
