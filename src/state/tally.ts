import type { AttemptRecord, RouteRecord } from "../glossary.ts";
import { Costs } from "./costs.ts";
import { defaultWindowMs, type WindowOptions } from "./slices.ts";
import { type TargetStats, TargetTally, type TargetWindows } from "./target-tally.ts";
import { type TierStats, TierTally } from "./tier-tally.ts";
import { WaitCounts, type WaitStats } from "./wait-counts.ts";

/** What was counted: all calls together, and by tier and target. A copy that no longer changes. */
export interface TallyStats extends TierStats {
  /** When counting began, in ms since the epoch. */
  readonly since: number;
  /** How far latencies, `errorRate` and `uptime` reach back, in ms. */
  readonly windowMs: number;
  /** How calls waited for limits. */
  readonly waits: WaitStats;
  /** By tier, those that had traffic. */
  readonly tiers: Readonly<Record<string, TierStats>>;
  /** By target id, those that had traffic; of targets that the configuration does not name, the latest. */
  readonly targets: Readonly<Record<string, TargetStats>>;
}

/** What a {@link Tally} is told. */
export interface TallyOptions extends WindowOptions {
  /** Whether the configuration names a target: such a target is never forgotten. */
  isConfigured(targetId: string): boolean;
  /**
   * How many other targets are kept, as callers may name any model id; those not used longest are forgotten first.
   * @defaultValue 200
   */
  maxOthers?: number | undefined;
}

/** Counts what happens, by target, by tier and in all. */
export class Tally {
  /** How calls waited for limits. */
  readonly waits = new WaitCounts();
  /** What calls cost, by tier, target, task and tag. */
  readonly costs = new Costs();
  readonly #options: TallyOptions;
  readonly #since = Date.now();
  readonly #total: TierTally;
  readonly #tiers = new Map<string, TierTally>();
  readonly #targets = new Map<string, TargetTally>();
  #uses = 0;

  constructor(options: TallyOptions) {
    this.#options = options;
    this.#total = new TierTally(options);
  }

  /** A call to a target begins; {@link attempt} must follow, once. */
  begin(targetId: string, tier: string): void {
    this.#target(targetId).begin();
    this.#tier(tier).begin();
    this.#total.begin();
  }

  /** The first token with content came `ttftMs` after the call to the target was sent. */
  firstContent(targetId: string, ttftMs: number): void {
    this.#target(targetId).ttft.add(ttftMs);
  }

  /** A call to a target was cut off after so long, because another was faster: it would have taken longer. */
  outrun(targetId: string, durationMs: number, stream: boolean): void {
    const { ttft, latency } = this.#target(targetId);
    (stream ? ttft : latency).add(durationMs);
  }

  /** A call to a target ended; its cost is worked out already. */
  attempt(targetId: string, tier: string, attempt: AttemptRecord): void {
    this.#target(targetId).end(attempt, Date.now());
    this.#tier(tier).end(attempt);
    this.#total.end(attempt);
  }

  /** A request ended; its record is complete. */
  request(record: RouteRecord): void {
    const now = Date.now();
    this.#tier(record.tier).request(record, now);
    this.#total.request(record, now);
    this.costs.add(record);
  }

  /** A call with a limit was late; `tier` is undefined when it was in none. */
  missed(tier: string | undefined): void {
    if (tier !== undefined) this.#tier(tier).missed();
    this.#total.missed();
  }

  /** The durations measured at a target, for planning: they stay current as long as the configuration names the target. */
  windowsOf(targetId: string): TargetWindows {
    return this.#target(targetId);
  }

  /** Everything that was counted. */
  snapshot(): TallyStats {
    const now = Date.now();
    return {
      ...this.#total.stats(now),
      since: this.#since,
      windowMs: this.#options.windowMs ?? defaultWindowMs,
      waits: this.waits.stats(),
      tiers: statsOf(this.#tiers, now),
      targets: statsOf(this.#targets, now),
    };
  }

  #tier(name: string): TierTally {
    const known = this.#tiers.get(name);
    if (known !== undefined) return known;
    const tally = new TierTally(this.#options);
    this.#tiers.set(name, tally);
    return tally;
  }

  #target(id: string): TargetTally {
    const tally = this.#targets.get(id) ?? this.#newTarget(id);
    this.#uses += 1;
    tally.lastUse = this.#uses;
    return tally;
  }

  #newTarget(id: string): TargetTally {
    this.#forgetAnOther();
    const tally = new TargetTally(this.#options);
    this.#targets.set(id, tally);
    return tally;
  }

  /** Makes room when another target comes and the limit of those that the configuration does not name is reached. */
  #forgetAnOther(): void {
    const { maxOthers = 200 } = this.#options;
    if (this.#targets.size < maxOthers) return;
    const others = [...this.#targets].filter(([id]) => !this.#options.isConfigured(id));
    if (others.length < maxOthers) return;
    const [oldest] = others.reduce((one, other) => (other[1].lastUse < one[1].lastUse ? other : one));
    this.#targets.delete(oldest);
  }
}

function statsOf<Stats>(
  tallies: ReadonlyMap<string, { stats(now: number): Stats }>,
  now: number,
): Readonly<Record<string, Stats>> {
  return Object.fromEntries([...tallies].map(([name, tally]) => [name, tally.stats(now)]));
}
