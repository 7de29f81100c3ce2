import type { Admitted, Refusal } from "../admit/admission.ts";
import type { Resilience, ResolvedTarget, Timeouts } from "../config/resolved.ts";
import type { AnswerCheck, Awaitable, Endpoint } from "../glossary.ts";
import type { Hold } from "../admit/hold.ts";
import type { Rested, TargetDoor } from "../state/door.ts";
import type { Extra, ExtraKind } from "../state/retry-budget.ts";
import type { KeySlot } from "../state/key-ring.ts";
import type { Obstacle } from "../state/waiting-room.ts";
import type { Answer } from "./answer.ts";
import type { AttemptFailure } from "./failure.ts";
import type { Hedging } from "./hedging.ts";
import type { Lifeline } from "./lifeline.ts";
import type { TargetFailure } from "./pursuit-lost.ts";

/** A call that is to be answered by one of its targets. */
export interface Job {
  readonly endpoint: Endpoint;
  readonly stream: boolean;
  readonly targets: readonly ResolvedTarget[];
  /** The one target is out, and is tried because nothing else is left. */
  readonly lastResort: boolean;
  /** False when breakers may not refuse: with one target and retries off the router stands aside. */
  readonly guarded: boolean;
  readonly lifeline: Lifeline;
  /** When the call must have ended, on the `performance.now()` scale. */
  readonly deadlineAt: number;
  /** When an answer must have begun, on the same scale: at the deadline, or before. Shared out over the targets that are left. */
  readonly answerBy: number;
  /** The caller's own `maxRetries`, where given. */
  readonly maxRetries: number | undefined;
  readonly fallbackOnContentFilter: boolean;
  /** How many answers the request asks for. */
  readonly choices: number;
  /** What an answer must pass before it is given out; undefined when nothing. */
  readonly checks: readonly AnswerCheck[] | undefined;
  /** What went before, when the job is to mend a stream: whose stream broke, and how. */
  readonly before: TargetFailure | undefined;
  /** A stream that breaks may go on elsewhere: a provider's own error is not given out. */
  readonly mends: boolean;
  /** The usage chunk of a stream is taken out again: the router asked for it, the caller did not. */
  readonly dropsUsage: boolean;
  resilienceOf(target: ResolvedTarget): Resilience;
  /** The time limits of an attempt; that for headers is set. */
  timeoutsOf(target: ResolvedTarget): Timeouts & { readonly headersMs: number };
  doorOf(target: ResolvedTarget): TargetDoor;
  /** Lets a second attempt through, which must be ended; undefined when the retry budget refuses it. */
  takeExtra(kind: ExtraKind, target: ResolvedTarget, isLast: boolean): Extra | undefined;
  promptTokens(): number;
  /** Takes what an attempt at the target may need: budgets and limits may refuse. `tried` are the keys that failed there. */
  admit(target: ResolvedTarget, tried: ReadonlySet<KeySlot>): Awaitable<Admitted>;
  /** How long an attempt may take until another is made beside it, in ms; undefined when none is to be. */
  hedgeAfterMs(target: ResolvedTarget): number | undefined;
  /** Lets the other in. Of a job that hedges. */
  readonly hedging: Hedging;
  /** Targets that limits have refused already. */
  readonly limited: ReadonlyMap<ResolvedTarget, Refusal>;
  /** Waits until one of the limits that refused may have enough; false when that is not to be. */
  waitForLimits(obstacles: readonly Obstacle[]): Promise<boolean>;
  /** Waits for limits no more. */
  stopWaiting(): void;
  /** The target at this place of `targets` was not entered. What comes behind it may be another tier's from now on. */
  refused(place: number, refusal: Refusal): void;
  /** Whether the call has a key of its own for the target's client, which none of the router's takes the place of. */
  bringsKey(target: ResolvedTarget): boolean;
  /** Calls the target, with one of its client's keys where it has several. */
  send(way: Way, signal: AbortSignal): Promise<Response>;
  /** Whether a refusal names something that the target does not take, so that it is worth trying again without. */
  learn(target: ResolvedTarget, failure: AttemptFailure): boolean;
  /** Blacks out keys in what a provider says. */
  redact(text: string): string;
  readonly tell: JobListener;
}

/** How a target is called. */
export interface Way {
  readonly target: ResolvedTarget;
  /** Undefined where the client has one key. */
  readonly key: KeySlot | undefined;
}

/** Told what happens on the way. */
export interface JobListener {
  started(target: ResolvedTarget, key: KeySlot | undefined): void;
  /** `failure` is undefined for the attempt that gave the answer. A stream's end is told by its source. */
  ended(trace: AttemptTrace): void;
  retrying(target: ResolvedTarget, failure: AttemptFailure, delayMs: number): void;
  /** A key, the target, or every target of its client, is left alone for a while. */
  rested(target: ResolvedTarget, rest: Rested): void;
  fallingBack(from: ResolvedTarget, to: ResolvedTarget, failure: AttemptFailure): void;
}

/** One attempt, as it went. */
export interface AttemptTrace {
  readonly target: ResolvedTarget;
  /** It was made beside a slow one. */
  readonly isHedge: boolean;
  readonly key: KeySlot | undefined;
  readonly startedAt: number;
  /** What the attempt held; whoever enters it into the books settles it. */
  readonly hold: Hold | undefined;
  readonly failure: AttemptFailure | undefined;
  readonly answer: Answer | undefined;
}
