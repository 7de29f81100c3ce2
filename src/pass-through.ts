import type { Shared } from "./call.ts";
import { allowedRegionsOf } from "./config/allowed-regions.ts";
import { RegionNotAllowedError } from "./errors.ts";
import type { Hints } from "./glossary.ts";
import { headersOf, sorted } from "./openai/call-options.ts";
import { requestWithoutHints, withoutHints } from "./openai/default-hints.ts";
import type { Fetch } from "./openai/transport.ts";
import { routerErrorResponse } from "./respond/router-error-response.ts";

/** A request to an endpoint that is not routed. */
export interface PlainRequest {
  readonly url: string | URL | Request;
  readonly init: RequestInit | undefined;
  readonly onward: Fetch;
}

/**
 * Passes a request on through the wrapped client, untouched but for hints. One that must stay in regions is refused: where
 * that client runs is not known.
 */
export function passThrough(
  shared: Shared,
  { url, init, onward }: PlainRequest,
  hintsWith: (headers: ReadonlyMap<string, string> | undefined) => Hints,
): Promise<Response> {
  const given = init?.headers ?? (url instanceof Request ? url.headers : undefined);
  const refusal = refusalOf(() => {
    const hints = hintsWith(ofRegions(sorted(headersOf(given)).hintHeaders));
    const allowed = allowedRegionsOf(hints, shared.config().residency);
    if (allowed !== undefined) throw new RegionNotAllowedError(pathOf(url), allowed);
  });
  if (refusal !== undefined) return Promise.resolve(answerWith(refusal, shared));
  const plain = url instanceof Request ? requestWithoutHints(url) : url;
  return onward(plain, init === undefined ? init : withoutHints(init));
}

// Of an endpoint that is not routed no other hint matters, so none is held against the call.
function ofRegions(headers: ReadonlyMap<string, string> | undefined): ReadonlyMap<string, string> | undefined {
  const named = [...(headers ?? [])].filter(([name]) => /^x-router-(?:region|allowed-regions|tags)$/.test(name));
  return named.length === 0 ? undefined : new Map(named);
}

function refusalOf(check: () => void): Error | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

// An answer, because what a `fetch` throws the client takes for a broken connection, and tries again.
function answerWith(error: Error, { registry }: Shared): Response {
  const response = routerErrorResponse(error, new Headers(), true);
  registry.standsFor(response.headers, error);
  return response;
}

function pathOf(url: string | URL | Request): string {
  return new URL(url instanceof Request ? url.url : url).pathname;
}
