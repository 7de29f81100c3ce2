import { Redis } from "ioredis";
import type { Account, ModelRouter, Store } from "modelrouter";
import { redisStore } from "modelrouter/stores/redis";
import OpenAI from "openai";
import { binary } from "../stores/redis/left-out.ts";
import { startRedis } from "../stores/redis/redis-server.ts";
import { rounded, type Bound } from "./bound.ts";
import type { Part } from "./part.ts";
import { prompts } from "./prompts.ts";
import { routerOver } from "./routers.ts";
import { difference, estimate, pairwise, ratio, type Estimate } from "./statistics.ts";
import { stubFetch, type Fetch } from "./stub-fetch.ts";
import { samplesOf, takeTurns, type Contender } from "./take-turns.ts";
import { WatchedRedis } from "./watched-redis.ts";

const rounds = 300;
const warmUpRounds = 60;
const callsARound = 10;
const countedCalls = 500;
const looksPerCall = 0.01;
const model = "a-model";
const many = 1e8;

const limited = {
  prices: { [model]: 1 },
  budgets: { all: { limitUsd: 900_000, per: "day" } },
  targets: { [model]: { limits: { requestsPerMinute: many, tokensPerMinute: many * 100, concurrency: many } } },
};
const messages = prompts(1, 1_000).map((content) => ({ role: "user" as const, content }));

/** What a call pays for a store on Redis: how many commands, when, and how long it waits for them. */
export async function measureRedis(): Promise<Part> {
  if (binary === undefined) return { tables: [{ head: ["there is no redis-server on PATH"], rows: [] }], bounds: [] };
  await using server = await startRedis();
  const redis = new Redis(server.url);
  try {
    return await measureOn(redis);
  } finally {
    redis.disconnect();
  }
}

async function measureOn(redis: Redis): Promise<Part> {
  const idle = new Routed("a store, nothing to take", redis, {});
  const taking = new Routed("a budget and three limits", redis, limited);
  const store = redisStore(redis, { prefix: "{alone}:" });
  await using bare = routerOver(clientOn(stubFetch(1)), [model], { retry: { maxRetries: 0 } });
  const contenders = [
    { name: "a bare round trip (PING)", call: () => redis.ping() },
    { name: "routed, no store", call: () => askOf(bare) },
    { name: "a take from four accounts alone", call: () => takeFrom(store) },
    { name: `routed, ${idle.name}`, call: () => idle.ask(), settled: () => idle.settled() },
    { name: `routed, ${taking.name}`, call: () => taking.ask(), settled: () => taking.settled() },
  ];
  await takeTurns(contenders, warmUpRounds, msOfCall);
  const trips = [await idle.trips(), await taking.trips()];
  const samples = await takeTurns(contenders, rounds, msOfCall);
  await Promise.all([idle.close(), taking.close()]);
  return partOf(trips, contenders, samples);
}

/** How many commands a call sends, and when. */
interface Trips {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** A router with a store on Redis. */
class Routed {
  readonly name: string;
  readonly #redis: WatchedRedis;
  readonly #router: ModelRouter;
  #atFetch: (() => void) | undefined;

  constructor(name: string, redis: Redis, changes: object) {
    this.name = name;
    this.#redis = new WatchedRedis(redis);
    const stub = stubFetch(1);
    const client = clientOn((...request) => {
      this.#atFetch?.();
      return stub(...request);
    });
    const store = redisStore(this.#redis, { prefix: `{${name}}:` });
    this.#router = routerOver(client, [model], { retry: { maxRetries: 0 }, store, ...changes });
  }

  ask(): Promise<unknown> {
    return askOf(this.#router);
  }

  /** What is told after a call is no part of the next. */
  settled(): Promise<void> {
    return this.#redis.idle();
  }

  /**
   * Over calls one after the other. From when each is sent, Redis answers nothing more until its caller has his answer: a call
   * that waited for it would never end.
   */
  async trips(): Promise<Trips> {
    let before = 0;
    const from = this.#redis.sent;
    for (let made = 0; made < countedCalls; made += 1) {
      const { sent } = this.#redis;
      let release: (() => void) | undefined;
      this.#atFetch = () => {
        before += this.#redis.sent - sent;
        release = this.#redis.hold();
      };
      await this.ask();
      release?.();
      await this.settled();
    }
    this.#atFetch = undefined;
    const all = this.#redis.sent - from;
    return { name: this.name, before: before / countedCalls, after: (all - before) / countedCalls };
  }

  async close(): Promise<void> {
    await this.#router.close();
  }
}

const minute = { kind: "rolling", limit: many, amount: 1, windowMs: 60_000 } as const;
const alone: readonly Account[] = [
  { kind: "window", key: "day", limit: many, amount: 1, endsAt: Date.now() + 86_400_000 },
  { ...minute, key: "requests" },
  { ...minute, key: "tokens" },
  { kind: "slots", key: "calls", limit: many, amount: 1 },
];

async function takeFrom(store: Store): Promise<unknown> {
  return store.take({ hold: crypto.randomUUID(), accounts: alone, leaseMs: 1_000 });
}

function clientOn(fetch: Fetch): OpenAI {
  return new OpenAI({ apiKey: "sk-bench", baseURL: "https://bench.test/v1", maxRetries: 0, fetch });
}

function askOf(router: ModelRouter): Promise<unknown> {
  return router.openai.chat.completions.create({ model: "auto", messages });
}

interface Settling extends Contender {
  settled?(): Promise<void>;
}

async function msOfCall({ call, settled }: Settling): Promise<number> {
  let ms = 0;
  for (let made = 0; made < callsARound; made += 1) {
    const startedAt = performance.now();
    await call();
    ms += performance.now() - startedAt;
    await settled?.();
  }
  return ms / callsARound;
}

type Samples = ReadonlyMap<string, readonly number[]>;

function partOf(trips: readonly Trips[], contenders: readonly Contender[], samples: Samples): Part {
  const [ping = "", without = ""] = contenders.map(({ name }) => name);
  const added = (name: string): readonly number[] =>
    samplesOf(samples, name).map((ms, round) => difference(ms, samplesOf(samples, without)[round] ?? NaN));
  const inTrips = (name: string): Estimate => pairwise(added(name), samplesOf(samples, ping), ratio);
  const rows = contenders.map(({ name }) => {
    const isRouted = name !== without && name.startsWith("routed");
    const inPings = isRouted ? inTrips(name) : pairwise(samplesOf(samples, name), samplesOf(samples, ping), ratio);
    return [
      name,
      rounded(estimate(samplesOf(samples, name)).median),
      isRouted ? rounded(estimate(added(name)).median) : "–",
      [ping, without].includes(name) ? "–" : `${rounded(inPings.median)} × ± ${rounded(inPings.noise)}`,
    ];
  });
  return {
    tables: [
      {
        head: ["commands to Redis, a call", "before it is sent", "after, nobody waits"],
        rows: trips.map(({ name, before, after }) => [name, String(before), String(after)]),
      },
      { head: ["one call at a time, ms", "median", "added", "in bare round trips"], rows },
    ],
    bounds: trips.map(boundOfTrips),
  };
}

// What is looked for in the background now and then is no call's: a look in a hundred calls is not a trip for each.
function boundOfTrips({ name, before }: Trips, at: number): Bound {
  const limit = at + looksPerCall;
  return { what: `round trips before a call, ${name}`, unit: "", value: before, noise: 0, limit, kind: "most" };
}
