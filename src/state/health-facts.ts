import { createHash } from "node:crypto";
import type { ResolvedConfig, ResolvedKey, ResolvedTarget } from "../config/resolved.ts";
import { apiKeyOf } from "../openai/transport.ts";

type Client = ResolvedKey["client"];

// 64 bits: two targets or keys of one application never meet, and a key can not be told from its digest.
const digestLength = 16;

/** The fact that tells of a target's breaker. */
export function breakerFact(target: ResolvedTarget, config: ResolvedConfig): string {
  return `health:breaker:${identityOf(target, config)}`;
}

/** The fact that tells of a target's rests. */
export function restFact(target: ResolvedTarget, config: ResolvedConfig): string {
  return `health:rest:${identityOf(target, config)}`;
}

/** The account of which whoever probes a target takes the only place. */
export function probeAccount(target: ResolvedTarget, config: ResolvedConfig): string {
  return `health:probe:${identityOf(target, config)}`;
}

/**
 * The fact that tells of the key of a client, everywhere or at one target. `undefined` for a key that a function gives: which
 * one that is, only the function knows.
 */
export function keyFact(client: Client, target?: { readonly id: string }): string | undefined {
  const key = apiKeyOf(client);
  if (typeof key !== "string") return undefined;
  const identity = digestOf(["key", client.baseURL, key, client.organization, client.project]);
  return `health:key:${identity}${target === undefined ? "" : `:${target.id}`}`;
}

// While a new configuration is rolled out, the same id may mean another model at another place.
function identityOf({ id, model, client }: ResolvedTarget, { clients }: ResolvedConfig): string {
  return `${id}:${digestOf(["target", clients.get(client)?.baseURL, model])}`;
}

function digestOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, digestLength);
}
