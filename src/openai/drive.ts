import type { JsonObject } from "../glossary.ts";
import type { Client } from "../options.ts";
import { defaultHintsOf, dropHints } from "./default-hints.ts";
import { sendWithinOrigin } from "./redirects.ts";
import { cloneOf, transportOf, type Fetch } from "./transport.ts";

/** A request to be made through a client's public API. */
export interface DriveRequest {
  readonly path: string;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly query: object | undefined;
  /** `RequestInit` extras of the caller, such as a dispatcher. */
  readonly fetchOptions: object | undefined;
  /** Shown to the provider as `X-Stainless-Timeout`; the router's own clocks end the attempt. */
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
}

/** Sends a request as its client would, and gives back the provider's `Response` as it came. */
export type Drive = (request: DriveRequest, sees: (headers: RequestInit["headers"]) => void) => Promise<Response>;

type PostOptions = Exclude<NonNullable<Parameters<Client["post"]>[1]>, PromiseLike<unknown>>;

const handoffKey = Symbol("modelrouter.handoff");

interface Handoff {
  readonly signal: AbortSignal;
  readonly sees: (headers: RequestInit["headers"]) => void;
  response: Response | undefined;
  error: unknown;
}

/**
 * Drives a client by its public API, so that credentials, deployments, signatures and hooks of its own apply, with a
 * `fetch` that hands the raw response back before the client reads it.
 */
export function driveOf(client: Client): Drive {
  const send = transportOf(client);
  const hints = [...defaultHintsOf(client).keys()];
  const driven = cloneOf(client, { fetch: handingBack(send, hints), maxRetries: 0, logLevel: "off" });
  return async (request, sees) => {
    const handoff: Handoff = { signal: request.signal, sees, response: undefined, error: undefined };
    const { path, body, headers, query, timeoutMs } = request;
    const options: PostOptions = {
      body,
      headers,
      ...(query === undefined ? {} : { query }),
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
      fetchOptions: { ...request.fetchOptions, [handoffKey]: handoff } as object,
    };
    try {
      await driven.post(path, options).asResponse();
    } catch (error) {
      // The client wraps what its fetch throws; the wrapped client will do so again.
      throw handoff.error ?? error;
    }
    if (handoff.response === undefined) throw new Error("The client answered without calling its fetch.");
    return handoff.response;
  };
}

function handingBack(send: Fetch, hints: readonly string[]): Fetch {
  return async (url, init) => {
    const handoff = handoffOf(init);
    if (handoff === undefined) return send(url, init);
    const { [handoffKey]: _, ...rest } = init as RequestInit & { [handoffKey]: Handoff };
    dropHints(rest, hints);
    handoff.sees(rest.headers);
    // The client's own signal stops listening once this function returns; ours holds to the end of the body.
    const within = sendWithinOrigin(send, url, { ...rest, signal: handoff.signal });
    handoff.response = await within.catch((error: unknown) => {
      handoff.error = error;
      throw error;
    });
    return new Response(null, { status: 204 });
  };
}

function handoffOf(init: RequestInit | undefined): Handoff | undefined {
  return (init as { [handoffKey]?: Handoff } | undefined)?.[handoffKey];
}
