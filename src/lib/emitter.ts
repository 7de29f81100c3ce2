import { EventEmitter } from "node:events";

/** Events by name and payload. A listener that throws harms nobody but itself: the process gets a warning. */
export class Emitter<Events extends object> {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  on<Name extends keyof Events & string>(name: Name, listener: (payload: Events[Name]) => void): void {
    this.#emitter.on(name, listener);
  }

  once<Name extends keyof Events & string>(name: Name, listener: (payload: Events[Name]) => void): void {
    this.#emitter.once(name, listener);
  }

  off<Name extends keyof Events & string>(name: Name, listener: (payload: Events[Name]) => void): void {
    this.#emitter.off(name, listener);
  }

  emit<Name extends keyof Events & string>(name: Name, payload: Events[Name]): void {
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
}

function warn(name: string, error: unknown): void {
  process.emitWarning(`A listener of "${name}" threw: ${String(error)}`, "ModelRouterWarning");
}
