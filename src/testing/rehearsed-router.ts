import { resolveConfig } from "../config/resolve.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import type { Hints } from "../glossary.ts";
import { apiKeyOf, cloneOf } from "../openai/transport.ts";
import type { ApiKey, Client, KeyOptions, RouterOptions, TargetOptions, TierOptions } from "../options.ts";
import { optionsOf } from "../options-of.ts";
import { ModelRouter } from "../router.ts";
import type { ShortClocks } from "./outage-clocks.ts";
import { targetHeader, type RehearsalUpstream } from "./rehearsal-upstream.ts";

/** A router's configuration, to be rehearsed with. */
export interface Rehearsed {
  readonly options: RouterOptions;
  readonly config: ResolvedConfig;
  /** Of every call. */
  readonly hints: Hints;
}

/**
 * Reads the configuration that a router goes by now.
 * @throws TypeError when it is no router
 */
export function rehearsedOf(router: object, hints: Hints): Rehearsed {
  const give: unknown = Reflect.get(router, optionsOf);
  if (typeof give !== "function") throw new TypeError("expectResilient() takes a ModelRouter.");
  const options = give.call(router) as RouterOptions;
  return { options, config: resolveConfig(options), hints };
}

/**
 * A copy of a router whose clients reach nothing but an upstream of this process. It has a memory of its own, and leaves out
 * what is the user's to run: classifiers, checks of answers, the store, functions that give keys. And what is drawn by lot: shadows
 * and experiments, so that each rehearsal shows the same.
 */
export function copyOf(
  { options, config }: Rehearsed,
  upstream: RehearsalUpstream,
  clocks?: ReadonlyMap<string, ShortClocks>,
): ModelRouter {
  const copies = new Map([...config.clients].map(([name, client]) => [client, clientCopy(name, client, upstream)]));
  const copied = (client: Client): Client => copies.get(client) ?? client;
  const { classifier: _, accept: __, store: ___, shareHealth: ____, shadow: _____, ...kept } = options;
  const clients = Object.entries(options.clients ?? {}).map(([name, client]) => [name, copied(client)]);
  return new ModelRouter({
    ...kept,
    client: copied(options.client),
    clients: Object.fromEntries(clients) as Record<string, Client>,
    tiers: mapped(options.tiers, withoutChecks),
    targets: Object.fromEntries(
      [...config.targets.keys()].map((id) => [id, targetCopy(id, options.targets?.[id], clocks?.get(id))]),
    ),
    ...(options.keys !== undefined && { keys: mapped(options.keys, (keys, name) => keys.map(keyCopy(name))) }),
    ...(options.retry !== false && { retry: { ...options.retry, minDelayMs: 0 } }),
  });
}

/** What belongs to each client alone, in the copy: keys, organisation, project. */
export function secretsOf({ options, config }: Rehearsed): ReadonlyMap<string, readonly string[]> {
  const held = [...config.clients].map(([name, client]) => {
    const key = typeof apiKeyOf(client) === "function" ? madeUp(name, 0) : client.apiKey;
    const keys = (options.keys?.[name] ?? [])
      .map(keyCopy(name))
      .map((one) => (typeof one === "object" ? one.apiKey : one));
    const values = [key, client.organization, client.project, ...keys];
    return [name, new Set(values.filter((value) => typeof value === "string"))] as const;
  });
  const isShared = (value: string): boolean => held.filter(([, values]) => values.has(value)).length > 1;
  return new Map(held.map(([name, values]) => [name, [...values].filter((value) => !isShared(value))]));
}

function mapped<T, R>(given: Readonly<Record<string, T>>, change: (value: T, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, change(value, name)]));
}

function clientCopy(name: string, client: Client, upstream: RehearsalUpstream): Client {
  const options = { fetch: upstream.fetchFor(name), maxRetries: 0, logLevel: "off" as const };
  // A function may ask a foreign system: a key that is made up does as well.
  return cloneOf(client, typeof apiKeyOf(client) === "function" ? { ...options, apiKey: madeUp(name, 0) } : options);
}

function madeUp(client: string, index: number): string {
  return `sk-rehearsed-${client}-${index + 1}`;
}

function keyCopy(client: string): (key: ApiKey | KeyOptions, index: number) => ApiKey | KeyOptions {
  return (key, index) => {
    if (typeof key === "string") return key;
    if (typeof key === "function") return madeUp(client, index);
    return typeof key.apiKey === "string" ? key : { ...key, apiKey: madeUp(client, index), ttlMs: undefined };
  };
}

function withoutChecks(tier: readonly string[] | TierOptions): readonly string[] | TierOptions {
  if (!("targets" in tier)) return tier;
  const { accept: _, experiment: __, retry, ...kept } = tier;
  return { ...kept, ...withoutDelay(retry) };
}

function targetCopy(id: string, target: TargetOptions = {}, clocks: ShortClocks | undefined): TargetOptions {
  const { retry, ...kept } = target;
  return {
    ...kept,
    ...withoutDelay(retry),
    headers: { ...target.headers, [targetHeader]: encodeURIComponent(id) },
    ...(clocks !== undefined && { timeouts: clocks.timeouts, deadlineMs: clocks.deadlineMs }),
  };
}

function withoutDelay(retry: RouterOptions["retry"]): Pick<TierOptions, "retry"> {
  if (retry === undefined) return {};
  return { retry: retry === false ? false : { ...retry, minDelayMs: 0 } };
}
