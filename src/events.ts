import type { DrillReport } from "./drill-report.ts";
import type { SpentBudget } from "./spent-budget.ts";
import type { GivenAnswer } from "./given-answer.ts";
import type {
  AttemptRecord,
  Endpoint,
  FailureKind,
  MadeDecision,
  OutReason,
  RouteRecord,
  RoutingRequest,
  Usage,
} from "./glossary.ts";

/** A promise of a tier, and how many times as fast as allowed it is broken: over its window, and over a twelfth of it. */
export interface SloBurn {
  /** Name of the tier. */
  tier: string;
  /** Which of its promises. */
  objective: "p95Ms" | "p99Ms" | "availability";
  /** What is promised: ms, or a share of the calls. */
  goal: number;
  /** How many times as fast as allowed it is broken, over its window. */
  burnRate: number;
  /** The same over a twelfth of the window. */
  recentBurnRate: number;
}

/** What the router tells while it works: name → payload. Listen with `router.on(name, listener)`. */
export interface RouterEvents {
  /** A call came in. Its `request` can be read; printed, or as JSON, it shows no content. */
  "request:start": { requestId: string; endpoint: Endpoint; model: string; stream: boolean; request: RoutingRequest };
  /** A tier was picked. */
  "decision:made": { requestId: string; decision: MadeDecision };
  /**
   * A classifier threw, took too long, named an unknown tier, or would have sent the prompt to a region where the call may
   * not go; the next is asked, in the end the default tier serves.
   */
  "classifier:failed": {
    requestId: string;
    classifier: string;
    cause: "threw" | "timeout" | "unknown_tier" | "region";
    detail: string;
  };
  /** A call to a target begins. */
  "attempt:start": { requestId: string; target: string; model: string; client: string };
  /** A call to a target ended, with what it answered, if it did. For a stream: when the stream ended. */
  "attempt:end": { requestId: string; attempt: AttemptRecord; answer?: GivenAnswer | undefined };
  /** The same target is tried again after `delayMs`. */
  "retry:start": { requestId: string; target: string; failure: FailureKind; delayMs: number };
  /**
   * The retry budget refuses an attempt at this target for the first time since it has recovered, with so many calls in flight.
   * Further refusals are counted in `stats().retryBudget`.
   */
  "retry-budget:spent": {
    requestId: string;
    target: string;
    kind: "retry" | "fallback" | "hedge";
    callsInFlight: number;
  };
  /** A target is slow: after `afterMs` without an answer the next one is called beside it. */
  "hedge:start": { requestId: string; from: string; to: string; afterMs: number };
  /** The second attempt has won, was outrun by the slow one, has failed, or was given up with the call. */
  "hedge:end": { requestId: string; from: string; to: string; outcome: "won" | "outrun" | "failed" | "gave_up" };
  /** The next target takes over; `detail` says in words what the one before failed with. */
  "fallback:start": { requestId: string; from: string; to: string; failure: FailureKind; detail: string };
  /** A stream that broke begins anew at the next target: the caller is to drop `droppedText`, which is all he was given. */
  "stream:restart": { requestId: string; from: string; to: string; detail: string; droppedText: string };
  /** A stream that broke goes on at another target, behind so many characters of text. */
  "stream:continue": { requestId: string; from: string; to: string; detail: string; givenChars: number };
  /**
   * A break-glass target is called: told once for each call that comes to that. `why` is `all_out` when every other target is
   * out or has failed, and `detail` says what became of each; `named` when the caller named the target.
   */
  "break-glass:use": { requestId: string; target: string; why: "all_out" | "named"; detail: string };
  /**
   * A target refused a parameter by name, and is tried again without it, or with it under the name `as`. That is remembered for
   * later calls until `until` (ms since the epoch).
   */
  "parameter:learnt": { requestId: string; target: string; param: string; as: string | undefined; until: number };
  /**
   * A breaker opened, or a probe failed: the target is skipped until `dueAt` (ms since the epoch). `learnt` when another
   * process found that out, and this one read it in the store.
   */
  "breaker:open": { target: string; dueAt: number; learnt: boolean };
  /** A breaker lets one probe through. */
  "breaker:half-open": { target: string };
  /** A breaker closed: the target serves again. `learnt` when another process has probed it. */
  "breaker:close": { target: string; learnt: boolean };
  /**
   * A key rests until `dueAt`: it is refused, out of credits (`quota_exhausted`), or limited at one `target`. `key` is its
   * label, never the key itself. Other keys of the client go on serving. `learnt` when another process found that out; then
   * there is no `requestId`.
   */
  "key:rest": {
    requestId: string | undefined;
    client: string;
    key: string;
    target: string | undefined;
    reason: OutReason;
    dueAt: number;
    learnt: boolean;
  };
  /** A target (or every target of a client, where `target` is undefined) rests until `dueAt`. `learnt` as of `key:rest`. */
  "target:rest": {
    requestId: string | undefined;
    target: string | undefined;
    client: string;
    reason: OutReason;
    dueAt: number;
    learnt: boolean;
  };
  /**
   * A target was too slow in a tier: others go before it until `dueAt` (ms since the epoch). Told again when a probe was slow.
   * `usualMs` is what 95 % of its calls took in its past, when it was found slow by that.
   */
  "target:slow": {
    tier: string;
    target: string;
    latencyMs: number;
    usualMs?: number | undefined;
    slowRate: number;
    dueAt: number;
  };
  /** A target is fast again: it has its place in the tier again. */
  "target:recover": { tier: string; target: string };
  /** A tier's `slo` is broken too fast. */
  "slo:burn": SloBurn;
  /** It no longer is. */
  "slo:recover": SloBurn;
  /**
   * A limit of a target or its client has too little left for a call: the next target is tried, or the call waits. `limit`
   * is the account's key; `dueInMs` is undefined when it depends on other calls.
   */
  "limit:reached": {
    requestId: string;
    target: string;
    limit: string;
    of: "requests" | "tokens" | "calls";
    most: number;
    dueInMs: number | undefined;
  };
  /** A call waits for one of these limits; so many wait now. */
  "wait:start": { requestId: string; limits: readonly string[]; waiting: number };
  /** A call waits no more: a target let it in, or it gave up. */
  "wait:end": { requestId: string; waitedMs: number; outcome: "let_in" | "gave_up" };
  /** A call took longer than `slowMs`. */
  "request:slow": { requestId: string; target: string; durationMs: number; slowMs: number };
  /**
   * A call made `within` so many ms was late and gave its fallback value. `requestId` and `tier` are those of the call that was
   * in flight; undefined when none was made. `target` is there when one had begun to answer.
   */
  "sla:miss": { requestId: string | undefined; tier: string | undefined; target: string | undefined; limitMs: number };
  /** A budget has passed a share of its limit that `warnAt` names: once a window for each, in each process. */
  "budget:low": SpentBudget & { share: number };
  /** A budget has nothing left, or too little for a call: once a window, in each process. */
  "budget:spent": SpentBudget;
  /** A spent budget sends a call on to another tier. */
  "budget:downgrade": { requestId: string; budget: string; from: string; to: string; resetsAt: number };
  /**
   * The store failed. A call that was to take from it is let in all the same, a settling that failed is lost, and so is a note:
   * other processes are not told of a target or a key that rests. Looking for what they noted is told as `take`, once until it
   * works again.
   */
  "store:failed": { store: string; verb: "take" | "settle" | "note"; detail: string };
  /** A call was put on a side of an experiment; `isSticky` is false when that was drawn by lot. */
  "variant:assign": { requestId: string; tier: string; experiment: string; variant: string; isSticky: boolean };
  /** An answer was judged: `good` is from 0 to 1. What was said of the same call before no longer counts. */
  "feedback:give": {
    requestId: string;
    target: string;
    tier: string;
    task: string | undefined;
    tags: Readonly<Record<string, string>>;
    experiment: string | undefined;
    variant: string | undefined;
    good: number;
  };
  /**
   * The answer of a shadow, which nobody was given; `given` is the target that served the call. `score` is what `compare` said, from 0
   * to 1.
   */
  "shadow:answer": {
    requestId: string;
    target: string;
    given: string | undefined;
    durationMs: number;
    usage: Usage | undefined;
    costUsd: number | undefined;
    score: number | undefined;
  };
  /** A shadow got no answer, or `compare` threw. The call that it was sent for has nothing to do with it. */
  "shadow:fail": { requestId: string; target: string; failure: FailureKind | "compare"; detail: string };
  /** A drill begins. `worstCaseUsd` is what a dry one may cost at most; undefined when a price is unknown, and of others. */
  "drill:start": { target: string; share: number; dry: boolean; worstCaseUsd: number | undefined };
  /** It has ended, and this is its report. */
  "drill:end": { target: string; report: DrillReport };
  /** A call ended; the record is complete. */
  "request:end": { requestId: string; record: RouteRecord };
}

/** Name of an event. */
export type RouterEventName = keyof RouterEvents;
