import { inspect } from "node:util";
import { attemptBoundOf } from "./bounds.ts";
import { breakersHold, limitsHold } from "./flow.ts";
import type { Played } from "./play.ts";
import type { sentences } from "./sentences.ts";

/** A property that does not hold. */
export interface Violation {
  readonly property: keyof typeof sentences;
  readonly detail: string;
  /** What its events are about: a call, or a target. */
  readonly call?: string | undefined;
  readonly target?: string | undefined;
}

/** What was found of one. */
export type Found = Omit<Violation, "property">;

/** What must hold for every schedule: name → how to find where it does not. {@link sentences} has each in words. */
export const properties = {
  everyCallEndsOnce,
  callsAreAnswersAndErrors,
  errorsAreTyped,
  attemptsKeepToTheirBound,
  requestsAreAttempts,
  keysStayAtTheirHost,
  modelsStayAtTheirHost,
  textIsWhole,
  limitsHold,
  breakersHold,
  budgetsHold,
  holdsEndOnce,
  deadlinesHold,
  costsAddUp,
  glassIsKept,
  nothingGoesOn,
  healthyTargetsServeAgain,
} satisfies Readonly<Record<Exclude<keyof typeof sentences, "playsToItsEnd">, (played: Played) => Iterable<Found>>>;

const names = Object.keys(properties) as (keyof typeof properties)[];

/** Where a run breaks a property. */
export function violationsOf(played: Played): Violation[] {
  return names.flatMap((property) =>
    Array.from(properties[property](played), (found) => Object.assign({ property }, found)),
  );
}

function* everyCallEndsOnce({ settled, made, ends, told }: Played): Iterable<Found> {
  if (ends.length !== made) yield { detail: `${made} calls were made, ${ends.length} ended` };
  for (const [call, times] of settled) if (times !== 1) yield { call, detail: `it ended ${times} times` };
  const open = new Set<string>();
  for (const { name, payload } of told) {
    const { requestId = "" } = payload as { requestId?: string };
    if (name === "request:start") open.add(requestId);
    if (name === "request:end" && !open.delete(requestId))
      yield { detail: `request ${requestId} ended twice, or never began` };
  }
  for (const requestId of open) yield { detail: `the record of request ${requestId} was never complete` };
}

function* callsAreAnswersAndErrors({ stats, records, ends }: Played): Iterable<Found> {
  const { calls, answered, failed, aborted } = stats;
  if (calls !== answered + failed + aborted)
    yield { detail: `stats(): ${calls} ≠ ${answered} + ${failed} + ${aborted}` };
  if (calls !== records.length) yield { detail: `stats() counts ${calls} calls, there are ${records.length} records` };
  const byCall = new Map(records.map((record) => [record.tags["call"], record]));
  for (const { call, how } of ends) {
    const { outcome } = byCall.get(call) ?? {};
    if (outcome === undefined || how === "late") continue;
    const good = how === "whole" ? outcome === "answered" : how === "failed" ? outcome !== "answered" : true;
    if (!good) yield { call, detail: `its caller saw it ${how}, its record says ${outcome}` };
  }
}

function* errorsAreTyped({ ends }: Played): Iterable<Found> {
  for (const { call, thrown, error } of ends) {
    if (thrown !== undefined && error === undefined) yield { call, detail: `it was rejected with ${inspect(thrown)}` };
  }
}

function* attemptsKeepToTheirBound(played: Played): Iterable<Found> {
  for (const record of played.records) {
    const bound = attemptBoundOf(played.schedule, record);
    const { length } = record.attempts;
    if (length > bound) yield { call: record.tags["call"], detail: `${length} attempts, ${bound} are allowed` };
  }
}

function* requestsAreAttempts({ hits, records }: Played): Iterable<Found> {
  const byCall = groupBy(hits, ({ call }) => call);
  for (const { tags, attempts } of records) {
    const call = tags["call"] ?? "";
    const asked = byCall.get(call)?.length ?? 0;
    const cut = attempts.filter(({ failure }) => failure === "timeout" || failure === "aborted").length;
    if (asked > attempts.length || asked < attempts.length - cut)
      yield { call, detail: `${attempts.length} attempts in the record, ${asked} requests at the providers` };
  }
}

function* keysStayAtTheirHost({ hits, schedule }: Played): Iterable<Found> {
  for (const { call, host, key } of hits) {
    const own = schedule.hosts.find(({ name }) => name === host)?.keys ?? [];
    if (!own.includes(key)) yield { call, detail: `${host} was shown the key ${key}` };
  }
}

