import type { ResolvedConfig, ResolvedTarget } from "../config/resolved.ts";
import type { RouterEvents } from "../events.ts";
import type { Emitter } from "../lib/emitter.ts";
import type { Bulletin, Outage, Subject } from "./bulletin.ts";
import type { TargetDoor } from "./door.ts";
import { breakerFact, keyFact, restFact } from "./health-facts.ts";
import type { KeyRing, KeySlot } from "./key-ring.ts";
import type { Rest, RestList } from "./rest.ts";

/** What is known here of targets and keys. */
export interface KnownHealth {
  readonly config: ResolvedConfig;
  readonly rests: RestList;
  readonly rings: ReadonlyMap<string, KeyRing>;
  readonly events: Emitter<RouterEvents>;
  doorOf(target: ResolvedTarget): TargetDoor;
}

// A target that was down is tried by one process, however long nobody had a call for it.
const breakerKeptMs = 3_600_000;

/**
 * Tells other processes what this one found out of the targets and keys of its configuration, and does here what they found
 * out. What was learnt is not told on.
 */
export class SharedHealth {
  readonly #bulletin: Bulletin;
  readonly #known: KnownHealth;
  readonly #subjects = new Map<string, Subject>();
  /** Name in the list of rests → its fact. */
  readonly #restFacts = new Map<string, string>();

  constructor(bulletin: Bulletin, known: KnownHealth) {
    this.#bulletin = bulletin;
    this.#known = known;
    for (const target of known.config.targets.values()) this.#addTarget(target);
    for (const client of known.config.clients.keys()) this.#addClient(client);
    bulletin.adopt(this.#subjects);
  }

  /** The breaker of a target opened until `dueAt`, or closed. */
  breakerChanged(target: string, dueAt: number | undefined): void {
    const { config } = this.#known;
    const configured = config.targets.get(target);
    if (configured === undefined) return;
    const outage = dueAt === undefined ? undefined : { reason: "breaker_open" as const, dueAt };
    this.#bulletin.found(breakerFact(configured, config), outage);
  }

  /** Something in the list of rests began to rest, or ended. */
  rested(name: string, rest: Rest | undefined): void {
    const fact = this.#restFacts.get(name);
    if (fact !== undefined) this.#bulletin.found(fact, rest);
  }

  /** One of several keys began to rest, everywhere or at a target, or ended. */
  keyRested({ key }: KeySlot, target: string | undefined, rest: Rest | undefined): void {
    const fact = keyFact(key.client, target === undefined ? undefined : { id: target });
    if (fact !== undefined) this.#bulletin.found(fact, rest);
  }

  #addTarget(target: ResolvedTarget): void {
    const { config, doorOf } = this.#known;
    this.#subjects.set(breakerFact(target, config), {
      keptMs: breakerKeptMs,
      hear(outage) {
        const { breaker } = doorOf(target);
        if (outage === undefined) breaker?.hearClosed();
        else breaker?.hearOpen(outage.dueAt);
      },
    });
    this.#addRest(`target:${target.id}`, restFact(target, config), (outage) => this.#tellTarget(target, outage));
  }

  #addClient(name: string): void {
    const { config, rings } = this.#known;
    const ring = rings.get(name);
    if (ring !== undefined) {
      for (const slot of ring.slots) this.#addSlot(name, slot, ring);
      return;
    }
    const client = config.clients.get(name);
    const fact = client === undefined ? undefined : keyFact(client);
    if (fact !== undefined) this.#addRest(`client:${name}`, fact, (outage) => this.#tellClient(name, outage));
  }

  #addRest(name: string, fact: string, tell: (outage: Outage) => void): void {
    this.#restFacts.set(name, fact);
    this.#addResting(fact, (rest) => this.#known.rests.hear(name, rest), tell);
  }

  #addSlot(client: string, slot: KeySlot, ring: KeyRing): void {
    const targets = [...this.#known.config.targets.values()].filter((target) => target.client === client);
    for (const target of [undefined, ...targets]) {
      const fact = keyFact(slot.key.client, target);
      if (fact === undefined) return;
      const hear = (rest: Rest | undefined): boolean => slot.hear(rest, target?.id);
      this.#addResting(fact, hear, (outage) => {
        this.#tellKey({ client, key: slot.label, target: target?.id }, outage);
        const whole = target === undefined ? ring.restAt() : undefined;
        if (whole !== undefined) this.#tellRest({ client, target: undefined }, whole);
      });
    }
  }

  #addResting(fact: string, hear: (rest: Rest | undefined) => boolean, tell: (outage: Outage) => void): void {
    this.#subjects.set(fact, {
      keptMs: 0,
      hear(outage) {
        if (outage === undefined) hear(undefined);
        else if (outage.dueAt > Date.now() && hear(outage)) tell(outage);
      },
    });
  }

  #tellTarget({ id, client }: ResolvedTarget, outage: Outage): void {
    this.#tellRest({ client, target: id }, outage);
  }

  #tellClient(client: string, outage: Outage): void {
    const key = this.#known.config.keys.get(client)?.[0]?.label ?? "1";
    this.#tellKey({ client, key, target: undefined }, outage);
    this.#tellRest({ client, target: undefined }, outage);
  }

  #tellKey(what: { client: string; key: string; target: string | undefined }, { reason, dueAt }: Outage): void {
    this.#known.events.emit("key:rest", { requestId: undefined, ...what, reason, dueAt, learnt: true });
  }

  #tellRest(what: { client: string; target: string | undefined }, { reason, dueAt }: Outage): void {
    this.#known.events.emit("target:rest", { requestId: undefined, ...what, reason, dueAt, learnt: true });
  }
}
