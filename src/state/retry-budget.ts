import type { RetryBudget as Settings } from "../config/resolved.ts";
import type { Trust } from "./trust.ts";

/** What an attempt is that is not the first of its call. */
export type ExtraKind = "retry" | "fallback" | "hedge";

/** An attempt that is not the first of its call, and wants to be made. */
export interface ExtraAttempt {
  readonly kind: ExtraKind;
  readonly requestId: string;
  /** Id of the target. */
  readonly target: string;
  readonly trust: Trust;
  /** No other target is left for the call. */
  readonly isLast: boolean;
}

/** How the retry budget stands. */
export interface RetryBudgetStats {
  /** Attempts that are left beside what the calls to come bring; below 0 when fallbacks took more, undefined without a budget. */
  readonly left: number | undefined;
  /** Retries under way, their waits included, hedges, and fallbacks to targets that fail a lot. */
  readonly inFlight: number;
  /** Attempts it let through since counting began, by kind. */
  readonly granted: Readonly<Record<ExtraKind, number>>;
  /** Attempts it refused since counting began, by kind. */
  readonly refused: Readonly<Record<ExtraKind, number>>;
}

/** What a budget is told. */
export interface RetryBudgetInput {
  settings(): false | Settings;
  /** It has nothing left for an attempt: told once, until it has recovered. */
  spent(attempt: ExtraAttempt, callsInFlight: number): void;
}

/**
 * Bounds the attempts that are not the first of their call, over all calls: as many at once as a share of the calls in flight
 * (Envoy's `retry_budget`: 20 %, at least 3), and as many in all as that share of the calls and a reserve (Finagle's
 * `RetryBudget`: 20 % and 10). A target that fails a lot is not tried again while another one is left (gRPC's retry throttling).
 *
 * A fallback to a target that is trusted is what calls live on when another target fails: it is counted, but never refused.
 */
export class RetryBudget {
  readonly #input: RetryBudgetInput;
  readonly #granted = { retry: 0, fallback: 0, hedge: 0 };
  readonly #refused = { retry: 0, fallback: 0, hedge: 0 };
  #callsInFlight = 0;
  #inFlight = 0;
  /** What was taken of the reserve. */
  #owed = 0;
  #isSpent = false;
  readonly #paid: Extra = {
    end: (wasMade) => {
      this.#inFlight -= 1;
      if (!wasMade) this.#forgo();
    },
  };
  readonly #counted: Extra = {
    end: (wasMade) => {
      if (!wasMade) this.#forgo();
    },
  };

  constructor(input: RetryBudgetInput) {
    this.#input = input;
  }

  callBegan(): void {
    this.#callsInFlight += 1;
    if (this.#owed > 0) this.#owed = Math.max(0, this.#owed - ratioOf(this.#input.settings()));
  }

  callEnded(): void {
    this.#callsInFlight -= 1;
  }

  /** Lets an attempt through; `undefined` when it may not be made. Who gets one must {@link Extra.end} it. */
  take(attempt: ExtraAttempt): Extra | undefined {
    const settings = this.#input.settings();
    if (settings === false) return this.#grant(attempt, free);
    const isTrusted = attempt.trust.isGood(settings);
    if (attempt.kind === "fallback" && isTrusted) return this.#grant(attempt, this.#fallBack(settings));
    // Another target is the better choice for what is left.
    if (!isTrusted && !attempt.isLast && attempt.kind !== "fallback") return this.#refuse(attempt);
    if (this.#hasRoom(settings)) return this.#grant(attempt, this.#spend());
    this.#tellSpent(attempt);
    return this.#refuse(attempt);
  }

  stats(): RetryBudgetStats {
    const settings = this.#input.settings();
    const left = settings === false ? undefined : settings.reserve - this.#owed;
    return { left, inFlight: this.#inFlight, granted: { ...this.#granted }, refused: { ...this.#refused } };
  }

  #hasRoom({ reserve, ratio, minRetries }: Settings): boolean {
    if (this.#inFlight === 0 && this.#owed < reserve / 2) this.#isSpent = false;
    return this.#owed + 1 <= reserve && this.#inFlight < Math.max(minRetries, ratio * this.#callsInFlight);
  }

  #spend(): Extra {
    this.#owed += 1;
    this.#inFlight += 1;
    return this.#paid;
  }

  #fallBack({ reserve }: Settings): Extra {
    // Bounded, so that retries come back soon after a time in which most calls fell back.
    if (this.#owed + 1 > maxOwed * reserve) return free;
    this.#owed += 1;
    return this.#counted;
  }

  #grant({ kind }: ExtraAttempt, extra: Extra): Extra {
    this.#granted[kind] += 1;
    return extra;
  }

  #refuse({ kind }: ExtraAttempt): undefined {
    this.#refused[kind] += 1;
    return undefined;
  }

  #tellSpent(attempt: ExtraAttempt): void {
    if (this.#isSpent) return;
    this.#isSpent = true;
    this.#input.spent(attempt, this.#callsInFlight);
  }

  #forgo(): void {
    this.#owed = Math.max(0, this.#owed - 1);
  }
}

/** So many times the reserve may be owed to fallbacks. */
const maxOwed = 5;

/** An attempt that was let through. */
export interface Extra {
  /** It is over, or was not made after all. */
  readonly end: (wasMade: boolean) => void;
}

const free: Extra = { end: () => undefined };

function ratioOf(settings: false | Settings): number {
  return settings === false ? 0 : settings.ratio;
}
