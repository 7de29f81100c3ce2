import { Redis } from "ioredis";
import { createClient } from "redis";
import { describe, expect, it, vi } from "vitest";
import { redisStore } from "../../../src/stores/redis.ts";
import type { IoredisClient, NodeRedisClient } from "../../../src/stores/redis.ts";
import { resilientStore, type StoreUp } from "../../../src/stores/resilient.ts";
import type { Account } from "../../../src/stores/store.ts";
import { needsOwnRedis, startRedis } from "./redis-server.ts";

interface Connected {
  readonly client: IoredisClient | NodeRedisClient;
  close(): unknown;
}

const clients: Readonly<Record<string, (url: string) => Promise<Connected>>> = {
  async ioredis(url) {
    const client = new Redis(url, { retryStrategy: () => 50 });
    client.on("error", ignore);
    return { client, close: () => client.disconnect() };
  },
  async redis(url) {
    const client = createClient({ url, socket: { reconnectStrategy: 50 } });
    client.on("error", ignore);
    await client.connect();
    return { client, close: () => client.destroy() };
  },
};

const endsAt = Date.now() + 3_600_000;
const usd = (amount: number): Account => ({ kind: "window", key: "usd", limit: 100, amount, endsAt });

describe.each(Object.entries(clients))("resilientStore on redis through %s", needsOwnRedis, (_name, connect) => {
  it("goes on without a server that stands still, and counts each call once when it is back", async () => {
    await using server = await startRedis();
    const { client, close } = await connect(server.url);
    const onUp = vi.fn<(up: StoreUp) => void>();
    const store = resilientStore(redisStore(client), { timeoutMs: 500, probeMs: 50, onUp });
    await store.take({ hold: "before", accounts: [usd(10)] });

    server.pause();
    // The server has these in its socket, and does them when it wakes up.
    const inDoubt = await Promise.all(
      ["one", "two", "three"].map(async (hold) => store.take({ hold, accounts: [usd(10)] })),
    );
    expect(inDoubt.map(({ granted }) => granted)).toEqual([true, true, false]);
    await store.settle("before", [5]);
    await store.settle("one", [8]);
    server.resume();

    await expect.poll(() => onUp.mock.calls.length, { timeout: 10_000 }).toBe(1);
    expect(await store.settle("two", [1])).toEqual([86]);
    expect(await store.take({ accounts: [usd(0)] })).toMatchObject({ left: [86] });
    close();
  });

  it("goes on without a server that died, and tells the one that takes its place", async () => {
    const server = await startRedis();
    const { client, close } = await connect(server.url);
    const onUp = vi.fn<(up: StoreUp) => void>();
    const store = resilientStore(redisStore(client), { timeoutMs: 500, probeMs: 50, onUp });
    await store.take({ accounts: [usd(1)] });

    await server.kill();
    expect(await store.take({ hold: "one", accounts: [usd(10)] })).toMatchObject({ granted: true });
    await store.settle("one", [4]);
    await using next = await startRedis({ port: server.port });

    await expect.poll(() => onUp.mock.calls.length, { timeout: 10_000 }).toBe(1);
    expect(next.port).toBe(server.port);
    expect(await store.take({ accounts: [usd(0)] })).toMatchObject({ left: [96] });
    close();
  });
});

function ignore(): void {
  // Clients report each failure to connect; what the store makes of it is the test.
}
