import type { AttemptRecord, RouteRecord } from "../glossary.ts";
import { DurationSample } from "./duration-sample.ts";
import type { ShownPoint } from "./shown.ts";

/** What happened within a step of a chart that goes on. */
export class OpenPoint {
  readonly ttft = new DurationSample();
  readonly #latency = new DurationSample();
  #calls = 0;
  #failed = 0;
  #fellBack = 0;
  #costUsd = 0;

  request({ outcome, fellBack, durationMs, ttftMs, costUsd }: RouteRecord): void {
    this.#calls += 1;
    if (outcome === "failed") this.#failed += 1;
    if (fellBack) this.#fellBack += 1;
    if (outcome === "answered" && durationMs !== undefined) this.#latency.add(durationMs);
    if (ttftMs !== undefined) this.ttft.add(ttftMs);
    this.#costUsd += costUsd ?? 0;
  }

  attempt({ failure, durationMs, costUsd }: AttemptRecord): void {
    this.#calls += 1;
    const isFailed = failure !== undefined && failure !== "outrun" && failure !== "aborted";
    if (isFailed) this.#failed += 1;
    if (failure === undefined) this.#latency.add(durationMs);
    this.#costUsd += costUsd ?? 0;
  }

  shown(): ShownPoint {
    const all = {
      calls: this.#calls,
      failed: this.#failed,
      fellBack: this.#fellBack,
      p50Ms: rounded(this.#latency.percentile(0.5)),
      p95Ms: rounded(this.#latency.percentile(0.95)),
      p99Ms: rounded(this.#latency.percentile(0.99)),
      ttftP50Ms: rounded(this.ttft.percentile(0.5)),
      ttftP95Ms: rounded(this.ttft.percentile(0.95)),
      costUsd: this.#costUsd,
    };
    // A page that is opened gets hundreds of these.
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== 0));
  }
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.max(1, Math.round(ms));
}
