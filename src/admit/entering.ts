import { isRefusal, type Admission, type Admitted, type Entry, type Refusal } from "./admission.ts";
import { longestMs } from "../call.ts";
import type { ResolvedTarget } from "../config/resolved.ts";
import { downgraded, type Stage, type Detour } from "./downgrade.ts";
import type { Awaitable, LeftOut, RoutingRequest } from "../glossary.ts";
import type { Hold } from "./hold.ts";
import { admitOverKeys } from "./over-keys.ts";

/**
 * Where a call goes in: a chain whose first target has let it in, and what it holds there. At the end of the chain stand
 * the targets whose limits were in the way: when nothing else serves, the call waits for them.
 */
export interface Entered extends Stage {
  /** False when limits keep it from all targets: it may wait for those of the chain. */
  readonly isIn: boolean;
  readonly hold: Hold | undefined;
  /** What limits said of the targets of the chain when they let the call in nowhere. */
  readonly limited: ReadonlyMap<ResolvedTarget, Refusal>;
  /** The tier that was decided on, when the call was sent on to another. */
  readonly downgradedFrom: string | undefined;
  /** Why the targets on the way refused. */
  readonly refusals: readonly Refusal[];
}

/** What a call is, for whoever lets it in. */
export interface EnteringInput {
  readonly detour: Detour;
  readonly admission: Admission;
  readonly request: RoutingRequest;
  promptTokens(): number;
  /** The keys it may be called with at a target, in the order of their turn; undefined where none has limits. */
  keysAt(target: ResolvedTarget): Entry["keys"];
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
  #limited = new Map<ResolvedTarget, Refusal>();
  #from: string | undefined;

  constructor(input: EnteringInput) {
    this.#input = input;
  }

  /** Answers at once when the store does. */
  at(stage: Stage): Awaitable<Entered> {
    this.#input.detour.visited.add(stage.destination.decision.tier);
    this.#leftOut.push(...stage.chain.leftOut);
    this.#limited = new Map();
    return this.#next({ ...stage, place: 0 });
  }

  #next(stand: Stand): Awaitable<Entered> {
    const target = stand.chain.targets[stand.place];
    if (target === undefined || (target.breakGlass && this.#isWorthWaiting))
      return this.#entered(stand, { isIn: false, hold: undefined });
    const entry = this.#entryAt(stand, target as ResolvedTarget);
    const admitted = admitOverKeys(this.#input.admission, entry);
    if (!(admitted instanceof Promise)) return this.#after(stand, entry, admitted);
    return admitted.then((late) => this.#after(stand, entry, late));
  }

  #after(stand: Stand, entry: Entry, admitted: Admitted): Awaitable<Entered> {
    if (!isRefusal(admitted)) return this.#entered(stand, { isIn: true, hold: admitted });
    this.#refusals.push(admitted);
    this.#leftOut.push({ target: entry.target.id, reason: admitted.reason, detail: admitted.detail });
    if (admitted.obstacles !== undefined) this.#limited.set(entry.target, admitted);
    const next = downgraded(stand.destination, admitted, this.#input.detour);
    if (next === undefined) return this.#next({ ...stand, place: stand.place + 1 });
    this.#from ??= entry.tier;
    admitted.downgraded?.(entry);
    return this.at(next);
  }

  // What limits keep from serving now may serve in a moment: that is no emergency.
  get #isWorthWaiting(): boolean {
    return this.#limited.size > 0 && this.#input.detour.config.waiting !== false;
  }

  #entryAt({ destination, chain, place }: Stand, target: ResolvedTarget): Entry {
    const { request, promptTokens, keysAt } = this.#input;
    const isLast = place === chain.targets.length - 1;
    const lastsMs = longestMs(destination.tier, target, request.hints.deadlineMs);
    const { tier } = destination.decision;
    return { request, tier, target, promptTokens, lastsMs, isLast, keys: keysAt(target) };
  }

  #entered({ destination, chain, place }: Stand, { isIn, hold }: Pick<Entered, "isIn" | "hold">): Entered {
    const rest = chain.targets.slice(place);
    const busy = this.#isWorthWaiting ? this.#limited.keys() : [];
    const glassAt = rest.findIndex(({ breakGlass }) => breakGlass);
    const targets = glassAt === -1 ? [...rest, ...busy] : rest.toSpliced(glassAt, 0, ...busy);
    return {
      destination,
      chain: { ...chain, targets: place === 0 ? chain.targets : targets, leftOut: this.#leftOut },
      isIn,
      hold,
      limited: isIn ? notLimited : this.#limited,
      downgradedFrom: this.#from,
      refusals: this.#refusals,
    };
  }
}

/** Nothing was in the way. */
export const notLimited: Entered["limited"] = new Map();

interface Stand extends Stage {
  /** Whose turn it is. */
  readonly place: number;
}
