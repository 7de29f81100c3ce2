import type { Endpoint } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { headersOf, sorted } from "./call-options.ts";
import { endpointOfUrl } from "./endpoints.ts";
import type { IncomingCall } from "./hook.ts";
import { passedFromFetch } from "./passing-on.ts";

/** A request as `fetch` takes it. */
export interface FetchRequest {
  readonly url: string | URL | Request;
  readonly init: RequestInit | undefined;
  readonly baseURL: string;
  readonly timeoutMs: number;
}

/**
 * Reads a call out of a request at `fetch` level; undefined when it is none that is routed.
 * Credentials in it are those of whoever built it: targets are called with their own clients' instead.
 */
export async function callFromFetch(from: FetchRequest): Promise<IncomingCall | undefined> {
  const endpoint = endpointOf(from);
  if (endpoint === undefined) return undefined;
  const { init = {}, timeoutMs } = from;
  const request = from.url instanceof Request ? from.url : undefined;
  const body = parsed(request === undefined ? await textOf(init.body) : await request.clone().text());
  if (body === undefined) return undefined;
  const given = new Headers(init.headers ?? request?.headers);
  return {
    endpoint,
    body,
    passedOn: { headers: passedFromFetch(given), query: undefined, fetchOptions: undefined },
    hintHeaders: sorted(headersOf(given)).hintHeaders,
    signal: init.signal ?? request?.signal,
    timeoutMs,
    ownTimeoutMs: undefined,
    maxRetries: undefined,
  };
}

function endpointOf({ url, init, baseURL }: FetchRequest): Endpoint | undefined {
  const request = url instanceof Request ? url : { url: url.toString(), method: "GET" };
  const method = init?.method ?? request.method;
  return method.toUpperCase() === "POST" ? endpointOfUrl(request.url, baseURL) : undefined;
}

// Only bodies that can be read twice: a stream would be gone for whoever passes the request through.
async function textOf(body: unknown): Promise<string | undefined> {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array || body instanceof ArrayBuffer) return new TextDecoder().decode(body);
  if (body instanceof Blob) return body.text();
  return undefined;
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
