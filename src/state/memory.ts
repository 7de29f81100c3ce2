import type { ResolvedConfig, ResolvedTarget } from "../config/resolved.ts";
import type { RouterEvents } from "../events.ts";
import type { RouteRecord } from "../glossary.ts";
import type { Emitter } from "../lib/emitter.ts";
import type { BreakerListener } from "./breaker.ts";
import type { Bulletin } from "./bulletin.ts";
import { Conversations } from "./conversations.ts";
import { TargetDoor } from "./door.ts";
import { Hedges } from "./hedges.ts";
import { KeyRing, type KeyListener, type KeyStats } from "./key-ring.ts";
import { LearntParams } from "./learnt-params.ts";
import { Results } from "./results.ts";
import { Answers } from "./answers.ts";
import { RetryBudget } from "./retry-budget.ts";
import { RestList } from "./rest.ts";
import { SharedHealth } from "./shared-health.ts";
import { Slos } from "./slos.ts";
import { Slowness } from "./slowness.ts";
import { Tally } from "./tally.ts";
import { WaitingRoom } from "./waiting-room.ts";

// Callers may name any model id: the doors of targets that the configuration does not name are kept for the latest.
const maxOthers = 200;

/** What the router remembers from one request to the next. Survives `update()`: targets that stay keep their memory. */
export class Memory {
  readonly tally: Tally;
  /** Where calls wait for limits. */
  readonly room: WaitingRoom;
  /** What bounds second attempts. */
  readonly retryBudget: RetryBudget;
  readonly slowness: Slowness;
  /** Second attempts beside slow ones. */
  readonly hedges = new Hedges();
  readonly slos: Slos;
  /** How well targets do. */
  results: Results;
  /** Which answers were given lately. */
  answers: Answers;
  /** Which parameters targets have refused. */
  readonly learnt = new LearntParams();
  readonly #events: Emitter<RouterEvents>;
  readonly #rests = new RestList((name, rest) => this.#health?.rested(name, rest));
  readonly #doors = new Map<string, TargetDoor>();
  readonly #others = new Map<string, TargetDoor>();
  #rings: ReadonlyMap<string, KeyRing> = new Map();
  #config: ResolvedConfig;
  #conversations: Conversations | undefined;
  #bulletin: Bulletin | undefined;
  /** Undefined when no other process shares it. */
  #health: SharedHealth | undefined;

