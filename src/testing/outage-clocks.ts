import type { Resilience, Timeouts } from "../config/resolved.ts";
import type { TimeoutOptions } from "../options.ts";

/** The clocks of a target as they are, and as short as a rehearsal has them. */
export interface ShortClocks {
  readonly timeouts: TimeoutOptions;
  readonly deadlineMs: number | undefined;
  /** How long the target's clock that is named in an attempt's detail is really, in ms; undefined when none is. */
  realMs(detail: string | undefined, left: TimeLeft): number | undefined;
}

/** What of the deadline is left, and for how many targets. */
export interface TimeLeft {
  readonly deadlineMs: number;
  readonly targets: number;
}

/** The clocks that hold for a target. */
export interface TargetClocks extends Timeouts {
  readonly headersMs: number;
  readonly deadlineMs: number;
}

/** The clocks that hold for a target; where the router has none for headers, its client's. */
export function clocksOf({ timeouts, deadlineMs }: Resilience, clientTimeoutMs: number): TargetClocks {
  return { ...timeouts, headersMs: timeouts.headersMs ?? clientTimeoutMs, deadlineMs };
}

/** By how much clocks are shortened so that the shortest of them, or the smallest share of a deadline, takes so long. */
export function factorFor(clocks: readonly TargetClocks[], shortestMs: number): number {
  const limits = clocks.flatMap(({ deadlineMs, ...timeouts }) => [
    ...Object.values(timeouts),
    deadlineMs / clocks.length,
  ]);
  return shortestMs / Math.min(...limits, 600_000);
}

/** Clocks shortened by a factor; those that are long even then take `longestMs`, which keeps their order. */
export function shortened(clocks: TargetClocks, factor: number, longestMs: number): ShortClocks {
  const short = (ms: number): number => (ms === Infinity ? ms : Math.min(longestMs, Math.max(1, ms * factor)));
  const { deadlineMs, headersMs, firstContentMs, idleMs, attemptMs } = clocks;
  return {
    timeouts: {
      headersMs: short(headersMs),
      firstContentMs: short(firstContentMs),
      idleMs: short(idleMs),
      attemptMs: short(attemptMs),
    },
    deadlineMs: deadlineMs === Infinity ? undefined : Math.max(1, deadlineMs * factor),
    realMs: (detail, left) => realMs(clocks, detail, left),
  };
}

// The clock as the detail of an attempt names it.
const named = /no answer within (headers|first content|idle|attempt|its share|deadline)/;

function realMs(clocks: TargetClocks, detail: string | undefined, left: TimeLeft): number | undefined {
  const byName: Readonly<Record<string, number>> = {
    headers: clocks.headersMs,
    "first content": clocks.firstContentMs,
    idle: clocks.idleMs,
    attempt: clocks.attemptMs,
    "its share": left.deadlineMs / left.targets,
    deadline: left.deadlineMs,
  };
  const [, clock] = named.exec(detail ?? "") ?? [];
  return clock === undefined ? undefined : byName[clock];
}
