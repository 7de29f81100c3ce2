import type { RouteRecord } from "../glossary.ts";
import type { DrillSide } from "../drill-report.ts";
import { Durations } from "../state/durations.ts";

/** Counts what became of some calls. */
export class SideTally {
  readonly #target: string;
  readonly #counts = { calls: 0, answered: 0, rescued: 0, failed: 0, aborted: 0, notAccepted: 0 };
  readonly #answeredBy = new Map<string, number>();
  readonly #latency = new Durations();
  readonly #ttft = new Durations();
  #costUsd = 0;
  #priced = 0;

  /** @param target - whose answer, where it was to be kept out, is a rescue */
  constructor(target: string) {
    this.#target = target;
  }

  add(record: RouteRecord): void {
    const { outcome, attempts, costUsd } = record;
    this.#counts.calls += 1;
    if (attempts.some(({ failure }) => failure === "not_accepted")) this.#counts.notAccepted += 1;
    if (costUsd !== undefined) {
      this.#costUsd += costUsd;
      this.#priced += 1;
    }
    if (outcome === "answered") this.#answered(record);
    else if (outcome === "aborted") this.#counts.aborted += 1;
    else this.#counts.failed += 1;
  }

  side(): DrillSide {
    const isPriced = this.#priced > 0;
    return {
      ...this.#counts,
      answeredBy: Object.fromEntries(this.#answeredBy),
      latency: this.#latency.stats(),
      ttft: this.#ttft.stats(),
      costUsd: isPriced ? this.#costUsd : undefined,
      costPerCallUsd: isPriced ? this.#costUsd / this.#priced : undefined,
    };
  }

  #answered({ target, drilled, durationMs, ttftMs }: RouteRecord): void {
    this.#counts.answered += 1;
    if (target !== undefined) this.#answeredBy.set(target, (this.#answeredBy.get(target) ?? 0) + 1);
    if (target === this.#target && drilled === target) this.#counts.rescued += 1;
    this.#latency.add(durationMs);
    this.#ttft.add(ttftMs);
  }
}
