import type { RouterEvents } from "../events.ts";
import type { Emitter } from "../lib/emitter.ts";
import type { Store } from "../stores/store.ts";

/** What a store was asked when it failed, and what it threw. */
export interface StoreFailure {
  readonly verb: RouterEvents["store:failed"]["verb"];
  readonly error: unknown;
}

/** Tells that a store failed. */
export function tellFailure(events: Emitter<RouterEvents>, store: Store, { verb, error }: StoreFailure): void {
  const detail = error instanceof Error ? error.message : String(error);
  events.emit("store:failed", { store: store.name, verb, detail });
}
