import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { describe, expect, it } from "vitest";
import { redisStore } from "../../../src/stores/redis.ts";
import type { Account } from "../../../src/stores/store.ts";
import { needsOwnRedis, startRedis } from "./redis-server.ts";

const endsAt = Date.now() + 3_600_000;
const accounts: readonly Account[] = [
  { kind: "window", key: "day", limit: 10, amount: 1, endsAt },
  { kind: "window", key: "freed", limit: 10, amount: 1, endsAt, onLapse: "freed" },
  { kind: "rolling", key: "hour", limit: 10, amount: 1, windowMs: 3_600_000, onLapse: "freed" },
  { kind: "bucket", key: "minute", limit: 10, amount: 1, windowMs: 60_000 },
  { kind: "slots", key: "calls", limit: 10, amount: 1 },
];

describe("redisStore", needsOwnRedis, () => {
  it("gives every key its prefix and a time to live", async () => {
    await using server = await startRedis();
    const client = new Redis(server.url);
    const store = redisStore(client, { prefix: "{shop}:" });
    for (const hold of ["one", "two"]) await store.take({ hold, accounts });
    await store.settle("one", [3, 0, 2, 3, 0]);
    await store.note("fact", "holds", 5_000);
    const keys = await client.keys("*");
    expect(keys.toSorted()).toEqual([
      "{shop}:bucket:minute",
      "{shop}:fact:fact",
      "{shop}:hold:one",
      "{shop}:hold:two",
      "{shop}:leases:rolling:3600000:hour",
      "{shop}:leases:slots:calls",
      "{shop}:leases:window:freed",
      "{shop}:rolling:3600000:hour",
      "{shop}:slots:calls",
      "{shop}:window:day",
      "{shop}:window:freed",
    ]);
    const lives = await Promise.all(keys.map(async (key) => client.pttl(key)));
    expect(lives.filter((ms) => ms <= 0 || ms > 3_700_000)).toEqual([]);
    await client.quit();
  });

  it("leaves nothing behind when everything is settled and over", async () => {
    await using server = await startRedis();
    const client = new Redis(server.url);
    const store = redisStore(client);
    await store.take({ hold: "one", accounts: accounts.slice(3) });
    await store.settle("one", [0, 0]);
    expect(await client.keys("*")).toEqual(["{modelrouter}:hold:one"]);
    expect(await client.pttl("{modelrouter}:hold:one")).toBeLessThanOrEqual(60_000);
    await client.quit();
  });

  it("gives back what a lease held although nobody looked for a long time after it", async () => {
    await using server = await startRedis();
    const client = new Redis(server.url);
    const store = redisStore(client);
    await store.take({ hold: "one", accounts, leaseMs: 20 });
    // The server's own clock can not be moved.
    await delay(200);
    const { left } = await store.take({
      accounts: accounts.map((account) => Object.assign({}, account, { amount: 0 })),
    });
    expect(left.map((amount) => Math.floor(amount))).toEqual([9, 10, 10, 9, 10]);
    await client.quit();
  });

  it("makes one round trip for each verb, and sends a script's text only once", async () => {
    await using server = await startRedis();
    const client = await createClient({ url: server.url }).connect();
    const store = redisStore(client);
    for (const hold of ["one", "two", "three"]) {
      await store.take({ hold, accounts, facts: ["fact"] });
      await store.settle(hold, []);
      await store.note("fact", hold, 1_000);
    }
    const stats = await client.info("commandstats");
    expect(stats).toMatch(/cmdstat_evalsha:calls=9,/);
    expect(stats).toMatch(/cmdstat_eval:calls=3,/);
    await client.close();
  });

  it("sends a script's text again to a server that lost it", async () => {
    await using server = await startRedis();
    const client = new Redis(server.url);
    const store = redisStore(client);
    await store.take({ hold: "one", accounts });
    await client.script("FLUSH");
    await expect(store.take({ hold: "two", accounts })).resolves.toMatchObject({ granted: true });
    await client.quit();
  });

  it("rejects with the client's error when the server can not be reached", async () => {
    const client = new Redis({ port: 1, lazyConnect: true, retryStrategy: () => null, enableOfflineQueue: false });
    client.on("error", () => {});
    await expect(redisStore(client).take({ hold: "one", accounts })).rejects.toThrow("Stream isn't writeable");
    client.disconnect();
  });
});

it.each(["shop:", "", "{}:", "a{}{b}:"])("wants a hash tag in its prefix, which %j is not", (prefix) => {
  const client = { evalSha: () => Promise.reject(new Error("never called")), eval: () => Promise.reject(new Error()) };
  expect(() => redisStore(client, { prefix })).toThrow("hash tag");
});
