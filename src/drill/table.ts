import { textTable } from "../lib/text-table.ts";
import type { DrillReport, DrillSide } from "../drill-report.ts";

/** A report as a table for people: what the fallbacks did beside what the target did in the same time. */
export function drillTable(report: DrillReport): string {
  const { target, dry, share, drilled, others, noFallback } = report;
  const kind = dry ? "Dry drill without" : `Drill: ${Number((100 * share).toFixed(2))} % of the calls kept off`;
  const sides = dry ? [drilled] : [drilled, others];
  const rows = rowsOf.map(([name, cellOf]) => [name].concat(sides.map(cellOf)));
  return [
    `${kind} ${target}${report.endedAt === undefined ? ", still going on" : ""}`,
    textTable(["", "fallbacks", ...(dry ? [] : [target])], rows),
    ...Object.entries(drilled.answeredBy).map(([id, count]) => `${count} answered by ${id}`),
    ...(noFallback === 0 ? [] : [`${noFallback} could not be kept off: nothing else could serve them`]),
  ].join("\n");
}

const rowsOf: readonly (readonly [name: string, cellOf: (side: DrillSide) => string])[] = [
  ["calls", ({ calls }) => String(calls)],
  ["answered", ({ answered }) => String(answered)],
  ["rescued by the target", ({ rescued }) => String(rescued)],
  ["failed", ({ failed }) => String(failed)],
  ["answer not accepted", ({ notAccepted }) => String(notAccepted)],
  ["p50", ({ latency }) => ms(latency.p50Ms)],
  ["p95", ({ latency }) => ms(latency.p95Ms)],
  ["first token p50", ({ ttft }) => ms(ttft.p50Ms)],
  ["first token p95", ({ ttft }) => ms(ttft.p95Ms)],
  ["USD a call", ({ costPerCallUsd }) => (costPerCallUsd === undefined ? "–" : costPerCallUsd.toPrecision(3))],
];

function ms(duration: number | undefined): string {
  return duration === undefined ? "–" : `${Math.round(duration)} ms`;
}
