import type { ResolvedDrill } from "../config/resolved.ts";

/**
 * Begins drills again and again. The first comes at a random moment within its `every`, and each later one up to a tenth sooner or
 * later: so processes that were started together do not drill together. Keeps no process alive.
 */
export class DrillSchedule {
  readonly #timers = new Map<ResolvedDrill, NodeJS.Timeout>();
  readonly #begin: (drill: ResolvedDrill) => void;

  constructor(drills: readonly ResolvedDrill[], begin: (drill: ResolvedDrill) => void) {
    this.#begin = begin;
    for (const drill of drills) this.#wait(drill, Math.random() * drill.everyMs);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #wait(drill: ResolvedDrill, ms: number): void {
    const due = (): void => {
      this.#wait(drill, drill.everyMs * (0.9 + 0.2 * Math.random()));
      this.#begin(drill);
    };
    this.#timers.set(drill, setTimeout(due, Math.min(ms, longestMs)).unref());
  }
}

// Beyond this timers of Node fire at once.
const longestMs = 2_147_483_647;
