import { isRefusal, type Admission, type Admitted, type Entry, type Hold, type Refusal } from "./admission.ts";
import type { ResolvedTarget } from "./config/resolved.ts";
import { downgraded, type Stage, type Way } from "./downgrade.ts";
import type { Awaitable, LeftOut, RoutingRequest } from "./glossary.ts";

/**
 * Where a call goes in: a chain whose first target has let it in, and what it holds there. At the end of the chain stand
 * the targets whose limits were in the way: when nothing else serves, the call waits for them.
 */
export interface Entered extends Stage {
  /** False when limits keep it from all targets: it may wait for those of the chain. */
  readonly isIn: boolean;
  readonly hold: Hold | undefined;
  /** The tier that was decided on, when the call was sent on to another. */
  readonly downgradedFrom: string | undefined;
  /** Why the targets on the way refused. */
  readonly refusals: readonly Refusal[];
}

/** What a call is, for whoever lets it in. */
export interface EnteringInput {
  readonly way: Way;
  readonly admission: Admission;
  readonly request: RoutingRequest;
  promptTokens(): number;
}

/**
 * Goes along the chain, and on to the tiers that spent budgets lead to, until a target lets the call in. When none does,
 * the chain that is left has no targets.
 */
export class Entering {
  readonly #input: EnteringInput;
  readonly #leftOut: LeftOut[] = [];
  readonly #refusals: Refusal[] = [];
  /** Targets that only limits keep from serving now. */
  #limited: readonly ResolvedTarget[] = [];
  #from: string | undefined;

  constructor(input: EnteringInput) {
    this.#input = input;
  }

  /** Answers at once when the store does. */
  at(stage: Stage): Awaitable<Entered> {
    this.#input.way.visited.add(stage.destination.decision.tier);
    this.#leftOut.push(...stage.chain.leftOut);
    this.#limited = [];
    return this.#next({ ...stage, place: 0 });
  }

  #next(stand: Stand): Awaitable<Entered> {
    const target = stand.chain.targets[stand.place];
    if (target === undefined) return this.#entered(stand, { isIn: false, hold: undefined });
    const entry = this.#entryAt(stand, target as ResolvedTarget);
    const admitted = this.#input.admission.admit(entry);
    if (!(admitted instanceof Promise)) return this.#after(stand, entry, admitted);
    return admitted.then((late) => this.#after(stand, entry, late));
  }

  #after(stand: Stand, entry: Entry, admitted: Admitted): Awaitable<Entered> {
    if (!isRefusal(admitted)) return this.#entered(stand, { isIn: true, hold: admitted });
    this.#refusals.push(admitted);
    this.#leftOut.push({ target: entry.target.id, reason: admitted.reason, detail: admitted.detail });
    if (admitted.obstacle !== undefined) this.#limited = [...this.#limited, entry.target];
    const next = downgraded(stand.destination, admitted, this.#input.way);
    if (next === undefined) return this.#next({ ...stand, place: stand.place + 1 });
    this.#from ??= entry.tier;
    admitted.downgraded?.(entry);
    return this.at(next);
  }

  #entryAt({ destination }: Stand, target: ResolvedTarget): Entry {
    const { request, promptTokens } = this.#input;
    return { request, tier: destination.decision.tier, target, promptTokens };
  }

  #entered({ destination, chain, place }: Stand, entry: Pick<Entered, "isIn" | "hold">): Entered {
    const targets = place === 0 ? chain.targets : [...chain.targets.slice(place), ...this.#worthWaitingFor()];
    const left = { ...chain, targets, leftOut: this.#leftOut };
    return { destination, chain: left, ...entry, downgradedFrom: this.#from, refusals: this.#refusals };
  }

  #worthWaitingFor(): readonly ResolvedTarget[] {
    return this.#input.way.config.waiting === false ? [] : this.#limited;
  }
}

interface Stand extends Stage {
  /** Whose turn it is. */
  readonly place: number;
}
