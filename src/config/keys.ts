import { ConfigError } from "../errors.ts";
import { keySource } from "../openai/key-source.ts";
import { apiKeyOf, cloneOf } from "../openai/transport.ts";
import type { ApiKey, Client, KeyOptions, LimitOptions, RouterOptions } from "../options.ts";
import { keyDefaults } from "./defaults.ts";
import { issueAt } from "./issues.ts";
import { limitsOfKey } from "./limits.ts";
import type { GivenKey, ResolvedKey } from "./resolved.ts";

/** What the keys are for. */
export interface KeyedClients {
  /** By name; `default` is the wrapped client. */
  readonly clients: ReadonlyMap<string, Client>;
  /** Name → the name that counts. */
  readonly names: ReadonlyMap<string, string>;
  /** Client name → the limits of each of its keys that says nothing else. */
  readonly limits: ReadonlyMap<string, LimitOptions>;
}

/**
 * The keys of each client that `keys` names, and the own key of one whose keys have limits. The client's own is called through
 * the client itself, each other through a copy.
 * @throws ConfigError when a client takes no other key
 */
export function resolveKeys(
  keys: RouterOptions["keys"],
  { clients, names, limits }: KeyedClients,
): ReadonlyMap<string, readonly ResolvedKey[]> {
  const resolved = new Map<string, readonly ResolvedKey[]>();
  for (const [name, given] of Object.entries(keys ?? {})) {
    const canonical = names.get(name) ?? name;
    const base = clients.get(canonical);
    if (base === undefined) continue;
    const all = given.map((key, index) => resolveKey(base, writtenOut(key, index), ["keys", name, index]));
    resolved.set(canonical, withLimits(canonical, all, limits.get(canonical)));
  }
  for (const [name, client] of clients) {
    const usual = limits.get(name);
    if (usual !== undefined && !resolved.has(name)) resolved.set(name, withLimits(name, [ownKey(client)], usual));
  }
  return resolved;
}

function withLimits(client: string, keys: readonly PlainKey[], usual: LimitOptions = {}): readonly ResolvedKey[] {
  return keys.map(({ limits, ...key }) => ({
    ...key,
    limits: limitsOfKey(client, key.label, { ...usual, ...limits }),
  }));
}

/** A key whose limits are as they were written. */
type PlainKey = Omit<ResolvedKey, "limits"> & { readonly limits: LimitOptions | undefined };

function ownKey(client: Client): PlainKey {
  const given = { apiKey: apiKeyOf(client) };
  return { label: "1", given, base: client, client, drop: undefined, limits: undefined };
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
): PlainKey {
  const { label, apiKey, ttlMs = keyDefaults.ttlMs, limits } = given;
  if (isOwn(base, given)) return { label, given, base, client: base, drop: undefined, limits };
  const source = typeof apiKey === "function" ? keySource(apiKey, ttlMs) : undefined;
  try {
    const client = cloneOf(base, { apiKey: source?.get ?? apiKey, ...membershipOf(given) });
    return { label, given, base, client, drop: source?.drop, limits };
  } catch {
    // What the client says of it may show what it was given.
    const message = "can not be given to this client, which has credentials of another kind; use a client for each key";
    throw new ConfigError([issueAt(path, message)]);
  }
}

function isOwn(base: Client, { apiKey, ttlMs = keyDefaults.ttlMs, ...given }: GivenKey): boolean {
  return apiKey === apiKeyOf(base) && ttlMs === 0 && Object.keys(membershipOf(given)).length === 0;
}

function membershipOf({ organization, project }: Pick<KeyOptions, "organization" | "project">) {
  return { ...(organization === undefined ? {} : { organization }), ...(project === undefined ? {} : { project }) };
}
