import type { Client } from "../options.ts";

/** What a client calls to reach the network. */
export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The `fetch` that a client uses. It is not public; a client without one uses the global. */
export function transportOf(client: Client): Fetch {
  const own: unknown = Reflect.get(client, "fetch");
  return isFetch(own) ? own : globalThis.fetch;
}

/**
 * A copy of a client with other options. `AzureOpenAI` keeps its API version and deployment out of the options that
 * `withOptions` copies, and some versions throw without them.
 */
export function cloneOf<C extends Client>(client: C, options: Parameters<C["withOptions"]>[0]): C {
  const azure = "apiVersion" in client ? { apiVersion: client.apiVersion, deployment: deploymentOf(client) } : {};
  const given = { ...azure, ...options };
  // Of a routed client the plain copy is wanted: what routes it is below, in its fetch.
  return routed.has(client) ? (plainWithOptions(client).call(client, given) as C) : client.withOptions(given);
}

const routed = new WeakSet<Client>();

/** Notes that a client's calls go down a router's line. */
export function markRouted(client: Client): void {
  routed.add(client);
}

function plainWithOptions(client: Client): (options: object) => unknown {
  const prototype = Object.getPrototypeOf(client) as { withOptions(options: object): unknown };
  return prototype.withOptions;
}

/** Whether a client asks a function for its key at each request. */
export function asksForKeys(client: Client): boolean {
  return typeof apiKeyOf(client) === "function";
}

/** The key a client was given, or the function that gives it. */
export function apiKeyOf(client: Client): unknown {
  const options: unknown = Reflect.get(client, "_options");
  return typeof options === "object" && options !== null ? Reflect.get(options, "apiKey") : undefined;
}

function deploymentOf(client: object): unknown {
  return "deploymentName" in client ? client.deploymentName : undefined;
}

function isFetch(value: unknown): value is Fetch {
  return typeof value === "function";
}
