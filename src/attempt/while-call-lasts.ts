import type { Interrupt } from "./interrupt.ts";

const longestTimerMs = 2 ** 31 - 1;

/** What ends a wait. */
export interface CallTime {
  /** Ends with the call, for its lifeline holds it. */
  readonly interrupt: Interrupt;
  /** When an answer must have begun, on the `performance.now()` scale. */
  readonly answerBy: number;
}

/**
 * Waits for a promise while the call lasts.
 * @param late - makes what it is rejected with when the time for an answer has passed
 * @throws the reason, when the call ended first: what `late` made, or why its caller or the router has ended it
 */
export async function whileCallLasts<T>(
  { interrupt, answerBy }: CallTime,
  promise: Promise<T>,
  late: () => Error,
): Promise<T> {
  if (interrupt.isCut) throw interrupt.reason;
  const guarded = interrupt.guard(promise);
  // A timer may ring a millisecond early, and the deadline must have passed then.
  const untilMs = Math.min(answerBy - performance.now() + 1, longestTimerMs);
  const timer = answerBy === Infinity ? undefined : setTimeout(() => interrupt.interrupt("clock", late()), untilMs);
  try {
    return await guarded;
  } finally {
    clearTimeout(timer);
  }
}
