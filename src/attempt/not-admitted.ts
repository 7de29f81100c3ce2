import { isRefusal, type Admitted } from "../admission.ts";
import { Interrupt } from "./interrupt.ts";
import type { Job } from "./job.ts";

/** The breaker, a budget or a limit refused, or the call ended meanwhile: no attempt was made. */
export class NotAdmitted extends Error {}

const longestTimerMs = 2 ** 31 - 1;

/**
 * Waits for the store to say whether an attempt may be made, while the call lasts.
 * @throws NotAdmitted when it ended meanwhile; what the store grants then goes back
 */
export async function whenAdmitted(
  { lifeline, answerBy }: Pick<Job, "lifeline" | "answerBy">,
  pending: Promise<Admitted>,
): Promise<Admitted> {
  const interrupt = new Interrupt();
  lifeline.hold(interrupt);
  const late = (): void => interrupt.interrupt("clock", new NotAdmitted());
  // A timer may ring a millisecond early, and the deadline must have passed then.
  const timer =
    answerBy === Infinity ? undefined : setTimeout(late, Math.min(answerBy - performance.now() + 1, longestTimerMs));
  try {
    return await interrupt.guard(pending);
  } catch {
    pending.then(giveBack).catch(() => undefined);
    throw new NotAdmitted();
  } finally {
    clearTimeout(timer);
  }
}

function giveBack(admitted: Admitted): void {
  if (!isRefusal(admitted)) admitted?.giveBack();
}
