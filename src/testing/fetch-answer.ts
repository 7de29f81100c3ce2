import { aborted, bodyOf, sleepOrLeave } from "./answer-body.ts";
import type { AnswerPlan } from "./answer-plan.ts";
import { connectionError } from "./connection-error.ts";

const bodyless = new Set([204, 205, 304]);

/** Gives a planned answer as Node's `fetch` would: rejects where no answer comes, and with the signal's reason on abort. */
export async function fetchAnswer(plan: AnswerPlan, signal = new AbortController().signal): Promise<Response> {
  const { delayMs, head, pieces, ending } = plan;
  signal.throwIfAborted();
  await sleepOrLeave(delayMs, signal);
  if (head === undefined && ending === "hang") await aborted(signal);
  signal.throwIfAborted();
  if (head === undefined) throw connectionError("before the headers", plan);
  const broken = connectionError("in the body", plan);
  return new Response(bodyless.has(head.status) ? null : bodyOf({ pieces, ending, broken, signal }), head);
}
