import { Interrupt } from "./attempt/interrupt.ts";
import { Lifeline } from "./attempt/lifeline.ts";
import { resilienceIn, type RoutedCall, type Shared } from "./call.ts";
import type { Destination } from "./classify/named.ts";
import { NoTargetError, RouterTimeoutError } from "./errors.ts";
import type { Entered } from "./admit/entering.ts";
import type { RouteRecord, RoutingRequest } from "./glossary.ts";
import { endRecord, startRecord } from "./record/route-record.ts";

/** How a call ended before anything was attempted. */
interface EarlyEnd {
  readonly record: RouteRecord;
  /** On the `performance.now()` scale. */
  readonly startedAt: number;
  readonly outcome: "failed" | "aborted";
}

/** A call that is over before anything was attempted is recorded all the same. */
function endEarly(shared: Shared, { record, startedAt, outcome }: EarlyEnd): void {
  endRecord(record, { outcome, durationMs: performance.now() - startedAt, ttftMs: undefined, baseline: undefined });
  shared.memory.ended(record);
  shared.events.emit("request:end", { requestId: record.requestId, record });
}

/** The error of a call that no target lets in: what they refused it for, or why they can not serve it. */
export function refusedByAll(
  shared: Shared,
  entered: Pick<Entered, "chain" | "refusals">,
  call: { readonly request: RoutingRequest; readonly record: RouteRecord; readonly startedAt: number },
): Error {
  const { request, record, startedAt } = call;
  const { chain, refusals } = entered;
  const refusal = refusals.find(({ error }) => error !== undefined);
  const error = refusal?.error?.([]) ?? new NoTargetError(record.tier, chain.leftOut, request.allowedRegions);
  record.leftOut = chain.leftOut;
  shared.registry.note(error, record);
  endEarly(shared, { record, startedAt, outcome: "failed" });
  return error;
}

/** The call was prepared, and its client failed before it sent it: what it holds goes back, and its record ends. */
export function unsent(
  shared: Shared,
  { unsent: held, record, startedAt, incoming }: RoutedCall,
  error: unknown,
): void {
  held?.giveBack();
  if (typeof error === "object" && error !== null) shared.registry.note(error, record);
  endEarly(shared, { record, startedAt, outcome: incoming.signal?.aborted === true ? "aborted" : "failed" });
}

/** How a call waits for what has to be known before it is sent. */
interface Wait {
  /** The caller's, where nobody else listens to it. */
  readonly signal: AbortSignal | undefined;
  /** What ends the wait when the call's deadline passes, if it has one. */
  readonly deadline?: { readonly ms: number; error(): Error } | undefined;
  /** It did not come to anything; `outcome` says whether that was the router's doing. */
  failed(outcome: "failed" | "aborted"): void;
}

/** A call that waits is in flight: `drain()` waits for it, and `close()` ends it. */
async function waited<T>(shared: Shared, pending: Promise<T>, wait: Wait): Promise<T> {
  const { signal, deadline, failed } = wait;
  const lifeline = new Lifeline(signal);
  const interrupt = new Interrupt();
  shared.lifelines.add(lifeline);
  lifeline.hold(interrupt);
  const late = (): void => lifeline.end("clock", deadline?.error());
  const timer = deadline === undefined ? undefined : setTimeout(late, deadline.ms);
  try {
    return await interrupt.guard(pending);
  } catch (error) {
    failed(interrupt.by === "caller" || !interrupt.happened ? "aborted" : "failed");
    throw error;
  } finally {
    clearTimeout(timer);
    lifeline.release();
    shared.lifelines.delete(lifeline);
  }
}

/**
 * Waits until a call is let in to a target. What the store grants to one that has ended meanwhile goes back.
 */
export async function letIn(
  shared: Shared,
  pending: Promise<Entered>,
  call: Pick<RoutedCall, "incoming" | "request" | "record" | "startedAt"> & { readonly destination: Destination },
): Promise<Entered> {
  const { incoming, record, startedAt } = call;
  return waited(shared, pending, {
    signal: incoming.signal,
    deadline: deadlineOf(call),
    failed: (outcome) => {
      pending.then(({ hold }) => hold?.giveBack()).catch(() => undefined);
      endEarly(shared, { record, startedAt, outcome });
    },
  });
}

/** Waits until it is known where a call goes. */
export async function classified(
  shared: Shared,
  pending: Promise<Destination>,
  { request, startedAt }: Pick<RoutedCall, "request" | "startedAt">,
): Promise<Destination> {
  return waited(shared, pending, {
    // The classifier has the caller's signal.
    signal: undefined,
    failed: (outcome) => {
      const reason = "it ended before a tier was picked";
      const decision = { tier: shared.config().defaultTier, confidence: 0, reason, by: "default" };
      endEarly(shared, { record: startRecord(request, decision, Date.now()), startedAt, outcome });
    },
  });
}

function deadlineOf(
  call: Pick<RoutedCall, "request" | "startedAt"> & { readonly destination: Destination },
): Wait["deadline"] {
  const { request, startedAt, destination } = call;
  const { tier, target = tier?.targets[0] } = destination;
  const usualMs = target === undefined ? Infinity : resilienceIn(tier, target).deadlineMs;
  const { deadlineMs = usualMs } = request.hints;
  if (deadlineMs === Infinity) return undefined;
  const message = `The deadline of ${Math.round(deadlineMs)} ms passed while the store was asked. Look after the store.`;
  const error = (): Error => new RouterTimeoutError(message, "deadline_exceeded", {});
  return { ms: Math.max(0, startedAt + deadlineMs - performance.now()), error };
}
