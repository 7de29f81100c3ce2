import type { RouteRecord } from "../glossary.ts";
import type { Minute, Percentiles, Simulation, TargetResult, TierResult } from "./result.ts";

const minuteMs = 60_000;

interface Group {
  calls: number;
  answered: number;
  failures: number;
  costUsd: number;
  readonly latenciesMs: number[];
}

interface MinuteGroup extends Group {
  readonly byTarget: Record<string, number>;
}

/** Adds up the records of a run. */
export class Report {
  readonly #targets = new Map<string, Group & { attempts: number }>();
  readonly #tiers = new Map<string, Group>();
  readonly #minutes: MinuteGroup[] = [];
  readonly #ttftsMs: number[] = [];
  readonly #errors: Record<string, number> = {};
  readonly #all = group();
  readonly #startedAt: number;
  #unpriced = 0;
  #fallbacks = 0;
  #attempts = 0;
  breakerOpenings = 0;

  /** @param startedAt - in ms since the epoch */
  constructor(targets: Iterable<string>, startedAt: number) {
    for (const id of targets) this.#targets.set(id, { ...group(), attempts: 0 });
    this.#startedAt = startedAt;
  }

  caught(error: string): void {
    this.#errors[error] = (this.#errors[error] ?? 0) + 1;
  }

  add(record: RouteRecord): void {
    const minute = this.#minuteAt(record.startedAt);
    for (const part of [this.#all, this.#tierOf(record.tier), minute]) addTo(part, record);
    this.#attempts += record.attempts.length;
    for (const { target, failure, costUsd = 0 } of record.attempts) {
      const tried = this.#targets.get(target);
      if (tried === undefined) continue;
      tried.attempts += 1;
      tried.costUsd += costUsd;
      if (failure !== undefined) tried.failures += 1;
    }
    if (record.costUsd === undefined && record.attempts.length > 0) this.#unpriced += 1;
    if (record.outcome === "answered") this.#answered(record, minute);
  }

  #answered({ target = "", durationMs = 0, ttftMs, fellBack }: RouteRecord, minute: MinuteGroup): void {
    const by = this.#targets.get(target);
    if (by !== undefined) {
      by.answered += 1;
      by.latenciesMs.push(durationMs);
    }
    minute.byTarget[target] = (minute.byTarget[target] ?? 0) + 1;
    if (ttftMs !== undefined) this.#ttftsMs.push(ttftMs);
    if (fellBack) this.#fallbacks += 1;
  }

  result(seed: number, elapsedMs: number): Simulation {
    const { calls, answered, failures: failed, costUsd, latenciesMs } = this.#all;
    return {
      seed,
      hours: elapsedMs / (60 * minuteMs),
      calls,
      answered,
      failed,
      availability: shareOf(answered, calls),
      latencyMs: percentiles(latenciesMs),
      ttftMs: percentiles(this.#ttftsMs),
      costUsd,
      unpricedCalls: this.#unpriced,
      fallbacks: this.#fallbacks,
      attempts: this.#attempts,
      breakerOpenings: this.breakerOpenings,
      byTarget: Object.fromEntries([...this.#targets].map(([id, tried]) => [id, targetResult(tried, answered)])),
      byTier: Object.fromEntries([...this.#tiers].map(([name, tier]) => [name, tierResult(tier)])),
      errors: this.#errors,
      timeline: this.#minutes.map(minuteResult),
    };
  }

  #tierOf(name: string): Group {
    const known = this.#tiers.get(name);
    if (known !== undefined) return known;
    const tier = group();
    this.#tiers.set(name, tier);
    return tier;
  }

  #minuteAt(startedAt: number): MinuteGroup {
    const at = Math.floor((startedAt - this.#startedAt) / minuteMs);
    while (this.#minutes.length <= at) this.#minutes.push({ ...group(), byTarget: {} });
    return this.#minutes[at] as MinuteGroup;
  }
}

function group(): Group {
  return { calls: 0, answered: 0, failures: 0, costUsd: 0, latenciesMs: [] };
}

function addTo(part: Group, { outcome, durationMs = 0, attempts }: RouteRecord): void {
  part.calls += 1;
  for (const { costUsd = 0 } of attempts) part.costUsd += costUsd;
  if (outcome !== "answered") part.failures += 1;
  else {
    part.answered += 1;
    part.latenciesMs.push(durationMs);
  }
}

function targetResult(
  { answered, attempts, failures, costUsd, latenciesMs }: Group & { attempts: number },
  all: number,
): TargetResult {
  return { answered, share: shareOf(answered, all), attempts, failures, costUsd, latencyMs: percentiles(latenciesMs) };
}

function tierResult({ calls, answered, costUsd, latenciesMs }: Group): TierResult {
  return { calls, answered, availability: shareOf(answered, calls), latencyMs: percentiles(latenciesMs), costUsd };
}

function minuteResult({ calls, failures, latenciesMs, byTarget }: MinuteGroup, minute: number): Minute {
  return { minute, calls, failures, p99Ms: percentiles(latenciesMs).p99, byTarget };
}

function shareOf(part: number, all: number): number {
  return all === 0 ? 0 : part / all;
}

/** The value below which a share of the others lie: the nearest rank. */
function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number | undefined => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    return value === undefined ? undefined : Math.round(value * 1000) / 1000;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
