import type { RecordableHistogram } from "node:perf_hooks";
import { durationHistogram, recordable } from "../lib/duration-histogram.ts";
import { Slices } from "./slices.ts";

/** From when on a target's past says what is usual for it. */
const minPastCalls = 100;

/** Which past counts, and against which present. */
export interface UsualOptions {
  /** How far the past reaches back. */
  readonly pastMs: number;
  /** The calls of the last so many ms are the present, and become past when they are over. */
  readonly windowMs: number;
}

/**
 * What a target usually takes: the 95th percentile of its past. Calls become past a window after they were made, and not at all
 * when the target was found slow by them: a target that slows down must not become usual by that.
 */
export class Usual {
  readonly #options: UsualOptions;
  readonly #past: Slices<RecordableHistogram>;
  readonly #present = durationHistogram();
  #presentSince = 0;
  #p95Ms = Infinity;

  constructor(options: UsualOptions) {
    this.#options = options;
    this.#past = new Slices(
      { make: durationHistogram, clear: (histogram) => histogram.reset() },
      { windowMs: options.pastMs },
    );
  }

  /** In ms; `Infinity` while too little is known. */
  p95Ms(now: number): number {
    if (now - this.#presentSince >= this.#options.windowMs) this.#turn(now);
    return this.#p95Ms;
  }

  /** A call ended, or its answer began. {@link p95Ms} was asked before. */
  add(latencyMs: number): void {
    this.#present.record(recordable(latencyMs));
  }

  /** The present was not as usual. */
  forgetPresent(): void {
    this.#present.reset();
  }

  #turn(now: number): void {
    if (this.#present.count > 0) this.#past.at(this.#presentSince).add(this.#present);
    this.#present.reset();
    this.#presentSince = now;
    const past = durationHistogram();
    for (const slice of this.#past.within(now)) past.add(slice);
    this.#p95Ms = past.count < minPastCalls ? Infinity : past.percentile(95);
  }
}
