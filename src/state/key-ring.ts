import { isSameKey } from "../config/keys.ts";
import type { ResolvedKey } from "../config/resolved.ts";
import type { OutReason } from "../glossary.ts";
import { AttemptCounts, type AttemptStats } from "./attempt-counts.ts";
import { RestList, type Rest } from "./rest.ts";

// Target ids are never empty.
const everywhere = "";

/** Told of what begins to rest here, for longer, or no more: a key, everywhere or at a target. Not of what was learnt. */
export interface KeyListener {
  (slot: KeySlot, target: string | undefined, rest: Rest | undefined): void;
}

/** What was done with one of a client's keys since it was given. */
export interface KeyStats extends AttemptStats {
  /** Its label. */
  readonly key: string;
  /** How often it began to rest, as it was refused, exhausted or limited. */
  readonly rests: number;
}

/** A key of a client that has several or limits, and what is known of it. */
export class KeySlot {
  key: ResolvedKey;
  inFlight = 0;
  /** Until when it is certain that its limits have too little left, in ms since the epoch. */
  fullUntil = 0;
  readonly counts = new AttemptCounts();
  #restCount = 0;
  readonly #rests: RestList;

  constructor(key: ResolvedKey, onRest?: KeyListener) {
    this.key = key;
    this.#rests = new RestList((name, rest) => onRest?.(this, name === everywhere ? undefined : name, rest));
  }

  get label(): string {
    return this.key.label;
  }

  /** Leaves the key alone until `dueAt`; with a target, at that target only. */
  rest(reason: OutReason, dueAt: number, target: string = everywhere): void {
    if (this.restAt(target) === undefined) this.#restCount += 1;
    this.#rests.put(target, reason, dueAt);
    if (reason === "credentials_refused") this.key.drop?.();
  }

  /** Another process leaves the key alone, everywhere or at a target, or no more. Says whether that changes anything here. */
  hear(rest: Rest | undefined, target: string = everywhere): boolean {
    return this.#rests.hear(target, rest);
  }

  /** Why the key is left alone everywhere, or at a target; of two reasons the one that holds longer. */
  restAt(target: string = everywhere): Rest | undefined {
    const whole = this.#rests.of(everywhere);
    const here = target === everywhere ? undefined : this.#rests.of(target);
    if (whole === undefined || here === undefined) return whole ?? here;
    return here.dueAt > whole.dueAt ? here : whole;
  }

  /** What was counted so far, as a copy. */
  stats(): KeyStats {
    return { key: this.label, rests: this.#restCount, ...this.counts.stats() };
  }

  /** The key was accepted at a target. */
  wake(target: string): void {
    this.#rests.end(everywhere);
    this.#rests.end(target);
  }
}

interface Standing {
  readonly slot: KeySlot;
  readonly at: number;
  readonly due: number;
}

function isBefore(one: Standing, other: Standing): boolean {
  return one.due === other.due ? one.slot.inFlight < other.slot.inFlight : one.due < other.due;
}

/** The keys of one client, all equals: the least busy of those that do not rest serves, in turn. */
export class KeyRing {
  readonly slots: readonly KeySlot[];
  /** Whether any of the keys has limits: then a key is chosen with {@link inTurn} when the limits let a call in. */
  readonly isLimited: boolean;
  #next = 0;

  /** What is known of keys that were there before stays known. */
  constructor(keys: readonly ResolvedKey[], before: KeyRing | undefined, onRest?: KeyListener) {
    this.slots = keys.map((key) => {
      const held = before?.slots.find((slot) => isSameKey(slot.key, key));
      if (held === undefined) return new KeySlot(key, onRest);
      // Its client has its connections, and perhaps a key that is kept.
      held.key = { ...held.key, label: key.label, limits: key.limits };
      return held;
    });
    this.isLimited = keys.some(({ limits }) => limits.length > 0);
  }

  /** Takes the key whose turn it is at a target; where all rest, the one that is due first. It has one call more in flight. */
  take(target: string, except?: ReadonlySet<KeySlot>): KeySlot {
    const { slots } = this;
    let best: Standing | undefined;
    for (let step = 0; step < slots.length; step += 1) {
      const at = (this.#next + step) % slots.length;
      const slot = slots[at];
      if (slot === undefined || except?.has(slot) === true) continue;
      const standing = { slot, at, due: slot.restAt(target)?.dueAt ?? 0 };
      if (best === undefined || isBefore(standing, best)) best = standing;
    }
    if (best === undefined) return this.take(target);
    this.#next = (best.at + 1) % slots.length;
    best.slot.inFlight += 1;
    return best.slot;
  }

  /**
   * The keys that are ready for a target, in the order of their turn, those last that are known to be full; where all rest, the
   * one that is due first. The next who asks begins with another one.
   */
  inTurn(target: string, except?: ReadonlySet<KeySlot>): readonly KeySlot[] {
    const now = Date.now();
    const all = this.#standings(target).filter(({ slot }) => except?.has(slot) !== true);
    if (all.length === 0) return this.inTurn(target);
    const ready = all.filter(({ due }) => due === 0);
    const fullUntil = ({ slot }: Standing): number => (slot.fullUntil > now ? slot.fullUntil : 0);
    const ordered = (ready.length > 0 ? ready : all).toSorted(
      (one, other) =>
        one.due - other.due || fullUntil(one) - fullUntil(other) || one.slot.inFlight - other.slot.inFlight,
    );
    this.#next = ((ordered[0]?.at ?? 0) + 1) % this.slots.length;
    return (ready.length > 0 ? ordered : ordered.slice(0, 1)).map(({ slot }) => slot);
  }

  /** How each key stands at a target, beginning with the one whose turn it is. */
  #standings(target: string): readonly Standing[] {
    const { slots } = this;
    return slots.flatMap((_, step) => {
      const at = (this.#next + step) % slots.length;
      const slot = slots[at];
      return slot === undefined ? [] : [{ slot, at, due: slot.restAt(target)?.dueAt ?? 0 }];
    });
  }

  /** Whether a key that was not tried yet is ready to serve at a target. */
  hasAnother(target: string, tried: ReadonlySet<KeySlot>): boolean {
    return this.slots.some((slot) => !tried.has(slot) && slot.restAt(target) === undefined);
  }

  /** While every key rests, everywhere or at a target: the rest that ends first. */
  restAt(target?: string): Rest | undefined {
    let first: Rest | undefined;
    for (const slot of this.slots) {
      const rest = slot.restAt(target);
      if (rest === undefined) return undefined;
      if (first === undefined || rest.dueAt < first.dueAt) first = rest;
    }
    return first;
  }
}
