import { isRecord } from "../lib/is-record.ts";
import type { Client } from "../options.ts";
import type { PreparedCall } from "./hook.ts";

// Where a subclass, or whoever changes an instance, can put a signal of its own into a request.
const places = ["prepareRequest", "fetchWithTimeout", "fetchWithAuth"] as const;

/**
 * A function that tells whether a call's request may be aborted by anybody but the router. A call in one piece without a
 * signal, by a client that nobody has changed, can not: its own timer is endless then. To listen all the same costs a
 * tenth of what the router adds to a call.
 */
export function abortTest(client: Client): (prepared: PreparedCall) => boolean {
  const originals = places.map((name) => [name, originalOf(client, name)] as const);
  return ({ incoming, owned, reading }) =>
    !owned ||
    reading !== "whole" ||
    incoming.signal !== undefined ||
    hasSignal(incoming.passedOn.fetchOptions) ||
    hasSignal(Reflect.get(client, "fetchOptions")) ||
    originals.some(([name, original]) => Reflect.get(client, name) !== original);
}

/** The member as the `openai` package has it: that of the prototype furthest up. */
function originalOf(client: Client, name: string): unknown {
  let original: unknown;
  for (let at: object | null = client; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, name)) original = Reflect.get(at, name);
  }
  return original;
}

function hasSignal(fetchOptions: unknown): boolean {
  return isRecord(fetchOptions) && fetchOptions["signal"] !== undefined && fetchOptions["signal"] !== null;
}
