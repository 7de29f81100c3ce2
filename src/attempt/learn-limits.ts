import type { ResolvedTarget } from "../config/resolved.ts";
import { rateLimitsOf } from "../lib/rate-limit-headers.ts";
import type { TargetDoor } from "../state/door.ts";
import { restMsOf } from "../state/limits.ts";
import type { JobListener } from "./job.ts";

/** Leaves a target alone whose answer says that next to nothing is left of a rate limit: before it has to say 429. */
export function learnLimits(
  headers: Headers,
  { target, door }: { readonly target: ResolvedTarget; readonly door: TargetDoor },
  tell: Pick<JobListener, "rested">,
): void {
  if (!target.learns) return;
  const restMs = restMsOf(rateLimitsOf(headers));
  if (restMs === undefined) return;
  const rest = { what: "target", reason: "rate_limited", dueAt: Date.now() + restMs } as const;
  // Answers that were on their way say the same again.
  const isKnown = door.out !== undefined;
  door.rest(rest.what, rest.reason, rest.dueAt);
  if (!isKnown) tell.rested(target, rest);
}
