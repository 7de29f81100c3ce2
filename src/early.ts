import { Interrupt } from "./attempt/interrupt.ts";
import { Lifeline } from "./attempt/lifeline.ts";
import type { RoutedCall, Shared } from "./call.ts";
import type { Destination } from "./classify/named.ts";
import { NoTargetError } from "./errors.ts";
import type { Entered } from "./entering.ts";
import type { RouteRecord } from "./glossary.ts";
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
  shared.memory.tally.request(record);
  shared.events.emit("request:end", { requestId: record.requestId, record });
}

/** The error of a call that no target lets in: what they refused it for, or why they can not serve it. */
export function refusedByAll(
  shared: Shared,
  entered: Pick<Entered, "chain" | "refusals">,
  call: { readonly record: RouteRecord; readonly startedAt: number },
): Error {
  const { record, startedAt } = call;
  const { chain, refusals } = entered;
  const refusal = refusals.find(({ error }) => error !== undefined);
  const error = refusal?.error?.([]) ?? new NoTargetError(record.tier, chain.leftOut);
  shared.registry.note(error, record);
  endEarly(shared, { record, startedAt, outcome: "failed" });
  return error;
}

/** How a call waits for what has to be known before it is sent. */
interface Wait {
  /** The caller's, where nobody else listens to it. */
  readonly signal: AbortSignal | undefined;
  /** It did not come to anything; `outcome` says whether that was the router's doing. */
  failed(outcome: "failed" | "aborted"): void;
}

/** A call that waits is in flight: `drain()` waits for it, and `close()` ends it. */
async function waited<T>(shared: Shared, pending: Promise<T>, { signal, failed }: Wait): Promise<T> {
  const lifeline = new Lifeline(signal);
  const interrupt = new Interrupt();
  shared.lifelines.add(lifeline);
  lifeline.hold(interrupt);
  try {
    return await interrupt.guard(pending);
  } catch (error) {
    failed(interrupt.by === "caller" || !interrupt.happened ? "aborted" : "failed");
    throw error;
  } finally {
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
  call: Pick<RoutedCall, "incoming" | "request" | "startedAt"> & { readonly destination: Destination },
): Promise<Entered> {
  const { incoming, request, startedAt, destination } = call;
  return waited(shared, pending, {
    signal: incoming.signal,
    failed: (outcome) => {
      pending.then(({ hold }) => hold?.giveBack()).catch(() => undefined);
      endEarly(shared, { record: startRecord(request, destination.decision, Date.now()), startedAt, outcome });
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
