import { isSameKey } from "../config/keys.ts";
import type { ResolvedKey } from "../config/resolved.ts";
import type { OutReason } from "../glossary.ts";
import { RestList, type Rest } from "./rest.ts";

// Target ids are never empty.
const everywhere = "";

/** Told of what begins to rest here, for longer, or no more: a key, everywhere or at a target. Not of what was learnt. */
export interface KeyListener {
  (slot: KeySlot, target: string | undefined, rest: Rest | undefined): void;
}

/** A key of a client that has several, and what is known of it. */
export class KeySlot {
  key: ResolvedKey;
  inFlight = 0;
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
  #next = 0;

  /** What is known of keys that were there before stays known. */
  constructor(keys: readonly ResolvedKey[], before: KeyRing | undefined, onRest?: KeyListener) {
    this.slots = keys.map((key) => {
      const held = before?.slots.find((slot) => isSameKey(slot.key, key));
      if (held === undefined) return new KeySlot(key, onRest);
      // Its client has its connections, and perhaps a key that is kept.
      if (held.label !== key.label) held.key = { ...held.key, label: key.label };
      return held;
    });
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
