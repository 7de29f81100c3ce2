import type { Shared } from "./call.ts";
import { resolveConfig } from "./config/resolve.ts";
import type { ResolvedConfig } from "./config/resolved.ts";
import { ConfigError, RouterClosedError } from "./errors.ts";
import type { RouterEvents } from "./events.ts";
import { Emitter } from "./lib/emitter.ts";
import { InFlight } from "./lib/in-flight.ts";
import { driveOf, type Drive } from "./openai/drive.ts";
import type { Client, RouterOptions } from "./options.ts";
import { Registry } from "./registry.ts";
import { Memory } from "./state/memory.ts";

/** What can be changed in a running router. */
export type RouterChanges = Partial<Omit<RouterOptions, "client">>;

/** What the views of one router share. */
export class RouterCore implements Shared {
  readonly registry = new Registry();
  readonly events = new Emitter<RouterEvents>();
  readonly lifelines: Shared["lifelines"] = new InFlight();
  readonly memory: Memory;
  readonly #drives = new WeakMap<Client, Drive>();
  #options: RouterOptions;
  #config: ResolvedConfig;
  #closing = false;

  constructor(options: RouterOptions) {
    this.#config = resolveConfig(options);
    this.#options = options;
    this.memory = new Memory(this.#config, this.events);
  }

  config(): ResolvedConfig {
    return this.#config;
  }

  driveOf(client: Client): Drive {
    const held = this.#drives.get(client);
    if (held !== undefined) return held;
    const drive = driveOf(client);
    this.#drives.set(client, drive);
    return drive;
  }

  admit(): void {
    if (this.#closing) throw new RouterClosedError("The router was closed, and takes no more calls.");
  }

  update(changes: RouterChanges): void {
    if ("client" in changes) {
      throw new ConfigError([{ path: "client", message: "can not be changed in a running router: make another router" }]);
    }
    const options = { ...this.#options, ...changes };
    const config = resolveConfig(options);
    this.#options = options;
    this.#config = config;
    this.memory.adopt(config);
  }

  async drain(): Promise<void> {
    this.#closing = true;
    await this.lifelines.empty();
  }

  async close(): Promise<void> {
    this.#closing = true;
    const error = new RouterClosedError("The router was closed while the call was in flight.");
    for (const lifeline of this.lifelines) lifeline.end("close", error);
    await this.lifelines.empty();
    this.memory.close();
    await Promise.allSettled(this.#config.classifiers.map((classifier) => classifier.close?.()));
  }
}
