import type { ResolvedTarget } from "../config/resolved.ts";
import type { ParamRule } from "../fit/rules.ts";
import { LruMap } from "../lib/lru-map.ts";

/** Providers do learn new parameters. */
const keptMs = 24 * 3_600_000;

const maxTargets = 1_000;
const maxParams = 50;

const nothing: readonly never[] = [];

interface LearntParam {
  readonly rule: ParamRule;
  readonly until: number;
}

interface Entry {
  readonly client: object | undefined;
  readonly model: string;
  readonly params: Map<string, LearntParam>;
}

type Target = Pick<ResolvedTarget, "id" | "model">;

/** Which parameters targets have refused. What one has refused is forgotten after a day, and when its client or model changes. */
export class LearntParams {
  readonly #targets = new LruMap<string, Entry>(maxTargets);
  #isEmpty = true;

  /** What a target does not take, as it said itself. */
  of(target: Target, client: object | undefined): readonly ParamRule[] {
    if (this.#isEmpty) return nothing;
    const now = Date.now();
    const params = this.#entryOf(target, client)?.params.values() ?? nothing;
    return [...params].filter(({ until }) => until > now).map(({ rule }) => rule);
  }

  /** Notes what a target has refused; says until when that is kept, in ms since the epoch. */
  learn(target: Target, client: object | undefined, rule: ParamRule): number {
    const { id, model } = target;
    const entry = this.#entryOf(target, client) ?? { client, model, params: new Map<string, LearntParam>() };
    const until = Date.now() + keptMs;
    const key = `${rule.param}=${rule.value}`;
    entry.params.delete(key);
    entry.params.set(key, { rule, until });
    const [oldest] = entry.params.keys();
    if (entry.params.size > maxParams && oldest !== undefined) entry.params.delete(oldest);
    this.#targets.set(id, entry);
    this.#isEmpty = false;
    return until;
  }

  #entryOf({ id, model }: Target, client: object | undefined): Entry | undefined {
    const entry = this.#targets.get(id);
    return entry?.client === client && entry?.model === model ? entry : undefined;
  }
}
