import type { Job } from "./attempt/job.ts";
import type { RoutedCall } from "./call.ts";
import { timeoutDefaults } from "./config/defaults.ts";
import type { Resilience } from "./config/resolved.ts";

/** The time limits of the attempts of a call. That for headers is the client's where nothing shorter is said. */
export function timeoutsOf(call: RoutedCall, resilience: Resilience): ReturnType<Job["timeoutsOf"]> {
  const { headersMs = Infinity, firstContentMs, idleMs, attemptMs } = resilience.timeouts;
  return {
    // Where the client owns its retries it owns its timer too.
    headersMs: call.owned ? Math.min(headersMs, call.incoming.timeoutMs) : headersMs,
    firstContentMs: call.guarded ? firstContentMs : unlessDefault(firstContentMs, timeoutDefaults.firstContentMs),
    idleMs: call.guarded ? idleMs : unlessDefault(idleMs, timeoutDefaults.idleMs),
    attemptMs,
  };
}

// A call that the router stands aside of has the clocks its user has set, and none by default: as without the router.
function unlessDefault(ms: number, byDefault: number): number {
  return ms === byDefault ? Infinity : ms;
}
