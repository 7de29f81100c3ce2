import pRetry, { type RetryContext } from "p-retry";
import type { ResolvedTarget } from "../config/resolved.ts";
import type { TargetDoor } from "../state/door.ts";
import type { Attempts } from "./attempts.ts";
import { AttemptFailure, verdicts } from "./failure.ts";
import type { Findings } from "./findings.ts";
import type { Job } from "./job.ts";
import { NotAdmitted } from "./not-admitted.ts";
import type { Won } from "./runs.ts";
import type { Turn } from "./turn.ts";

/** Tries a target again: at once with its client's next key, and after a while as often as its retries allow. */
export class Retries {
  readonly #job: Job;
  readonly #found: Findings;
  readonly #attempts: Attempts;

  constructor(job: Job, found: Findings, attempts: Attempts) {
    this.#job = job;
    this.#found = found;
    this.#attempts = attempts;
  }

  /**
   * Tries a target again after its first attempt, until it answers or is not worth another try.
   * @param first - what the first attempt was rejected with: p-retry gets to see how it ended
   */
  async retry(turn: Turn, first: unknown): Promise<Won | undefined> {
    try {
      return await pRetry((number) => (number === 1 ? this.#atNextKey(turn, first) : this.overKeys(turn)), {
        retries: Math.max(0, this.most(turn.target) - turn.retries),
        minTimeout: 0,
        shouldRetry: (context) => this.#backOff(turn, context),
      });
    } catch (error) {
      if (error instanceof NotAdmitted || error instanceof AttemptFailure) return undefined;
      throw error;
    } finally {
      turn.endExtra();
    }
  }

  /** One attempt; where a key is to blame for its failure, one with each of the others. */
  overKeys(turn: Turn): Promise<Won> {
    return this.#attempts.make(turn).catch((error: unknown) => this.#atNextKey(turn, error));
  }

  /** How often a target may be tried again. */
  most(target: ResolvedTarget): number {
    const { retry } = this.#job.resilienceOf(target);
    if (retry === false || this.#job.lastResort) return 0;
    return this.#job.maxRetries ?? retry.maxRetries;
  }

  /** Where a key is to blame, the others of its client have their turn at the same target; so has it what it takes instead. */
  async #atNextKey(turn: Turn, error: unknown): Promise<Won> {
    if (!(error instanceof AttemptFailure)) throw error;
    if (turn.hasLearnt || this.#found.hasNextKey(turn, error)) return this.overKeys(turn);
    throw error;
  }

  async #backOff(turn: Turn, { error }: RetryContext): Promise<boolean> {
    const { target, door } = turn;
    const { retry } = this.#job.resilienceOf(target);
    if (!(error instanceof AttemptFailure) || retry === false || !this.#isWorthRetrying(error, door)) return false;
    const bound = Math.min(retry.maxDelayMs, retry.minDelayMs * 2 ** turn.retries);
    // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    const delayMs = error.retryAfterMs ?? Math.random() * bound;
    if (delayMs > retry.maxDelayMs || delayMs >= this.#found.remainingMs) return false;
    if (!turn.takeExtra("retry")) return false;
    turn.retries += 1;
    this.#job.tell.retrying(target, error, delayMs);
    await this.#job.lifeline.sleep(delayMs);
    return !this.#found.isOver;
  }

  #isWorthRetrying(failure: AttemptFailure, door: TargetDoor): boolean {
    if (this.#found.isOver || !verdicts[failure.kind].retry) return false;
    if (failure.refusal?.response.headers.get("x-should-retry") === "false") return false;
    return !this.#job.guarded || door.out === undefined;
  }
}
