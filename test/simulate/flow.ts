import type { AttemptRecord } from "../../src/index.ts";
import type { Played, Told } from "./play.ts";
import type { Found } from "./properties.ts";

/** A call to a target that begins or ends. */
interface Step {
  readonly atMs: number;
  readonly begins: boolean;
  readonly target: string;
  readonly requestId: string;
}

function stepOf({ atMs, name, payload }: Told): Step | undefined {
  const {
    requestId = "",
    target,
    attempt,
  } = payload as { requestId?: string; target?: string; attempt?: AttemptRecord };
  if (name === "attempt:start" && target !== undefined) return { atMs, begins: true, target, requestId };
  if (name === "attempt:end" && attempt !== undefined)
    return { atMs, begins: false, target: attempt.target, requestId };
  return undefined;
}

// Limits of targets, and those of clients.
export function* limitsHold({ told, schedule }: Played): Iterable<Found> {
  const { targets = {}, clientLimits = {} } = schedule.options;
  const steps = told.map(stepOf).filter((step) => step !== undefined);
  for (const [target, { limits }] of Object.entries(targets)) {
    if (limits === undefined) continue;
    yield* overrun(
      steps.filter((step) => step.target === target),
      { ...limits, name: target },
    );
  }
  for (const [client, limits] of Object.entries(clientLimits)) {
    const own = steps.filter((step) => targets[step.target]?.client === client);
    yield* overrun(own, { ...limits, name: client });
  }
}

interface Limits {
  readonly name: string;
  readonly requestsPerMinute?: number | undefined;
  readonly concurrency?: number | undefined;
}

function* overrun(steps: readonly Step[], limits: Limits): Iterable<Found> {
  const { name, requestsPerMinute = Infinity, concurrency = Infinity } = limits;
  const begun: number[] = [];
  let inFlight = 0;
  for (const { atMs, begins } of steps) {
    inFlight += begins ? 1 : -1;
    if (inFlight > concurrency)
      yield { target: name, detail: `${inFlight} calls at once at ${at(atMs)}, of ${concurrency}` };
    if (!begins) continue;
    begun.push(atMs);
    while ((begun[0] ?? Infinity) <= atMs - 60_000) begun.shift();
    if (begun.length > requestsPerMinute)
      yield { target: name, detail: `${begun.length} requests in the minute to ${at(atMs)}, of ${requestsPerMinute}` };
  }
}

// Breakers that are open or half-open.
export function* breakersHold({ told }: Played): Iterable<Found> {
  /** Target → the calls that got through to it since its breaker opened. */
  const open = new Map<string, Set<string>>();
  for (const event of told) {
    follow(event, open);
    const step = stepOf(event);
    const through = step === undefined ? undefined : open.get(step.target);
    if (step === undefined || through === undefined) continue;
    if (!step.begins) through.delete(step.requestId);
    else if (through.add(step.requestId).size > 1)
      yield { target: step.target, detail: `${through.size} calls get through an open breaker at ${at(step.atMs)}` };
  }
}

function follow({ name, payload }: Told, open: Map<string, Set<string>>): void {
  const { target = "" } = payload as { target?: string };
  if (name === "breaker:open" && !open.has(target)) open.set(target, new Set());
  if (name === "breaker:close") open.delete(target);
}

function at(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
