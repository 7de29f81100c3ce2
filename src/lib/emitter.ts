import { channel, type Channel } from "node:diagnostics_channel";
import { EventEmitter } from "node:events";

/** Events by name and payload. A listener that throws harms nobody but itself: the process gets a warning. */
export class Emitter<Events extends object> {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #channels = new Map<string, Channel>();
  readonly #prefix: string | undefined;

  /** @param prefix - publishes each event on `node:diagnostics_channel` as well, as `prefix:name` */
  constructor(prefix?: string) {
    this.#prefix = prefix;
  }

  on<Name extends keyof Events & string>(name: Name, listener: (payload: Events[Name]) => void): void {
    this.#emitter.on(name, listener);
  }

  once<Name extends keyof Events & string>(name: Name, listener: (payload: Events[Name]) => void): void {
    this.#emitter.once(name, listener);
  }

  off<Name extends keyof Events & string>(name: Name, listener: (payload: Events[Name]) => void): void {
    this.#emitter.off(name, listener);
  }

  /** Whether anybody would hear such an event. */
  hears(name: keyof Events & string): boolean {
    return this.#emitter.listenerCount(name) > 0 || (this.#channels.get(name)?.hasSubscribers ?? false);
  }

  emit<Name extends keyof Events & string>(name: Name, payload: Events[Name]): void {
    // What a subscriber of the channel throws, Node throws as an uncaught exception when the call has gone on.
    if (this.#prefix !== undefined) this.#publish(name, payload, this.#prefix);
    if (this.#emitter.listenerCount(name) === 0) return;
    // Raw listeners: those of `once` take themselves off when called.
    for (const listener of this.#emitter.rawListeners(name)) {
      try {
        const result: unknown = listener(payload);
        if (result instanceof Promise) result.catch((error: unknown) => warn(name, error));
      } catch (error) {
        warn(name, error);
      }
    }
  }

  #publish(name: string, payload: unknown, prefix: string): void {
    let known = this.#channels.get(name);
    if (known === undefined) {
      known = channel(`${prefix}:${name}`);
      this.#channels.set(name, known);
    }
    if (known.hasSubscribers) known.publish(payload);
  }
}

function warn(name: string, error: unknown): void {
  process.emitWarning(`A listener of "${name}" threw: ${String(error)}`, "ModelRouterWarning");
}
