import type * as z from "zod";
import { checked, flag, options, quantity, text } from "../config/fields.ts";
import { issuesOf } from "../config/issues.ts";
import { quantities, type Quantity } from "../config/quantities.ts";
import { kindOf } from "../config/show.ts";
import { ConfigError } from "../errors.ts";
import type { Awaitable } from "../glossary.ts";

/**
 * Says who may see a dashboard: `true` serves. A `Response` is sent as it is, such as a 401 that asks for a password, or a
 * redirect to a login. Whatever else comes of it, or is thrown, is answered with 403.
 */
export type Authorise = (request: Request) => Awaitable<boolean | Response>;

/** What {@link dashboard} can be told. */
export interface DashboardOptions {
  /** Asked before anything is served: page, script and figures alike. There is no dashboard without it. */
  readonly authorise: Authorise;
  /** Heading of the page, where you have several. @defaultValue "modelrouter" */
  readonly title?: string | undefined;
  /**
   * Shows what was asked, and the words of providers and of checks in failures: they may repeat what was asked. Prompts may
   * hold personal data: only where whoever may see the dashboard may read them.
   * @defaultValue false
   */
  readonly showContent?: boolean | undefined;
  /** How many requests are kept, the latest. @defaultValue 200 */
  readonly maxRequests?: number | undefined;
  /** How far the charts reach back, in ms; each has 180 steps. @defaultValue 900_000 */
  readonly windowMs?: number | undefined;
  /** How many pages may be open at a time; one more is told to come back later. @defaultValue 20 */
  readonly maxConnections?: number | undefined;
}

export const dashboardDefaults = {
  title: "modelrouter",
  showContent: false,
  maxRequests: 200,
  windowMs: 900_000,
  maxConnections: 20,
} satisfies Omit<Required<DashboardOptions>, "authorise">;

const atMost = (most: number): Quantity => ({
  fits: (value) => Number.isSafeInteger(value) && value >= 1 && value <= most,
  range: `a whole number from 1 to ${most}`,
});

/** From a step of a second to one of an hour. */
const window: Quantity = {
  fits: (value) => value >= 180_000 && value <= 648_000_000,
  range: "milliseconds from 180000 (3 minutes) to 648000000 (7.5 days)",
};

const authorise = checked<Authorise>((value) => {
  if (typeof value === "function") return undefined;
  const found = value === undefined ? "is missing" : `must be a function, got ${kindOf(value)}`;
  return `${found}: say who may see the dashboard, as in askForPassword(process.env["DASHBOARD_PASSWORD"])`;
});

/** Checks {@link DashboardOptions}. */
export const dashboardOptions = options({
  authorise,
  title: text.optional(),
  showContent: flag.optional(),
  maxRequests: quantity(atMost(10_000)).optional(),
  windowMs: quantity(window).optional(),
  maxConnections: quantity(quantities.count).optional(),
}) satisfies z.ZodType<DashboardOptions, DashboardOptions>;

/** Options that hold, with the defaults filled in. */
export type ResolvedDashboard = { readonly [Name in keyof DashboardOptions]-?: NonNullable<DashboardOptions[Name]> };

/** @throws ConfigError with every fault of the options */
export function resolveDashboard(given: DashboardOptions): ResolvedDashboard {
  const parsed = dashboardOptions.safeParse(given ?? {});
  if (!parsed.success) throw new ConfigError(issuesOf(parsed.error));
  const told = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
  return { ...dashboardDefaults, authorise: parsed.data.authorise, ...Object.fromEntries(told) };
}
