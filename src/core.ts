import { setImmediate } from "node:timers/promises";
import { Admission } from "./admit/admission.ts";
import type { Lifeline } from "./attempt/lifeline.ts";
import { Budgets } from "./admit/budgets.ts";
import type { Shared } from "./call.ts";
import { resolveConfig } from "./config/resolve.ts";
import type { ResolvedConfig } from "./config/resolved.ts";
import { Drills } from "./drill/drills.ts";
import type { LiveDrills } from "./drill/live-drills.ts";
import { ConfigError, RouterClosedError } from "./errors.ts";
import type { RouterEvents } from "./events.ts";
import type { Awaitable } from "./glossary.ts";
import { Emitter } from "./lib/emitter.ts";
import { InFlight } from "./lib/in-flight.ts";
import { driveOf, type Drive } from "./openai/drive.ts";
import { Limits } from "./admit/limits.ts";
import type { Client, RouterOptions } from "./options.ts";
import { Shadows } from "./shadow/shadows.ts";
import { ProbeTurns } from "./admit/probe-turns.ts";
import { Registry } from "./registry.ts";
import { Bulletin } from "./state/bulletin.ts";
import { Memory } from "./state/memory.ts";
import { tellFailure } from "./admit/store-failed.ts";
import { memoryStore } from "./stores/memory.ts";
import { Wraps } from "./wraps.ts";
import type { Store } from "./stores/store.ts";

/** What can be changed in a running router. */
export type RouterChanges = Partial<Omit<RouterOptions, "client">>;

/** What the views of one router share. */
export class RouterCore implements Shared {
  readonly registry = new Registry();
  readonly events = new Emitter<RouterEvents>("modelrouter");
  readonly wraps = new Wraps();
  readonly lifelines = new InFlight<Lifeline>();
  readonly batched = new InFlight<Lifeline>();
  readonly isBatch = false;
  readonly answerBy = Infinity;
  readonly began = undefined;
  readonly memory: Memory;
  readonly limits: Limits;
  readonly drills = new Drills(this);
  readonly shadows = new Shadows(this);
  readonly #drives = new WeakMap<Client, Drive>();
  readonly #settling = new InFlight<object>();
  readonly #ownStore = memoryStore();
  #options: RouterOptions;
  #config: ResolvedConfig;
  #budgets: Budgets;
  #bulletin: Bulletin | undefined;
  #admission: Admission;
  readonly #ending = new AbortController();
  readonly #closers: (() => Awaitable<void>)[] = [];
  #closing = false;
  #closed = false;

  constructor(options: RouterOptions) {
    this.#config = resolveConfig(options);
    this.#options = options;
    this.memory = new Memory(this.#config, this.events);
    this.limits = new Limits(this.memory.room, this.events);
    this.#budgets = new Budgets(this.#config.budgets, this.events);
    this.#share();
    this.#admission = this.#newAdmission();
    this.drills.schedule(this.#config.drills);
    this.shadows.adopt(this.#config.shadow);
  }

  get drilling(): LiveDrills | undefined {
    return this.drills.live.size === 0 ? undefined : this.drills.live;
  }

  config(): ResolvedConfig {
    return this.#config;
  }

  options(): RouterOptions {
    return this.#options;
  }

  driveOf(client: Client): Drive {
    const held = this.#drives.get(client);
    if (held !== undefined) return held;
    const drive = driveOf(client);
    this.#drives.set(client, drive);
    return drive;
  }

  get budgets(): Budgets {
    return this.#budgets;
  }

  /** Looks in the background for what other processes found out, if nobody did lately. */
  glance(): void {
    if (!this.#closed) this.#bulletin?.glance();
  }

  admission(): Admission {
    return this.#admission;
  }

  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  get closed(): boolean {
    return this.#closed;
  }

  admit(): void {
    if (this.#closing) throw new RouterClosedError("The router was closed, and takes no more calls.");
  }

  update(changes: RouterChanges): void {
    if ("client" in changes) {
      throw new ConfigError([
        { path: "client", message: "can not be changed in a running router: make another router" },
      ]);
    }
    const options = { ...this.#options, ...changes };
    const config = resolveConfig(options);
    const [before, { store }] = [this.#config, this.#options];
    this.#options = options;
    this.#config = config;
    this.memory.adopt(config);
    if (store !== options.store || before.shareHealth !== config.shareHealth) this.#share();
    if (!isEqual([...before.budgets], [...config.budgets])) {
      this.#budgets = new Budgets(config.budgets, this.events, this.#budgets);
    }
    this.#admission = this.#newAdmission();
    if (!isEqual(before.drills, config.drills)) this.drills.schedule(config.drills);
    this.shadows.adopt(config.shadow);
  }

  // A store that nobody else could have has nothing to tell.
  #share(): void {
    const { store } = this.#options;
    const isShared = store !== undefined && this.#config.shareHealth;
    // What it is still reading is nobody's any more.
    this.#bulletin?.adopt(new Map());
    this.#bulletin = isShared ? this.#newBulletin(store) : undefined;
    this.memory.share(this.#bulletin);
    // What others know already is known before the first call, as a rule.
    this.#bulletin?.glance();
  }

  #newBulletin(store: Store): Bulletin {
    const { events } = this;
    return new Bulletin({
      store,
      telling: this.#settling,
      failed: (verb, error) => tellFailure(events, store, { verb, error }),
    });
  }

  #newAdmission(): Admission {
    const store = this.#options.store ?? this.#ownStore;
    const limits = this.#config.limited ? [this.limits] : [];
    const turns = this.#bulletin === undefined ? [] : [new ProbeTurns({ config: this.#config, memory: this.memory })];
    const sources = [...[this.#budgets].filter(({ size }) => size > 0), ...limits, ...turns];
    return new Admission({ store, sources, events: this.events, settling: this.#settling, news: this.#bulletin });
  }

  async drain(): Promise<void> {
    this.#closing = true;
    do {
      await this.lifelines.empty();
      // A call that was just classified is being built by its client, and is in flight again in a moment.
      await setImmediate();
    } while (this.lifelines.size > 0);
    await this.#settling.empty();
  }

  /** Calls back when the router is closed and its calls have ended. */
  onClose(listener: () => Awaitable<void>): void {
    this.#closers.push(listener);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#closed = true;
    const error = new RouterClosedError("The router was closed while the call was in flight.");
    for (const lifeline of this.lifelines) lifeline.end("close", error);
    this.#ending.abort(error);
    this.drills.close();
    this.shadows.close();
    this.memory.close();
    const closed = this.#config.classifiers.map(async (classifier) => classifier.close?.());
    await within(closeMs, Promise.allSettled([this.lifelines.empty(), ...closed]));
    await within(closeMs, this.#settling.empty());
    const closers = this.#closers.splice(0).map(async (closer) => closer());
    await within(closeMs, Promise.allSettled(closers));
  }
}

// A classifier or an exporter of the user's own that never closes must not hold up the process.
const closeMs = 1_000;

async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
