import type { RouteRecord } from "../../src/index.ts";
import type { Schedule } from "./schedule.ts";

/**
 * The most attempts that a call may make: each of its targets as often as its retries say, each time with all keys of its
 * client, and where nothing else serves the target that said when it is back, as often as its retries say.
 */
export function attemptBoundOf(schedule: Schedule, record: RouteRecord): number {
  const each = targetsOf(schedule, record).map((id) => {
    const { client } = schedule.options.targets?.[id] ?? {};
    const keys = schedule.hosts.find((host) => host.client === client)?.keys.length ?? 1;
    return { retries: retriesOf(schedule, record.tier, id), keys };
  });
  const inTurn = each.reduce((sum, { retries, keys }) => sum + (1 + retries) * keys, 0);
  const atTheEnd = Math.max(0, ...each.map(({ retries }) => retries)) * Math.max(1, ...each.map(({ keys }) => keys));
  return inTurn + atTheEnd;
}

function targetsOf({ options }: Schedule, record: RouteRecord): readonly string[] {
  const named = options.tiers[record.tier];
  const own = named === undefined ? [] : "targets" in named ? named.targets : named;
  if (record.downgradedFrom === undefined && own.length > 0) return own;
  return own.length > 0 ? Object.keys(options.targets ?? {}) : record.attempts.slice(0, 1).map(({ target }) => target);
}

function retriesOf({ options }: Schedule, tier: string, id: string): number {
  const named = options.tiers[tier];
  const ofTier = named !== undefined && "targets" in named ? named.retry : undefined;
  const retries = [options.targets?.[id]?.retry, ofTier, options.retry].map((retry) =>
    retry === false ? 0 : retry?.maxRetries,
  );
  return Math.max(...retries.map((count) => count ?? 0), 0);
}