  constructor(config: ResolvedConfig, events: Emitter<RouterEvents>) {
    this.#config = config;
    this.#events = events;
    this.#rings = this.#newRings();
    this.tally = new Tally({ isConfigured: (id) => this.#config.targets.has(id) });
    this.retryBudget = new RetryBudget({
      settings: () => this.#config.retryBudget,
      spent: ({ requestId, target, kind }, callsInFlight) => {
        events.emit("retry-budget:spent", { requestId, target, kind, callsInFlight });
      },
    });
    this.results = new Results(config.reportBy);
    this.answers = new Answers(config.rememberAnswers);
    this.slowness = new Slowness(config, events);
    this.slos = new Slos(config, events);
    this.room = new WaitingRoom({
      maxWaiting: () => (this.#config.waiting === false ? 0 : this.#config.waiting.maxWaiting),
    });
    this.#conversations = this.#newConversations();
  }

  /** Shares what is known of targets and keys with other processes from now on; `undefined`: with none. */
  share(bulletin: Bulletin | undefined): void {
    this.#bulletin = bulletin;
    this.#health = this.#newHealth();
  }

  /** A call ended; its record is complete. */
  ended(record: RouteRecord): void {
    this.tally.request(record);
    this.slos.add(record);
    this.results.add(record);
  }

  /** Undefined when switched off. */
  get conversations(): Conversations | undefined {
    return this.#conversations;
  }

  doorOf(target: ResolvedTarget): TargetDoor {
    return this.#doors.get(target.id) ?? this.#newDoor(target);
  }

  /** Goes over to another configuration. A target whose client, model or breaker changed starts afresh. */
  adopt(config: ResolvedConfig): void {
    const before = this.#config;
    this.#config = config;
    if (config.reportBy !== before.reportBy) this.results = new Results(config.reportBy);
    if (config.rememberAnswers !== before.rememberAnswers) this.answers = new Answers(config.rememberAnswers);
    this.slowness.adopt(config);
    this.slos.adopt(config);
    for (const [id, door] of this.#doors) {
      if (isSame(before.targets.get(id), config.targets.get(id))) continue;
      door.close();
      this.#doors.delete(id);
    }
    // Another client of that name may well hold another key.
    for (const [name, client] of before.clients)
      if (config.clients.get(name) !== client) this.#rests.forget(`client:${name}`);
    this.#rings = this.#newRings();
    for (const door of [...this.#doors.values(), ...this.#others.values()]) door.keys = this.#rings.get(door.client);
    if (!isEqual(before.conversations, config.conversations)) this.#conversations = this.#newConversations();
    this.#health = this.#newHealth();
  }

  /** The keys of a client, where it has several, another than its own, or limits for each. */
  keysOf(client: string): KeyRing | undefined {
    return this.#rings.get(client);
  }

  /** What was done with the keys of such clients. */
  keyStats(): Readonly<Record<string, readonly KeyStats[]>> {
    return Object.fromEntries(
      [...this.#rings].map(([client, { slots }]) => [client, slots.map((slot) => slot.stats())]),
    );
  }

  close(): void {
    for (const door of [...this.#doors.values(), ...this.#others.values()]) door.close();
    this.slos.close();
  }

  #newDoor(target: ResolvedTarget): TargetDoor {
    const configured = this.#config.targets.has(target.id);
    const held = configured ? undefined : this.#others.get(target.id);
    if (held !== undefined) return held;
    const door = this.#makeDoor(target);
    if (configured) this.#doors.set(target.id, door);
    else this.#keepOther(target.id, door);
    return door;
  }

  #keepOther(id: string, door: TargetDoor): void {
    this.#others.set(id, door);
    const [oldest] = this.#others;
    if (this.#others.size <= maxOthers || oldest === undefined) return;
    oldest[1].close();
    this.#others.delete(oldest[0]);
  }

  #newRings(): ReadonlyMap<string, KeyRing> {
    const pools = [...this.#config.keys].filter(
      ([, keys]) => keys.length > 1 || keys.some(({ base, client, limits }) => client !== base || limits.length > 0),
    );
    return new Map(
      pools.map(([client, keys]) => [client, new KeyRing(keys, this.#rings.get(client), this.#onKeyRest)]),
    );
  }

  #makeDoor(target: ResolvedTarget): TargetDoor {
    const door = new TargetDoor({
      target: target.id,
      client: target.client,
      breaker: target.resilience.breaker,
      rests: this.#rests,
      medians: {
        latencyMs: () => this.tally.windowsOf(target.id).latency.p50Ms(),
        ttftMs: () => this.tally.windowsOf(target.id).ttft.p50Ms(),
      },
      trust: () => this.#config.retryBudget,
      onBreaker: this.#breakerListener(target.id),
    });
    door.keys = this.#rings.get(target.client);
    return door;
  }

  #breakerListener(target: string): BreakerListener {
    return (state, dueAt, learnt) => {
      if (state === "open") this.#events.emit("breaker:open", { target, dueAt, learnt });
      else if (state === "half-open") this.#events.emit("breaker:half-open", { target });
      else this.#events.emit("breaker:close", { target, learnt });
      if (!learnt && state !== "half-open") this.#health?.breakerChanged(target, state === "open" ? dueAt : undefined);
    };
  }

  readonly #onKeyRest: KeyListener = (slot, target, rest) => this.#health?.keyRested(slot, target, rest);

  #newHealth(): SharedHealth | undefined {
    if (this.#bulletin === undefined) return undefined;
    return new SharedHealth(this.#bulletin, {
      config: this.#config,
      rests: this.#rests,
      rings: this.#rings,
      events: this.#events,
      doorOf: (target) => this.doorOf(target),
    });
  }

  #newConversations(): Conversations | undefined {
    const { conversations } = this.#config;
    if (conversations === false) return undefined;
    return new Conversations({ ...conversations, rankOf: (tier) => this.#config.tiers.get(tier)?.rank });
  }
}

function isSame(before: ResolvedTarget | undefined, after: ResolvedTarget | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return (
    before.client === after.client &&
    before.model === after.model &&
    isEqual(before.resilience.breaker, after.resilience.breaker)
  );
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
