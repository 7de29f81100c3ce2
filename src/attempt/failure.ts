import type { CheckedAnswer, FailureKind, JsonObject, OutReason } from "../glossary.ts";
import { ClockExpired } from "./clocks.ts";

/** Where the chain goes on after a failure. */
export type NextStep = "any" | "none" | "other_client" | "larger_window";

/** What a kind of failure does: a row of the failure table. */
export interface Verdict {
  /** Whether the same target is worth another try. */
  readonly retry: boolean;
  readonly next: NextStep;
  /** What the target's breaker learns. */
  readonly breaker: "failure" | "neutral";
  /** What is left alone for a while: the target, or every target of its client. */
  readonly rests?: { readonly what: "target" | "client"; readonly reason: OutReason };
}

const transient: Verdict = { retry: true, next: "any", breaker: "failure" };
const neutralEnd: Verdict = { retry: false, next: "none", breaker: "neutral" };

/** The failure table. */
export const verdicts: Readonly<Record<FailureKind, Verdict>> = {
  connection: transient,
  server_error: transient,
  invalid_response: transient,
  timeout: { retry: false, next: "any", breaker: "failure" },
  stream_interrupted: { retry: false, next: "none", breaker: "failure" },
  rate_limited: {
    retry: false,
    next: "any",
    breaker: "neutral",
    rests: { what: "target", reason: "rate_limited" },
  },
  quota_exhausted: {
    retry: false,
    next: "other_client",
    breaker: "neutral",
    rests: { what: "client", reason: "quota_exhausted" },
  },
  credentials_refused: {
    retry: false,
    next: "other_client",
    breaker: "neutral",
    rests: { what: "client", reason: "credentials_refused" },
  },
  model_not_found: {
    retry: false,
    next: "any",
    breaker: "neutral",
    rests: { what: "target", reason: "model_not_found" },
  },
  context_length: { retry: false, next: "larger_window", breaker: "neutral" },
  content_filter: neutralEnd,
  bad_request: neutralEnd,
  // The same model would say much the same again, and the target did its work.
  not_accepted: { retry: false, next: "any", breaker: "neutral" },
  // Nobody goes on from it: the call has its answer.
  outrun: neutralEnd,
  aborted: neutralEnd,
};

/** Whether another key of the same client may do better at the same target. */
export function isOfTheKey({ rests }: Verdict): boolean {
  return rests !== undefined && rests.reason !== "model_not_found";
}

/** An attempt that gave no answer. */
export class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";
  readonly kind: FailureKind;
  /** The provider's answer, read to its end, where there was one. */
  readonly refusal: Refusal | undefined;
  /** How long the provider asks to be left alone, in ms. */
  readonly retryAfterMs: number | undefined;
  /** HTTP status, where an answer came. */
  readonly status: number | undefined;
  /** The provider's `usage` object: a failed attempt costs too. */
  readonly usage: JsonObject | undefined;
  /** About how many tokens of content came that nobody was given, where no usage was reported. */
  readonly contentTokens: number | undefined;
  /** The answer that was not accepted. */
  readonly answer: CheckedAnswer | undefined;
  /** The event loop of this process stood still for a good part of the attempt. */
  readonly isOurs: boolean;

  constructor(kind: FailureKind, detail: string, facts: FailureFacts = {}) {
    super(detail, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.kind = kind;
    this.refusal = facts.refusal;
    this.retryAfterMs = facts.retryAfterMs;
    this.usage = facts.usage;
    this.contentTokens = facts.contentTokens;
    this.answer = facts.answer;
    this.isOurs = facts.isOurs ?? (facts.cause instanceof ClockExpired && facts.cause.isOurs);
    this.status = facts.status ?? facts.refusal?.response.status;
  }

  /** There is no time for another attempt. */
  get isLast(): boolean {
    return this.cause instanceof ClockExpired && this.cause.isLast;
  }

  /**
   * What the target's breaker learns. That one caller had little patience says nothing about the target, nor that this process
   * did not get round to reading its answer.
   */
  get verdictForBreaker(): Verdict["breaker"] {
    const isImpatience = this.cause instanceof ClockExpired && this.cause.clock === "limit";
    return isImpatience || this.isOurs ? "neutral" : verdicts[this.kind].breaker;
  }
}

interface FailureFacts {
  readonly refusal?: Refusal | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly status?: number | undefined;
  readonly usage?: JsonObject | undefined;
  readonly contentTokens?: number | undefined;
  readonly answer?: CheckedAnswer | undefined;
  readonly isOurs?: boolean | undefined;
  readonly cause?: unknown;
}

/** A provider's answer with an error status, and its body as text. */
export interface Refusal {
  readonly response: Response;
  readonly text: string;
}
