import type { CallEnd } from "./caller.ts";
import type { Played, Told } from "./play.ts";
import type { properties } from "./properties.ts";

type Spoil = (played: Played) => Partial<Played>;

/** What a run looks like that breaks a property: a property that finds nothing in it would find nothing in a real one. */
export const planted: Readonly<Record<keyof typeof properties, Spoil>> = {
  everyCallEndsOnce: ({ settled, ends }) => ({ settled: new Map([...settled, [callOf(ends), 2]]) }),
  callsAreAnswersAndErrors: ({ stats }) => ({ stats: { ...stats, answered: stats.answered + 1 } }),
  errorsAreTyped: ({ ends }) => ({ ends: spoilt(ends, { thrown: new TypeError("oops"), error: undefined }) }),
  attemptsKeepToTheirBound: ({ records }) => ({
    records: records.map((record) => ({
      ...record,
      attempts: Array.from({ length: 99 }, () => record.attempts).flat(),
    })),
  }),
  requestsAreAttempts: ({ hits }) => ({ hits: [...hits, ...hits] }),
  keysStayAtTheirHost: ({ hits }) => ({ hits: hits.map((hit) => ({ ...hit, key: "sk-of-another" })) }),
  modelsStayAtTheirHost: ({ hits }) => ({ hits: hits.map((hit) => ({ ...hit, host: "another.test" })) }),
  textIsWhole: ({ ends }) => ({ ends: ends.map((end) => ({ ...end, text: end.text.replace(" 0", " 0 0") })) }),
  limitsHold: ({ schedule, told }) => ({
    schedule: { ...schedule, options: { ...schedule.options, clientLimits: { default: { requestsPerMinute: 0.5 } } } },
    told: told.filter(({ name }) => name === "attempt:start"),
  }),
  breakersHold: ({ told }) => ({
    told: told.flatMap((event) => (event.name === "attempt:start" ? opened(event) : [])),
  }),
  budgetsHold: () => ({ budgets: [{ budget: "all", limitUsd: 1, spentUsd: 1.01, heldUsd: 0 }] }),
  holdsEndOnce: () => ({ holds: new Map([["hold", { taken: [1], settled: [] }]]) }),
  deadlinesHold: ({ ends }) => ({
    ends: ends.map((end) => ({ ...end, planned: { ...end.planned, batchOf: undefined, deadlineMs: -10 } })),
  }),
  costsAddUp: ({ costUsd }) => ({ costUsd: costUsd + 0.001 }),
  glassIsKept: ({ schedule, told, records }) => ({
    schedule: { ...schedule, options: { ...schedule.options, targets: glass(records) } },
    told: told.filter(({ name }) => name !== "break-glass:use"),
  }),
  nothingGoesOn: () => ({ timersLeft: 1 }),
  healthyTargetsServeAgain: ({ recovered }) => ({
    recovered: recovered.map(({ target }) => ({ target, end: undefined, record: undefined })),
  }),
};

function glass(records: Played["records"]): Record<string, { breakGlass: true }> {
  return Object.fromEntries(
    records.flatMap(({ attempts }) => attempts.map(({ target }) => [target, { breakGlass: true }])),
  );
}

function callOf([first]: readonly CallEnd[]): string {
  return first?.call ?? "";
}

function spoilt([first, ...others]: readonly CallEnd[], change: Partial<CallEnd>): CallEnd[] {
  return first === undefined ? others : [{ ...first, ...change }, ...others];
}

// Its breaker is open, and two calls go through at once.
function opened(event: Told): Told[] {
  const { target } = event.payload as { target: string };
  const open: Told = { atMs: event.atMs, name: "breaker:open", payload: { target, dueAt: 0 } };
  const another: Told = { ...event, payload: { target, requestId: "another" } };
  return [open, event, another];
}
