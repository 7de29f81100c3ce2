import type {
  Estimate,
  ExperimentResult,
  ReportData,
  ShadowReport,
  TargetResult,
  TaskResult,
  VariantResult,
} from "./report.ts";
import { costWords, percent } from "./words.ts";

/** A report in Markdown, for people. */
export function reportTable(report: ReportData): string {
  const { tasks, experiments, shadow, confidence, since, untold } = report;
  const lines = [
    `# What works`,
    `Since ${new Date(since).toISOString()}. In brackets: between which bounds the true value lies, with a confidence of ${percent(confidence)}.`,
    ...tasks.map((task) => taskSection(task, report)),
    ...experiments.map(experimentSection),
    ...(shadow === undefined ? [] : shadowSections(shadow)),
    ...(tasks.length === 0 ? ["No answer was counted yet."] : [notes]),
    ...(untold === 0 ? [] : [`${untold} answers are not counted: more tasks came than are told apart.`]),
  ];
  return `${lines.join("\n\n")}\n`;
}

const notes =
  "Targets got the calls that they were planned for: fallbacks those that others failed at. Only an experiment shares calls out by lot.";

function taskSection({ name, targets, verdict }: TaskResult, { by }: ReportData): string {
  const kind = by.startsWith("tag:") ? by.slice("tag:".length) : by;
  const title = name === undefined ? `Calls without a ${kind}` : `${kind} ${name}`;
  return `## ${title}\n\n${resultTable(targets)}\n\n**Verdict:** ${verdict.text}.`;
}

function experimentSection({ name, variants, verdict }: ExperimentResult): string {
  const served = variants.map((variant) => `- ${variant.name}: ${servedWords(variant)}`).join("\n");
  return `## experiment ${name}\n\n${resultTable(variants, "variant")}\n\n${served}\n\n**Verdict:** ${verdict.text}.`;
}

function shadowSections({ target, tasks, skipped, spentUsd }: ShadowReport): string[] {
  const counts = Object.entries(skipped).map(([why, times]) => `${times} ${why.replaceAll("_", " ")}`);
  const without = counts.length === 0 ? "" : ` Without a shadow: ${counts.join(", ")}.`;
  return [
    `## shadow ${target}`,
    `${costWords(spentUsd)} spent in this window.${without}`,
    ...tasks.flatMap(({ name, shadow, given, text }) => [
      `### ${name ?? "Calls without a task"}`,
      resultTable([shadow, given]),
      `**Verdict:** ${text}.`,
    ]),
  ];
}

function servedWords({ servedBy, failed }: VariantResult): string {
  const counts = Object.entries(servedBy).map(([target, calls]) => `${calls} answered by ${target}`);
  return [...counts, `${failed} not answered`].join(", ");
}

function resultTable(results: readonly TargetResult[], heading = "target"): string {
  const rows = [
    [heading, "calls", "judged", "good", "USD a call", "p50", "p95", "saved"],
    ["---", "---:", "---:", "---:", "---:", "---:", "---:", "---:"],
    ...results.map(rowOf),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) => `| ${row.map((cell, column) => padded(cell, widths[column] ?? 0, column)).join(" | ")} |`)
    .join("\n");
}

function padded(cell: string, width: number, column: number): string {
  if (cell.startsWith("---")) return cell.endsWith(":") ? `${"-".repeat(width - 1)}:` : "-".repeat(width);
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function rowOf({ name, calls, accuracy, costUsd, p50Ms, p95Ms, savedUsd }: TargetResult): string[] {
  return [
    name.replaceAll("|", "\\|"),
    String(calls),
    String(accuracy.count),
    estimated(accuracy, percent),
    estimated(costUsd, costWords),
    estimated(p50Ms, duration),
    estimated(p95Ms, duration),
    costWords(savedUsd),
  ];
}

function estimated({ value, low, high }: Estimate, words: (value: number) => string): string {
  if (value === undefined) return "–";
  if (low === undefined && high === undefined) return words(value);
  return `${words(value)} (${low === undefined ? "?" : words(low)} to ${high === undefined ? "?" : words(high)})`;
}

function duration(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
