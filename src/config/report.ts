import type * as z from "zod";
import { ConfigError } from "../errors.ts";
import type { ReportOptions } from "../report/options.ts";
import type { ReportDimension } from "../state/results.ts";
import { reportDefaults } from "./defaults.ts";
import { checked, options, quantity } from "./fields.ts";
import { issuesOf } from "./issues.ts";
import { quantities } from "./quantities.ts";
import { show } from "./show.ts";

/** Checks {@link ReportOptions}. */
export const reportOptions = options({
  confidence: quantity(quantities.promise).optional(),
  minDifference: quantity(quantities.promise).optional(),
  minFeedback: quantity(quantities.count).optional(),
}) satisfies z.ZodType<ReportOptions, ReportOptions>;

/** What reports tell calls apart by. */
export const reportDimension = checked<ReportDimension>(faultOfDimension, {
  type: "string",
  pattern: String.raw`^(task|tier|tag:\S[\s\S]*)$`,
  examples: ["task"],
});

function faultOfDimension(value: unknown): string | undefined {
  if (value === "task" || value === "tier") return undefined;
  const isTag = typeof value === "string" && /^tag:\S/.test(value);
  return isTag ? undefined : `must be "task", "tier", or "tag:" and the name of a tag, got ${show(value)}`;
}

/** @throws ConfigError when the options of a report do not hold */
export function checkReport(given: unknown): typeof reportDefaults {
  const parsed = reportOptions.safeParse(given);
  if (!parsed.success) throw new ConfigError(issuesOf(parsed.error));
  const { confidence, minDifference, minFeedback } = { ...reportDefaults, ...defined(parsed.data) };
  return { confidence, minDifference, minFeedback };
}

function defined(given: ReportOptions): Partial<typeof reportDefaults> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
