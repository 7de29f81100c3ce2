import type { FaultName } from "./fault-list.ts";
import type { RehearsedCall } from "./expect-resilient.ts";

const headings = ["what is out", "a call", "what the caller gets", "after", "faults"] as const;
const maxFaultChars = 56;
// Fewer are named.
const atLeast = 10;

/** What would happen in each outage, a table for each tier; faults of which the same comes stand together. */
export function outageTable(calls: readonly RehearsedCall[], chains: ReadonlyMap<string, readonly string[]>): string {
  return [...chains]
    .map(([tier, chain]) => {
      const rows = rowsOf(calls.filter((call) => call.tier === tier));
      return `Tier ${tier}: ${chain.join(" → ")}\n\n${lines([[...headings], ...rows])}`;
    })
    .join("\n\n");
}

interface Row {
  readonly call: "any" | "JSON" | "stream";
  readonly result: string;
  readonly after: string;
  readonly faults: FaultName[];
}

function rowsOf(calls: readonly RehearsedCall[]): readonly (readonly string[])[] {
  const lists: (readonly string[])[] = [];
  for (const [what, given] of Map.groupBy(calls, (call) => call.what)) {
    const all = new Set(given.map(({ fault }) => fault)).size;
    let shown = what;
    for (const { call, result, after, faults } of rowsOfOutage(given)) {
      const [first = "", ...more] =
        faults.length === all && all >= atLeast ? [`all ${all} of the wall`] : wrapped(faults);
      lists.push([shown, call, result, after, first], ...more.map((line) => ["", "", "", "", line]));
      shown = "";
    }
  }
  return lists;
}

function rowsOfOutage(calls: readonly RehearsedCall[]): readonly Row[] {
  const rows: Row[] = [];
  for (const [, [one, other]] of Map.groupBy(calls, ({ fault }) => fault)) {
    if (one === undefined) continue;
    const isOne = other !== undefined && one.result === other.result && one.waitMs === other.waitMs;
    add(rows, one, isOne ? "any" : kindOf(one));
    if (other !== undefined && !isOne) add(rows, other, kindOf(other));
  }
  return rows;
}

function kindOf({ stream }: RehearsedCall): Row["call"] {
  return stream ? "stream" : "JSON";
}

function add(rows: Row[], { result, waitMs, fault }: RehearsedCall, call: Row["call"]): void {
  const after = afterOf(waitMs);
  // A fault that only streams have stands with those of which the same comes.
  const fits = (row: Row): boolean => row.call === call || (call === "stream" && row.call === "any");
  const row = rows.find((one) => one.result === result && one.after === after && fits(one));
  if (row === undefined) rows.push({ call, result, after, faults: [fault] });
  else row.faults.push(fault);
}

function afterOf(waitMs: number): string {
  if (waitMs === 0) return "at once";
  return Number.isFinite(waitMs) ? `${Number((waitMs / 1_000).toPrecision(3))} s` : "never";
}

function wrapped(names: readonly string[]): readonly string[] {
  const all: string[] = [];
  for (const name of names) {
    const last = all.at(-1);
    if (last === undefined || last.length + name.length + 2 > maxFaultChars) all.push(name);
    else all[all.length - 1] = `${last}, ${name}`;
  }
  return all;
}

function lines(rows: readonly (readonly string[])[]): string {
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    widths
      .map((width, at) => (row[at] ?? "").padEnd(width))
      .join("  ")
      .trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...body.map(line)].join("\n");
}
