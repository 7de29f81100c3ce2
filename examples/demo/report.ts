import type { RouteRecord, RouterStats, TierStats } from "modelrouter";
import { ms, percent, table, usd } from "./table.ts";
import type { Watch } from "./watch.ts";

/** What a run left behind. */
export interface Run {
  readonly watch: Watch;
  readonly stats: RouterStats;
  readonly tiers: Readonly<Record<string, readonly string[]>>;
  readonly errors: readonly unknown[];
  readonly durationMs: number;
}

/** Prints what was measured. */
export function report(run: Run): void {
  const { watch, stats, durationMs, errors } = run;
  const { records, notes } = watch;
  const calls = `${records.length} calls in ${(durationMs / 1_000).toFixed(1)} s`;
  section(`${calls}, ${errors.length} errors reached the caller`, errors.slice(0, 3).map(String));
  section("What happened", notes.map(noteLine));
  section("Where the traffic went", traffic(records, Object.keys(run.tiers)));
  section("Why", reasons(records));
  section("How long the caller waited", latencies(stats));
  section("Staying up", reliability(run));
  section("What it cost", costs(stats));
}

function noteLine({ atMs, who, what }: Watch["notes"][number]): string {
  return `  ${(atMs / 1_000).toFixed(2).padStart(5)} s  ${who.padEnd(7)}  ${what}`;
}

function section(title: string, lines: readonly string[]): void {
  console.log(`\n${process.stdout.isTTY ? `\u001B[1m${title}\u001B[22m` : title}`);
  for (const line of lines) console.log(line);
}

function traffic(records: readonly RouteRecord[], tiers: readonly string[]): readonly string[] {
  const share = (count: number): string[] => [String(count), percent(count, records.length)];
  const rows = tiers.flatMap((tier) => {
    const ofTier = records.filter((record) => record.tier === tier);
    const targets = counted(ofTier, ({ target }) => target ?? "nobody");
    return [
      [tier, ""].concat(share(ofTier.length)),
      ...targets.map(([target, count]) => ["", target].concat(share(count))),
    ];
  });
  return table(["tier", "target that answered", "calls", "share"], rows, 2);
}

function reasons(records: readonly RouteRecord[]): readonly string[] {
  // What stands behind the first colon or comma is detail.
  const whys = counted(records, ({ tier, decidedBy, reason }) => `${decidedBy}|${reason.split(/[:,]/)[0]}|${tier}`);
  const rows = whys.map(([why, count]) => why.split("|").concat(String(count)));
  return table(["decided by", "because", "tier", "calls"], rows, 3);
}

function counted(records: readonly RouteRecord[], keyOf: (record: RouteRecord) => string): [string, number][] {
  const groups = [...Map.groupBy(records, keyOf)].map(([key, group]): [string, number] => [key, group.length]);
  return groups.toSorted(([, one], [, other]) => other - one);
}

function latencies(stats: RouterStats): readonly string[] {
  const rows = Object.entries({ ...stats.tiers, all: stats }).map(latencyRow);
  return table(["tier", "p50", "p95", "p99", "TTFT p50", "TTFT p95"], rows, 1);
}

function latencyRow([name, { latency, ttft }]: [string, Pick<TierStats, "latency" | "ttft">]): readonly string[] {
  return [name].concat([latency.p50Ms, latency.p95Ms, latency.p99Ms, ttft.p50Ms, ttft.p95Ms].map(ms));
}

function reliability({ watch, stats, tiers, errors }: Run): readonly string[] {
  const rows = Object.entries(stats.targets).map(([name, { attempts, answered, latency }]) => [
    name,
    String(attempts),
    String(attempts - answered),
    ms(latency.p50Ms),
    ms(latency.p95Ms),
    ms(latency.p99Ms),
  ]);
  const around = watch.records.filter(({ tier, target, fellBack }) => !fellBack && target !== tiers[tier]?.[0]);
  return [
    ...table(["target", "attempts", "failed", "p50", "p95", "p99"], rows, 1),
    "",
    `  ${padded(watch.openings)} times a breaker opened`,
    `  ${padded(around.length)} calls were planned around an open breaker`,
    `  ${padded(stats.fallbacks)} calls fell back to another target on the way`,
    `  ${padded(watch.retries)} retries`,
    `  ${padded(errors.length)} errors seen by the caller`,
  ];
}

function padded(count: number): string {
  return String(count).padStart(4);
}

function costs({ costUsd, savedUsd, tokens }: RouterStats): readonly string[] {
  const baselineUsd = costUsd + savedUsd;
  return [
    `  ${tokens.totalTokens.toLocaleString("en")} tokens, those of failed attempts included`,
    `  as routed          ${usd(costUsd)}`,
    `  all on gpt-4o      ${usd(baselineUsd)}  at $10 per 1,000,000 tokens`,
    `  saved              ${usd(savedUsd)}  ${percent(savedUsd, baselineUsd)}`,
  ];
}
