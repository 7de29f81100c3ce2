import { outageDefaults } from "./defaults.ts";
import type { OutageOptions } from "./options.ts";
import { parse } from "./parse.ts";
import { withoutNoise } from "./round.ts";
import { outageOptions } from "./schema.ts";
import { hoursPerMonth, hoursPerYear } from "./time.ts";

/** What outages cost, against what the premium tier costs that makes them shorter. */
export interface OutageComparison {
  /** Without the premium tier. */
  readonly standard: Outages;
  /** With it. */
  readonly premium: Outages;
  /** Revenue that the premium tier keeps from being lost, in USD a month; below 0 when it is up less. */
  readonly avoidedUsd: number;
  /** What the premium tier costs, in USD a month. */
  readonly premiumUsd: number;
  /** `avoidedUsd - premiumUsd`. */
  readonly netUsd: number;
  /** Whether it avoids at least what it costs. */
  readonly pays: boolean;
  /** Revenue of an hour, in USD, from which on the premium tier pays. Undefined when it never does, as it is not up more. */
  readonly breakEvenRevenuePerHourUsd: number | undefined;
  /** The uptime without the premium tier, 0–1, below which it pays at this revenue. Undefined when there is none. */
  readonly breakEvenUptime: number | undefined;
}

/** How long nothing answers, and what that costs. */
export interface Outages {
  /** Hours a year in which nothing answers. */
  readonly hoursPerYear: number;
  /** Revenue lost, in USD a month. */
  readonly lostUsd: number;
}

/**
 * What an outage costs against what a premium or dedicated tier costs.
 * @throws ConfigError with every fault of the options, each with its path
 */
export function compareOutages(options: OutageOptions): OutageComparison {
  const risk = parse(outageOptions, options);
  const { revenuePerHourUsd, lostShare = outageDefaults.lostShare, uptime, premiumUptime, premiumUsd } = risk;
  const lostPerHourUsd = revenuePerHourUsd * lostShare;
  const standard = outagesAt(uptime, lostPerHourUsd);
  const premium = outagesAt(premiumUptime, lostPerHourUsd);
  const avoidedUsd = withoutNoise(standard.lostUsd - premium.lostUsd);
  return {
    standard,
    premium,
    avoidedUsd,
    premiumUsd,
    netUsd: withoutNoise(avoidedUsd - premiumUsd),
    pays: avoidedUsd >= premiumUsd,
    breakEvenRevenuePerHourUsd: ratio(premiumUsd, (premiumUptime - uptime) * hoursPerMonth * lostShare),
    breakEvenUptime: breakEvenUptime(premiumUptime, ratio(premiumUsd, hoursPerMonth * lostPerHourUsd)),
  };
}

function outagesAt(uptime: number, lostPerHourUsd: number): Outages {
  const down = withoutNoise(1 - uptime);
  return {
    hoursPerYear: withoutNoise(down * hoursPerYear),
    lostUsd: withoutNoise(down * hoursPerMonth * lostPerHourUsd),
  };
}

function breakEvenUptime(premiumUptime: number, neededGain: number | undefined): number | undefined {
  return neededGain === undefined || neededGain > premiumUptime ? undefined : withoutNoise(premiumUptime - neededGain);
}

function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? withoutNoise(part / whole) : undefined;
}
