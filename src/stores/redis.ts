/**
 * A store on Redis, for several processes.
 *
 * @module
 */
import { checkTake, checkUsed } from "./check-take.ts";
import { fromNano, toNano } from "./nano.ts";
import { type IoredisClient, type NodeRedisClient, runnerOn } from "./redis-clients.ts";
import { noteScript, settleScript, takeScript } from "./redis-scripts.ts";
import type { Account, Store, TakeRequest, TakeResult } from "./store.ts";
import { defaultLeaseMs } from "./terms.ts";

export type { IoredisClient, NodeRedisClient, ScriptInput } from "./redis-clients.ts";

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /**
   * What every key begins with. The braces hold the hash tag, so that all keys are on one node of a cluster: use another
   * one for each application, and each environment, on the same Redis.
   * @defaultValue "{modelrouter}:"
   */
  prefix?: string | undefined;
}

/**
 * A store on Redis 6 or later, by the server's clock. Each verb is one script, thus atomic and one round trip; every key
 * has a time to live.
 * @param client - of the package `ioredis` or `redis`, connected by you and closed by you
 * @throws TypeError for a prefix without a hash tag
 */
export function redisStore(client: IoredisClient | NodeRedisClient, options: RedisStoreOptions = {}): Store {
  const { prefix = "{modelrouter}:" } = options;
  if (!/^[^{]*\{[^}]+\}/.test(prefix)) {
    throw new TypeError(`prefix must hold a hash tag in braces, as in "{shop}:", it is ${JSON.stringify(prefix)}.`);
  }
  const run = runnerOn(client);
  return {
    name: "redis",
    async take(request) {
      checkTake(request);
      const reply = await run(takeScript, { keys: keysOf(request, prefix), arguments: argumentsOf(request) });
      return resultOf(request, reply as readonly Reply[]);
    },
    async settle(hold, used) {
      checkUsed(used);
      const amounts = used.map((amount) => String(toNano(amount)));
      const reply = await run(settleScript, { keys: [`${prefix}hold:${hold}`], arguments: [hold, ...amounts] });
      return reply === null ? undefined : (reply as readonly Reply[]).map(amountOf);
    },
    async note(key, value, ttlMs) {
      const lasts = value === undefined || ttlMs <= 0 ? 0 : Math.ceil(ttlMs);
      await run(noteScript, { keys: [`${prefix}fact:${key}`], arguments: [String(lasts), value ?? ""] });
    },
  };
}

/** A text, or nothing where there is none. Some clients can be set to give buffers or numbers. */
type Reply = { toString(): string } | null;

function keysOf({ hold = "", accounts, facts = [] }: TakeRequest, prefix: string): string[] {
  const keys = [`${prefix}hold:${hold}`];
  for (const account of accounts) keys.push(`${prefix}${nameOf(account)}`, `${prefix}leases:${nameOf(account)}`);
  for (const fact of facts) keys.push(`${prefix}fact:${fact}`);
  return keys;
}

function nameOf(account: Account): string {
  const { kind, key } = account;
  return account.kind === "rolling" ? `rolling:${account.windowMs}:${key}` : `${kind}:${key}`;
}

function argumentsOf({ hold = "", leaseMs = defaultLeaseMs, accounts, force = false }: TakeRequest): string[] {
  const texts = [hold, String(leaseMs), force ? "force" : "", String(accounts.length)];
  for (const account of accounts) {
    const { kind, limit, amount } = account;
    texts.push(kind, String(toNano(limit)), String(toNano(amount)), String(timeOf(account)), freedOf(account));
  }
  return texts;
}

function timeOf(account: Account): number {
  if (account.kind === "slots") return 0;
  return account.kind === "window" ? account.endsAt : account.windowMs;
}

function freedOf(account: Account): string {
  return account.kind === "slots" || account.onLapse === "freed" ? "freed" : "";
}

function resultOf({ accounts, facts = [] }: TakeRequest, reply: readonly Reply[]): TakeResult {
  const texts = reply.map((text) => text?.toString());
  const [now, by, retryAt = "", ...rest] = texts;
  const answer = {
    left: rest.slice(0, accounts.length).map(amountOf),
    facts: facts.map((_fact, at) => rest[accounts.length + at]),
    now: Number(now),
  };
  if (by === "0") return { granted: true, ...answer };
  return { granted: false, ...answer, refusedBy: Number(by) - 1, retryAt: timeIn(retryAt) };
}

function timeIn(text: string): number | undefined {
  if (text === "") return undefined;
  return text === "inf" ? Infinity : Number(text);
}

function amountOf(nanos: Reply | undefined): number {
  return fromNano(Number(nanos));
}
