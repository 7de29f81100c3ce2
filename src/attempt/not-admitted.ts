import { isRefusal, type Admitted } from "../admit/admission.ts";
import { Interrupt } from "./interrupt.ts";
import type { Job } from "./job.ts";
import { whileCallLasts } from "./while-call-lasts.ts";

/** The breaker, a budget or a limit refused, or the call ended meanwhile: no attempt was made. */
export class NotAdmitted extends Error {}

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
  try {
    return await whileCallLasts({ interrupt, answerBy }, pending, () => new NotAdmitted());
  } catch {
    pending.then(giveBack).catch(() => undefined);
    throw new NotAdmitted();
  }
}

function giveBack(admitted: Admitted): void {
  if (!isRefusal(admitted)) admitted?.giveBack();
}