function* modelsStayAtTheirHost({ hits, schedule }: Played): Iterable<Found> {
  for (const { call, host, model } of hits) {
    const client = schedule.options.targets?.[model]?.client;
    const own = schedule.hosts.find((one) => one.client === client)?.name;
    if (host !== own) yield { call, target: model, detail: `${model} was asked of ${host}` };
  }
}

function* textIsWhole({ ends, hits }: Played): Iterable<Found> {
  const byCall = groupBy(hits, ({ call }) => call);
  for (const { call, text, how } of ends) {
    const replies = (byCall.get(call) ?? []).map(({ reply }) => reply);
    const whole = how === "whole";
    const good = replies.some((reply) => (whole ? reply === text : reply.startsWith(text)));
    if (!good && (whole || text !== ""))
      yield { call, detail: `it read ${JSON.stringify(text.slice(0, 80))} (${how})` };
  }
}

function* budgetsHold({ budgets, schedule }: Played): Iterable<Found> {
  for (const { budget, limitUsd, spentUsd, heldUsd } of budgets) {
    const warns = schedule.options.budgets?.[budget]?.onSpent === "warn";
    if (spentUsd > limitUsd + 1e-9 && !warns)
      yield { detail: `the budget ${budget} of $${limitUsd} has spent $${spentUsd}` };
    if (heldUsd > 1e-9) yield { detail: `the budget ${budget} holds $${heldUsd} though no call is in flight` };
  }
}

function* holdsEndOnce({ holds }: Played): Iterable<Found> {
  for (const [hold, { settled }] of holds) {
    if (settled.length !== 1) yield { detail: `the hold ${hold} was settled ${settled.length} times` };
  }
}

const momentMs = 5;

function* deadlinesHold({ ends, schedule }: Played): Iterable<Found> {
  for (const { call, planned, startedMs, endedMs } of ends) {
    if (planned.batchOf !== undefined) continue;
    const deadlineMs = planned.deadlineMs ?? schedule.options.deadlineMs ?? Infinity;
    const mostMs = Math.min(deadlineMs, planned.withinMs ?? Infinity);
    const tookMs = endedMs - startedMs;
    if (tookMs > mostMs + momentMs) yield { call, detail: `it took ${Math.round(tookMs)} ms, ${mostMs} are allowed` };
  }
}

function* costsAddUp({ costUsd, records }: Played): Iterable<Found> {
  const sum = records.reduce(
    (all, record) => all + record.attempts.reduce((usd, attempt) => usd + (attempt.costUsd ?? 0), 0),
    0,
  );
  if (Math.abs(sum - costUsd) > 1e-9) yield { detail: `costs() says $${costUsd}, the records $${sum}` };
}

function* glassIsKept({ records, told, schedule }: Played): Iterable<Found> {
  const used = new Set(told.filter(({ name }) => name === "break-glass:use").map(({ payload }) => requestOf(payload)));
  const { targets = {} } = schedule.options;
  for (const { requestId, attempts, tags, tier } of records) {
    const call = tags["call"];
    if (!attempts.some(({ target }) => targets[target]?.breakGlass === true)) continue;
    if (!used.has(requestId)) yield { call, detail: "it used a break-glass target, and nobody was told" };
    if (call?.includes(".") === true && tier !== "direct")
      yield { call, detail: "it is of a batch, and used a break-glass target" };
  }
}

function requestOf(payload: object): string | undefined {
  return (payload as { requestId?: string }).requestId;
}

function* nothingGoesOn({ timersLeft, health, hits, waiting }: Played): Iterable<Found> {
  if (timersLeft > 0) yield { detail: `${timersLeft} timers are left` };
  if (waiting > 0) yield { detail: `${waiting} calls still wait for limits` };
  for (const [target, { inFlight }] of Object.entries(health.targets)) {
    if (inFlight !== 0) yield { target, detail: `${inFlight} calls are in flight at ${target}` };
  }
  for (const { call, number, over } of hits) {
    if (!over) yield { call, detail: `request ${number} was never cancelled` };
  }
}

function* healthyTargetsServeAgain({ recovered }: Played): Iterable<Found> {
  for (const { target, end, record } of recovered) {
    const { call, how, error = "no error" } = end ?? {};
    const tried = record?.attempts.length;
    if (error === "budget_spent" || (how === "whole" && tried === 1)) continue;
    yield {
      target,
      call,
      detail: `${target} is well, and a call to it ended ${how} (${error}) after ${tried} attempts`,
    };
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
