import { commonPatterns } from "../lib/wildcard.ts";
import type { Client } from "../options.ts";
import { headersOf, sorted } from "./call-options.ts";

/** The `x-router-*` headers among a client's default headers: hints for each of its calls. */
export function defaultHintsOf(client: Client): ReadonlyMap<string, string> {
  const options: unknown = Reflect.get(client, "_options");
  const given: unknown =
    typeof options === "object" && options !== null ? Reflect.get(options, "defaultHeaders") : undefined;
  return sorted(headersOf(given)).hintHeaders ?? new Map();
}

const allowedRegions = "x-router-allowed-regions";

/** Hints for each call of a client, and those of one call, which win. The regions that both allow are the ones allowed. */
export function withDefaultHints(
  defaults: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> | undefined {
  if (defaults.size === 0 || own === undefined) return own ?? (defaults.size === 0 ? undefined : defaults);
  const hints = new Map([...defaults, ...own]);
  const [wide, narrow] = [defaults.get(allowedRegions), own.get(allowedRegions)];
  if (wide !== undefined && narrow !== undefined) {
    hints.set(allowedRegions, commonPatterns(regionsIn(wide), regionsIn(narrow)).join(","));
  }
  return hints;
}

function regionsIn(value: string): string[] {
  return value.split(",").map((region) => region.trim());
}

/** Takes hints off a request that is ready to go: they never reach a provider. */
export function dropHints(init: RequestInit, names: Iterable<string>): void {
  const { headers } = init;
  if (headers instanceof Headers) for (const name of names) headers.delete(name);
}

/** A request without hints, for an endpoint that is not routed. */
export function withoutHints(init: RequestInit): RequestInit {
  const { headers, hintHeaders } = sorted(headersOf(init.headers));
  return hintHeaders === undefined ? init : { ...init, headers: [...headers] as [string, string][] };
}

/** The same for a `Request`. */
export function requestWithoutHints(request: Request): Request {
  const { headers, hintHeaders } = sorted(headersOf(request.headers));
  return hintHeaders === undefined ? request : new Request(request, { headers: [...headers] as [string, string][] });
}
