import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { ModelRouter } from "../../../src/index.ts";
import { redisStore } from "../../../src/stores/redis.ts";
import type { Received } from "./provider-process.ts";
import { needsOwnRedis, startRedis } from "./redis-server.ts";
import { callsAtOnce, capUsd, cooldownMs, costUsd, heldUsd, price, requestsPerMinute } from "./routed-models.ts";
import type { Report } from "./routing-process.ts";

const calls = 5_000;
// Less than half of what each process is answered before the cap is reached.
const hangsAt = 600;
const programOf = (name: string): string => path.join(import.meta.dirname, name);

describe("routers in four processes on one Redis, one of them killed half-way", needsOwnRedis, () => {
  it("keep one cap, one rate limit and one breaker, and lose nothing", { timeout: 300_000 }, async () => {
    await using server = await startRedis();
    using provider = await startProviderProcess();
    const start = (name: string, ...more: string[]): Running => {
      const given = [programOf("routing-process.ts"), server.url, provider.url, name, String(calls), ...more];
      return running(spawn(process.execPath, given, { stdio: ["ignore", "pipe", "inherit"] }));
    };

    // The first one opens the breaker; the others have it from the store.
    const first = start("a");
    await first.says("open", 1);
    const others = [start("b"), start("c")];
    const dead = start("dead", String(hangsAt));
    await dead.says("holding", callsAtOnce);
    dead.child.kill("SIGKILL");
    const { broken: failed } = await provider.tell("heal");
    const survivors = await Promise.all([first, ...others].map((process) => process.report()));
    const { broken, limited, spare } = await provider.tell("count");

    // The cap is charged with what each answer cost, and what the dead one had under way with what it held.
    const client = new Redis(server.url);
    const served = broken.length + limited.length + spare.length - failed.length;
    const open = await openHolds(client);
    const [budget] = await routerOn(client).budgets();
    expect(open).toBe(callsAtOnce);
    expect(budget?.spentUsd).toBeCloseTo((served - open) * costUsd + open * heldUsd, 9);

    // The cap holds, and was used up.
    expect(budget?.spentUsd).toBeLessThanOrEqual(capUsd);
    expect(budget?.spentUsd).toBeGreaterThan(capUsd - heldUsd);
    expect(survivors.map(({ refused }) => Object.keys(refused))).toEqual(survivors.map(() => ["budget_spent"]));

    // The rate limit held at the provider, and was felt by all.
    expect(mostWithin(59_000, limited)).toBeLessThanOrEqual(requestsPerMinute);
    expect(survivors.every(({ limitsReached }) => limitsReached > 0)).toBe(true);

    // The target that was down got what was under way when it went down, and one probe for each cooldown: not for each process.
    const downMs = Math.max(...failed) - Math.min(...failed);
    const cooldowns = Math.ceil(downMs / cooldownMs);
    expect(failed.length).toBeLessThanOrEqual(4 * callsAtOnce + cooldowns);
    // Back, it served all of them again.
    expect(survivors.every(({ answered }) => (answered["broken"] ?? 0) > 0)).toBe(true);

    // And nobody ever had to do without the store.
    expect(survivors.map(({ storeFailures }) => storeFailures)).toEqual(survivors.map(() => 0));
    await client.quit();
  });
});

/** A provider in its own process. */
interface ProviderProcess extends Disposable {
  readonly url: string;
  /** Tells it something; gives what it received until then. */
  tell(what: "heal" | "count"): Promise<Received>;
}

async function startProviderProcess(): Promise<ProviderProcess> {
  const child = fork(programOf("provider-process.ts"), { execArgv: [] });
  const [url] = (await once(child, "message")) as [string];
  return {
    url,
    async tell(what) {
      child.send(what);
      const [received] = (await once(child, "message")) as [Received];
      return received;
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

interface Running {
  readonly child: ChildProcess;
  /** What it says at its end. */
  report(): Promise<Report>;
  /** Until it has said something so many times. */
  says(what: string, times: number): Promise<void>;
}

function running(child: ChildProcess): Running {
  const lines: string[] = [];
  const ended = Promise.withResolvers<void>();
  const reader = createInterface({ input: child.stdout as NonNullable<ChildProcess["stdout"]> });
  reader.on("line", (line) => lines.push(line));
  reader.once("close", ended.resolve);
  return {
    child,
    async report() {
      await ended.promise;
      return JSON.parse(lines.at(-1) ?? "") as Report;
    },
    async says(what, times) {
      const said = (): number => lines.filter((line) => line === what).length;
      while (said() < times) {
        const isOver = await Promise.race([once(reader, "line").then(() => false), ended.promise.then(() => true)]);
        if (isOver && said() < times) throw new Error(`It ended before it said "${what}" ${times} times.`);
      }
    },
  };
}

/** A router that only looks at the cap. */
function routerOn(client: Redis): ModelRouter {
  return new ModelRouter({
    client: new OpenAI({ baseURL: "http://127.0.0.1:1", apiKey: "none" }),
    targets: { spare: { price } },
    tiers: { main: ["spare"] },
    budgets: { all: { limitUsd: capUsd, per: "month", rolling: true } },
    store: redisStore(client),
  });
}

/** How many holds nobody has settled. */
async function openHolds(client: Redis): Promise<number> {
  const values = await client.mget(await client.keys("{modelrouter}:hold:*"));
  return values.filter((value) => value !== null && value !== "settled").length;
}

/** The most of these times that lie within so many ms. */
function mostWithin(ms: number, times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  let most = 0;
  let from = 0;
  for (const [at, time] of sorted.entries()) {
    while ((sorted[from] ?? time) <= time - ms) from += 1;
    most = Math.max(most, at - from + 1);
  }
  return most;
}
