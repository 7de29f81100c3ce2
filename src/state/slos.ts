import type { ResolvedConfig, Slo } from "../config/resolved.ts";
import type { RouterEvents } from "../events.ts";
import type { RouteRecord } from "../glossary.ts";
import type { Emitter } from "../lib/emitter.ts";
import { type SloStats, SloWatch } from "./slo-watch.ts";

interface Watched {
  readonly watch: SloWatch;
  /** What it was made for: another configuration that says the same keeps it. */
  readonly madeFor: string;
}

/** Watches the tiers that promise something. */
export class Slos {
  readonly #events: Emitter<RouterEvents>;
  #tiers: ReadonlyMap<string, Watched> = new Map();

  constructor(config: ResolvedConfig, events: Emitter<RouterEvents>) {
    this.#events = events;
    this.adopt(config);
  }

  /** Goes over to another configuration: what was measured stays where the promise does. */
  adopt(config: ResolvedConfig): void {
    const before = this.#tiers;
    const tiers = [...config.tiers.values()].flatMap(({ name, slo }): [string, Watched][] => {
      if (slo === undefined) return [];
      const madeFor = JSON.stringify(slo);
      const held = before.get(name);
      return [[name, held?.madeFor === madeFor ? held : { madeFor, watch: this.#newWatch(name, slo) }]];
    });
    this.#tiers = new Map(tiers);
    for (const [name, { watch }] of before) if (this.#tiers.get(name)?.watch !== watch) watch.close();
  }

  /** A call ended. */
  add(record: RouteRecord): void {
    this.#tiers.get(record.tier)?.watch.add(record);
  }

  /** Of a tier; undefined when it promises nothing. */
  statsOf(tier: string): SloStats | undefined {
    return this.#tiers.get(tier)?.watch.stats();
  }

  /** By tier, those that promise something. */
  stats(): Readonly<Record<string, SloStats>> {
    return Object.fromEntries([...this.#tiers].map(([name, { watch }]) => [name, watch.stats()]));
  }

  close(): void {
    for (const { watch } of this.#tiers.values()) watch.close();
  }

  #newWatch(tier: string, slo: Slo): SloWatch {
    return new SloWatch(slo, ({ name: objective }, { goal, burnRate, recentBurnRate, burning }) => {
      const payload = { tier, objective, goal, burnRate: burnRate ?? 0, recentBurnRate: recentBurnRate ?? 0 };
      this.#events.emit(burning ? "slo:burn" : "slo:recover", payload);
    });
  }
}
