import type { AccountSource, Claim, Entry, Refusal } from "./admission.ts";
import { verdicts } from "../attempt/failure.ts";
import type { ResolvedConfig, ResolvedTarget } from "../config/resolved.ts";
import type { AttemptRecord } from "../glossary.ts";
import type { TargetBreaker } from "../state/breaker.ts";
import { probeAccount } from "../state/health-facts.ts";
import type { Memory } from "../state/memory.ts";
import type { Account, Refused } from "../stores/store.ts";

/** What turns are about. */
export interface ProbeTurnsInput {
  readonly config: ResolvedConfig;
  readonly memory: Memory;
}

const none: readonly Claim[] = [];

/**
 * Lets one process at a time probe a target whose breaker is due. A turn is taken with whatever else an attempt takes, and lasts
 * for one cooldown: so long a process that dies while it probes holds up the others.
 */
export class ProbeTurns implements AccountSource {
  readonly #input: ProbeTurnsInput;
  /** Targets whose turn this process has, and has not used yet. */
  readonly #had = new Set<string>();

  constructor(input: ProbeTurnsInput) {
    this.#input = input;
  }

  claims({ target, isLast }: Entry): readonly Claim[] | Refusal {
    const { config, memory } = this.#input;
    const { breaker } = target.resilience;
    // Where nothing else is left to try, no turn is waited for.
    if (breaker === false || isLast === true || !config.targets.has(target.id)) return none;
    const door = memory.doorOf(target);
    if (door.breaker === undefined || door.breaker.state === "closed" || door.out !== undefined) return none;
    const key = probeAccount(target, config);
    const account: Account = { kind: "rolling", key, limit: 1, amount: 1, windowMs: breaker.cooldownMs };
    return [new ProbeClaim(account, { target, breaker: door.breaker, had: this.#had })];
  }
}

interface Probing {
  readonly target: ResolvedTarget;
  readonly breaker: TargetBreaker;
  readonly had: Set<string>;
}

class ProbeClaim implements Claim {
  readonly account: Account;
  readonly #probing: Probing;

  constructor(account: Account, probing: Probing) {
    this.account = account;
    this.#probing = probing;
  }

  began(): void {
    this.#probing.had.add(this.#probing.target.id);
  }

  ended(): void {
    this.#probing.had.delete(this.#probing.target.id);
  }

  // A probe that says nothing of the target leaves the turn to the next.
  used({ failure }: AttemptRecord): number {
    return failure === undefined || verdicts[failure].breaker === "failure" ? 1 : 0;
  }

  refusal({ retryAt, now }: Refused): Refusal {
    const { target, breaker, had } = this.#probing;
    // A call beside the one that has the turn must not take it away again.
    if (!had.has(target.id)) breaker.hearOpen(Date.now() + Math.max(1, (retryAt ?? now) - now));
    return { refused: true, reason: "breaker_open", detail: "its breaker is open, and another process is trying it" };
  }
}
