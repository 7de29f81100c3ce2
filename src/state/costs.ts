import type { AttemptRecord, RouteRecord } from "../glossary.ts";
import { CostCounts, type CostSums, rest } from "./cost-sums.ts";

/**
 * What costs can be told apart by. A label is `tag:` and its name: `tag:team`, `tag:feature`. By `target` a call counts for
 * the one that answered, and each attempt's tokens and cost for the one that took them.
 */
export type CostDimension = "tier" | "target" | "task" | `tag:${string}`;

/** What calls cost since counting began, as a whole and by one dimension. A copy that no longer changes. */
export interface CostReport {
  /** When counting began, in ms since the epoch. */
  readonly since: number;
  /** All calls. */
  readonly total: CostSums;
  /** By name: of the tier, target or task, or the value of the tag. Empty when no dimension was asked for. */
  readonly groups: Readonly<Record<string, CostSums>>;
  /** What is beyond the limits: names that came when 1,000 were known, tags that came when 20 were. */
  readonly other: CostSums;
  /** What shadows cost beside all that: they are no calls of anybody, and in none of the others. */
  readonly shadow: CostSums;
  /** Calls without a task, without the tag, or that no target answered; without a dimension, all calls. */
  readonly none: CostSums;
}

/** How much is remembered. */
export interface CostLimits {
  /** Names that each dimension tells apart; those that come later are `other`. @defaultValue 1_000 */
  readonly maxNames?: number | undefined;
  /** Tags that are dimensions; those that come later are not told apart. @defaultValue 20 */
  readonly maxTags?: number | undefined;
}

/** Adds up what calls cost, by tier, target, task and tag. */
export class Costs {
  readonly #since = Date.now();
  readonly #total = new CostCounts();
  readonly #shadow = new CostCounts();
  readonly #tiers: Groups;
  readonly #targets: Groups;
  readonly #tasks: Groups;
  readonly #tags = new Map<string, Groups>();
  readonly #maxNames: number;
  readonly #maxTags: number;
  #untold = false;

  constructor({ maxNames = 1_000, maxTags = 20 }: CostLimits = {}) {
    this.#maxNames = maxNames;
    this.#maxTags = maxTags;
    this.#tiers = new Groups(maxNames);
    this.#targets = new Groups(maxNames);
    this.#tasks = new Groups(maxNames);
  }

  /** A call ended; its record is complete. */
  add(record: RouteRecord): void {
    addTo(this.#total, record);
    addTo(this.#tiers.of(record.tier), record);
    if (record.task !== undefined) addTo(this.#tasks.of(record.task), record);
    if (record.target !== undefined) this.#targets.of(record.target).addCall(record);
    for (const attempt of record.attempts) this.#targets.of(attempt.target).addAttempt(attempt);
    for (const name in record.tags) this.#addTag(name, record);
  }

  /** A shadow ended. */
  addShadow(attempt: AttemptRecord): void {
    this.#shadow.addAlone(attempt);
  }

  /** @throws TypeError when there is no such dimension */
  report(by?: CostDimension): CostReport {
    const total = this.#total.sums();
    const known = by === undefined ? undefined : this.#groupsBy(by);
    const groups = known?.sums() ?? {};
    const isUntold = by !== undefined && known === undefined && this.#untold;
    const other = isUntold ? total : (known?.other.sums() ?? new CostCounts().sums());
    return {
      since: this.#since,
      total,
      groups,
      other,
      shadow: this.#shadow.sums(),
      none: rest(total, [...Object.values(groups), other]),
    };
  }

  #groupsBy(by: CostDimension): Groups | undefined {
    if (by === "tier") return this.#tiers;
    if (by === "target") return this.#targets;
    if (by === "task") return this.#tasks;
    if (typeof by === "string" && by.startsWith("tag:")) return this.#tags.get(by.slice("tag:".length));
    throw new TypeError(
      `Costs are told by "tier", "target", "task" or "tag:" and a name, not by ${JSON.stringify(by)}.`,
    );
  }

  #addTag(name: string, record: RouteRecord): void {
    const value = record.tags[name];
    const groups = this.#tags.get(name) ?? this.#newTag(name);
    if (groups === undefined) this.#untold = true;
    else if (value !== undefined) addTo(groups.of(value), record);
  }

  #newTag(name: string): Groups | undefined {
    if (this.#tags.size >= this.#maxTags) return undefined;
    const groups = new Groups(this.#maxNames);
    this.#tags.set(name, groups);
    return groups;
  }
}

/** The counts of one dimension, by name. */
class Groups {
  /** What names beyond the limit add up to. */
  readonly other = new CostCounts();
  readonly #maxNames: number;
  readonly #byName = new Map<string, CostCounts>();

  constructor(maxNames: number) {
    this.#maxNames = maxNames;
  }

  of(name: string): CostCounts {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#byName.size >= this.#maxNames) return this.other;
    const counts = new CostCounts();
    this.#byName.set(name, counts);
    return counts;
  }

  sums(): Readonly<Record<string, CostSums>> {
    return Object.fromEntries([...this.#byName].map(([name, counts]) => [name, counts.sums()]));
  }
}

function addTo(counts: CostCounts, record: RouteRecord): void {
  counts.addCall(record);
  for (const attempt of record.attempts) counts.addAttempt(attempt);
}
