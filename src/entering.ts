import { isRefusal, type Admission, type Admitted, type Entry, type Hold, type Refusal } from "./admission.ts";
import type { Destination } from "./classify/named.ts";
import type { ResolvedConfig, ResolvedTarget } from "./config/resolved.ts";
import type { Awaitable, Chain, LeftOut, RoutingRequest } from "./glossary.ts";

/** Where a call goes in: a chain whose first target has let it in, and what it holds there. */
export interface Entered {
  readonly destination: Destination;
  /**
   * What is left of the chain, and who was left out on the way; at its end those whose limits the call may wait for. No
   * targets when nobody let the call in, or will.
   */
  readonly chain: Chain;
  readonly hold: Hold | undefined;
  /** The tier that was decided on, when the call was sent on to another. */
  readonly downgradedFrom: string | undefined;
  /** Why the targets on the way refused. */
  readonly refusals: readonly Refusal[];
}

/** What a call is, for whoever lets it in. */
export interface EnteringInput {
  readonly config: ResolvedConfig;
  readonly admission: Admission;
  readonly request: RoutingRequest;
  promptTokens(): number;
  /** The chain at a destination. */
  planFor(destination: Destination): Chain;
}

/** Goes along the chain, and on to the tiers that spent budgets lead to, until a target lets the call in. */
export class Entering {
  readonly #input: EnteringInput;
  readonly #visited = new Set<string>();
  readonly #leftOut: LeftOut[] = [];
  readonly #refusals: Refusal[] = [];
  /** Targets that only limits keep from serving now. */
  #limited: readonly ResolvedTarget[] = [];

  constructor(input: EnteringInput) {
    this.#input = input;
  }

  /** Answers at once when the store does. */
  at(destination: Destination, chain: Chain): Awaitable<Entered> {
    this.#visited.add(destination.decision.tier);
    this.#limited = [];
    this.#leftOut.push(...chain.leftOut);
    return this.#next({ destination, chain, place: 0 });
  }

  #next(stand: Stand): Awaitable<Entered> {
    const target = stand.chain.targets[stand.place];
    if (target === undefined) return this.#entered(stand, undefined);
    const entry = this.#entryAt(stand, target as ResolvedTarget);
    const admitted = this.#input.admission.admit(entry);
    if (!(admitted instanceof Promise)) return this.#after(stand, entry, admitted);
    return admitted.then((late) => this.#after(stand, entry, late));
  }

  #after(stand: Stand, entry: Entry, admitted: Admitted): Awaitable<Entered> {
    if (!isRefusal(admitted)) return this.#entered(stand, admitted);
    this.#refusals.push(admitted);
    this.#leftOut.push({ target: entry.target.id, reason: admitted.reason, detail: admitted.detail });
    if (admitted.obstacle !== undefined) this.#limited = [...this.#limited, entry.target];
    const downgraded = this.#downgraded(stand, admitted);
    if (downgraded === undefined) return this.#next({ ...stand, place: stand.place + 1 });
    admitted.downgraded?.(entry);
    return this.at(downgraded.destination, downgraded.chain);
  }

  // A tier that can not serve the request is no way out.
  #downgraded({ destination }: Stand, refusal: Refusal): Pick<Stand, "destination" | "chain"> | undefined {
    const { downgradeTo: to, detail } = refusal;
    const tier = to === undefined || this.#visited.has(to) ? undefined : this.#input.config.tiers.get(to);
    if (tier === undefined) return undefined;
    const { decision } = destination;
    const reason = `${decision.reason}; sent on from "${decision.tier}", as ${detail}`;
    const next = { decision: { ...decision, tier: tier.name, reason }, tier, target: undefined };
    const chain = this.#input.planFor(next);
    return chain.targets.length === 0 ? undefined : { destination: next, chain };
  }

  #entryAt({ destination }: Stand, target: ResolvedTarget): Entry {
    const { request, promptTokens } = this.#input;
    return { request, tier: destination.decision.tier, target, promptTokens };
  }

  // They come last: when nothing else serves, the call waits for them.
  #worthWaitingFor(): readonly ResolvedTarget[] {
    return this.#input.config.waiting === false ? [] : this.#limited;
  }

  #entered({ destination, chain, place }: Stand, hold: Hold | undefined): Entered {
    const targets = place === 0 ? chain.targets : [...chain.targets.slice(place), ...this.#worthWaitingFor()];
    const [from = destination.decision.tier] = this.#visited;
    return {
      destination,
      chain: { ...chain, targets, leftOut: this.#leftOut },
      hold,
      downgradedFrom: from === destination.decision.tier ? undefined : from,
      refusals: this.#refusals,
    };
  }
}

interface Stand {
  readonly destination: Destination;
  readonly chain: Chain;
  /** Whose turn it is. */
  readonly place: number;
}
