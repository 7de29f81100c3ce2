import type { ResolvedConfig, Slow } from "../config/resolved.ts";
import type { RouterEvents } from "../events.ts";
import type { Emitter } from "../lib/emitter.ts";
import { SlowWatch, type SlowState } from "./slow-watch.ts";

interface Watched {
  readonly watch: SlowWatch;
  /** What it was made for: another configuration that says the same keeps it. */
  readonly madeFor: string;
}

/** What is known of a call whose attempts are timed. */
export interface TimedCall {
  readonly tier: string;
  readonly stream: boolean;
}

/** Which targets are slow in which tier. Each tier judges by its own calls and limits. */
export class Slowness {
  readonly #events: Emitter<RouterEvents>;
  /** By tier, then by target; those that have a limit. */
  #tiers: ReadonlyMap<string, ReadonlyMap<string, Watched>> = new Map();

  constructor(config: ResolvedConfig, events: Emitter<RouterEvents>) {
    this.#events = events;
    this.adopt(config);
  }

  /** Goes over to another configuration: what is known stays where limit, client and model do. */
  adopt(config: ResolvedConfig): void {
    const before = this.#tiers;
    const tiers = [...config.tiers.values()].map(({ name, targets, resilience }) => {
      const watched = targets.flatMap(({ id, client, model }): [string, Watched][] => {
        const slow = resilience.get(id)?.slow ?? false;
        if (slow === false) return [];
        const madeFor = JSON.stringify({ slow, client, model });
        const held = before.get(name)?.get(id);
        return [[id, held?.madeFor === madeFor ? held : { madeFor, watch: this.#newWatch(name, id, slow) }]];
      });
      return [name, new Map(watched)] as const;
    });
    this.#tiers = new Map(tiers.filter(([, watched]) => watched.size > 0));
  }

  /** How to look up the targets of a tier that are slow at this moment; undefined where no target has a limit. */
  lookUp(tier: string, now: number): ((target: { readonly id: string }) => SlowState | undefined) | undefined {
    const watched = this.#tiers.get(tier);
    return watched === undefined ? undefined : ({ id }) => watched.get(id)?.watch.stateAt(now);
  }

  /** Ids of the targets of a tier that are slow; undefined where no target has a limit. */
  slowIn(tier: string, now = Date.now()): readonly string[] | undefined {
    const watched = this.#tiers.get(tier);
    return watched && [...watched].filter(([, { watch }]) => watch.stateAt(now) !== undefined).map(([id]) => id);
  }

  began(tier: string, target: string): void {
    this.#tiers.get(tier)?.get(target)?.watch.began();
  }

  ended({ tier, stream }: TimedCall, target: string, latencyMs: number | undefined): void {
    this.#tiers.get(tier)?.get(target)?.watch.ended(latencyMs, stream);
  }

  cut({ tier, stream }: TimedCall, target: string, durationMs: number): void {
    this.#tiers.get(tier)?.get(target)?.watch.cut(durationMs, stream);
  }

  #newWatch(tier: string, target: string, slow: Slow): SlowWatch {
    return new SlowWatch(slow, (state) => {
      if (state === undefined) this.#events.emit("target:recover", { tier, target });
      else this.#events.emit("target:slow", { tier, target, ...state });
    });
  }
}
