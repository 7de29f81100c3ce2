import { Cluster, Redis } from "ioredis";
import { createClient, createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisStore } from "../../../src/stores/redis.ts";
import type { IoredisClient, NodeRedisClient } from "../../../src/stores/redis.ts";
import { resilientStore } from "../../../src/stores/resilient.ts";
import type { Store } from "../../../src/stores/store.ts";
import { storeConformance } from "../../../src/testing/store-conformance.ts";
import { needsOwnRedis, needsRedis, someRedis, startRedis } from "./redis-server.ts";

type Client = IoredisClient | NodeRedisClient;

interface Connected {
  readonly client: Client;
  close(): unknown;
}

const clients: Readonly<Record<string, (url: string) => Promise<Connected>>> = {
  async ioredis(url) {
    const client = new Redis(url);
    return { client, close: () => client.quit() };
  },
  async "ioredis with a key prefix"(url) {
    const client = new Redis(url, { keyPrefix: "shop:" });
    return { client, close: () => client.quit() };
  },
  async redis(url) {
    const client = await createClient({ url }).connect();
    return { client, close: () => client.close() };
  },
};

const clusterClients: typeof clients = {
  async "a cluster through ioredis"(url) {
    const client = new Cluster([url]);
    return { client, close: () => client.quit() };
  },
  async "a cluster through redis"(url) {
    const client = createCluster({ rootNodes: [{ url }] });
    await client.connect();
    return { client, close: () => client.close() };
  },
};

describe.concurrent.each(Object.entries(clients))("%s", needsRedis, (_name, connect) => {
  conforms({ connect, start: someRedis, makeStore: redisStore });
});

// A cluster of one node refuses scripts whose keys are in several slots just as a larger one does.
describe.concurrent.each(Object.entries(clusterClients))("%s", needsOwnRedis, (_name, connect) => {
  conforms({ connect, start: startCluster, makeStore: redisStore });
});

describe.concurrent("resilientStore on redis", needsRedis, () => {
  conforms({ connect: clients["redis"] as Conformer["connect"], start: someRedis, makeStore: makeResilient });
});

// It must not take a machine that stands still for one without a Redis.
function makeResilient(client: Client): Store {
  return resilientStore(redisStore(client), { timeoutMs: 10_000 });
}

interface Conformer {
  connect(url: string): Promise<Connected>;
  start: typeof someRedis;
  makeStore(client: Client): Store;
}

function conforms({ connect, start, makeStore }: Conformer): void {
  let server: Awaited<ReturnType<typeof someRedis>>;
  let connected: Connected;
  beforeAll(async () => {
    server = await start();
    connected = await connect(server.url);
  });
  afterAll(async () => {
    await connected.close();
    await server[Symbol.asyncDispose]();
  });

  it.each(storeConformance(() => makeStore(connected.client)))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
}

async function startCluster(): Promise<Awaited<ReturnType<typeof someRedis>>> {
  const server = await startRedis({ flags: ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"] });
  const admin = new Redis(server.url);
  await admin.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  while (!String(await admin.call("CLUSTER", "INFO")).includes("cluster_state:ok"));
  await admin.quit();
  return server;
}
