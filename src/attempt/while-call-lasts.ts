import { Interrupt } from "./interrupt.ts";
import type { Job } from "./job.ts";

const longestTimerMs = 2 ** 31 - 1;

/**
 * Waits for a promise while the call lasts.
 * @param late - makes what it is rejected with when the time for an answer has passed
 * @throws the reason, when the call ended first: what `late` made, or why its caller or the router has ended it
 */
export async function whileCallLasts<T>(
  { lifeline, answerBy }: Pick<Job, "lifeline" | "answerBy">,
  promise: Promise<T>,
  late: () => Error,
): Promise<T> {
  const interrupt = new Interrupt();
  const guarded = interrupt.guard(promise);
  lifeline.hold(interrupt);
  // A timer may ring a millisecond early, and the deadline must have passed then.
  const untilMs = Math.min(answerBy - performance.now() + 1, longestTimerMs);
  const timer = answerBy === Infinity ? undefined : setTimeout(() => interrupt.interrupt("clock", late()), untilMs);
  try {
    return await guarded;
  } finally {
    clearTimeout(timer);
  }
}
