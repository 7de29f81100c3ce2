import { ConfigError } from "../errors.ts";
import { keySource } from "../openai/key-source.ts";
import { apiKeyOf, cloneOf } from "../openai/transport.ts";
import type { ApiKey, Client, KeyOptions, RouterOptions } from "../options.ts";
import { keyDefaults } from "./defaults.ts";
import { issueAt } from "./issues.ts";
import type { ResolvedKey } from "./resolved.ts";

/** What the keys are for. */
export interface KeyedClients {
  /** By name; `default` is the wrapped client. */
  readonly clients: ReadonlyMap<string, Client>;
  /** Name → the name that counts. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * The keys of each client that `keys` names. The client's own is called through the client itself, each other through a copy.
 * @throws ConfigError when a client takes no other key
 */
export function resolveKeys(
  keys: NonNullable<RouterOptions["keys"]>,
  { clients, names }: KeyedClients,
): ReadonlyMap<string, readonly ResolvedKey[]> {
  const resolved = new Map<string, readonly ResolvedKey[]>();
  for (const [name, given] of Object.entries(keys)) {
    const canonical = names.get(name) ?? name;
    const base = clients.get(canonical);
    if (base === undefined) continue;
    const own = given.map((key, index) => resolveKey(base, writtenOut(key, index), ["keys", name, index]));
    resolved.set(canonical, own);
  }
  return resolved;
}

/** A key with its label. */
function writtenOut(key: ApiKey | KeyOptions, index: number): KeyOptions & { readonly label: string } {
  const options: KeyOptions = typeof key === "object" ? key : { apiKey: key };
  return { ...options, label: options.label ?? String(index + 1) };
}

/** Whether two keys are the same for the provider: what is known of the one holds for the other. */
export function isSameKey(one: ResolvedKey, other: ResolvedKey): boolean {
  const [a, b] = [one.given, other.given];
  if (one.base !== other.base || a.apiKey !== b.apiKey || a.ttlMs !== b.ttlMs) return false;
  return a.organization === b.organization && a.project === b.project;
}

function resolveKey(
  base: Client,
  given: KeyOptions & { readonly label: string },
  path: readonly PropertyKey[],
): ResolvedKey {
  const { label, apiKey, ttlMs = keyDefaults.ttlMs } = given;
  if (isOwn(base, given)) return { label, given, base, client: base, drop: undefined };
  const source = typeof apiKey === "function" ? keySource(apiKey, ttlMs) : undefined;
  try {
    const client = cloneOf(base, { apiKey: source?.get ?? apiKey, ...membershipOf(given) });
    return { label, given, base, client, drop: source?.drop };
  } catch {
    // What the client says of it may show what it was given.
    const message = "can not be given to this client, which has credentials of another kind; use a client for each key";
    throw new ConfigError([issueAt(path, message)]);
  }
}

function isOwn(base: Client, { apiKey, ttlMs = keyDefaults.ttlMs, ...given }: KeyOptions): boolean {
  return apiKey === apiKeyOf(base) && ttlMs === 0 && Object.keys(membershipOf(given)).length === 0;
}

function membershipOf({ organization, project }: Pick<KeyOptions, "organization" | "project">) {
  return { ...(organization === undefined ? {} : { organization }), ...(project === undefined ? {} : { project }) };
}
