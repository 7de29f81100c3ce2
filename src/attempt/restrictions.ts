import type { ResolvedTarget } from "../config/resolved.ts";
import { verdicts, type AttemptFailure } from "./failure.ts";
import type { Job } from "./job.ts";

/** What the failures so far leave of a chain. */
export class Restrictions {
  readonly #job: Pick<Job, "fallbackOnContentFilter" | "promptTokens">;
  readonly #refusedClients = new Set<string>();
  #minWindow = 0;
  #over = false;

  constructor(job: Pick<Job, "fallbackOnContentFilter" | "promptTokens">) {
    this.#job = job;
  }

  /** No other target could do better. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether a target may still be tried. */
  allow(target: ResolvedTarget): boolean {
    if (this.#refusedClients.has(target.client)) return false;
    return this.#minWindow === 0 || (target.contextWindow ?? 0) > this.#minWindow;
  }

  add(target: ResolvedTarget, { kind }: AttemptFailure): void {
    switch (verdicts[kind].next) {
      case "other_client":
        this.#refusedClients.add(target.client);
        break;
      case "larger_window":
        this.#minWindow = Math.max(this.#minWindow, this.#windowOf(target));
        break;
      case "none":
        this.#over ||= !(kind === "content_filter" && this.#job.fallbackOnContentFilter);
        break;
      case "any":
        break;
    }
  }

  // Of a window that is not declared it is known that the prompt did not fit.
  #windowOf(target: ResolvedTarget): number {
    return target.contextWindow ?? Math.max(1, this.#job.promptTokens());
  }
}
