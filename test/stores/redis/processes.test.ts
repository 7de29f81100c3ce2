import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { redisStore } from "../../../src/stores/redis.ts";
import { needsOwnRedis, startRedis } from "./redis-server.ts";
import { accountsOf, callsAtOnce, heldUsd, usedUsd } from "./taking-accounts.ts";
import type { Report } from "./taking-process.ts";

const calls = 5_000;
// About half of what each process is granted before the cap is reached.
const hangsAt = 1_250;
const program = path.join(import.meta.dirname, "taking-process.ts");

describe("four processes on one Redis, one of them killed half-way", needsOwnRedis, () => {
  it(
    "lose nothing, keep the cap, the rate and the places, and what the dead one held ends",
    { timeout: 60_000 },
    async () => {
      await using server = await startRedis();
      const client = new Redis(server.url);
      const accounts = accountsOf(Date.now() + 3_600_000);
      const [cap, rate, places] = accounts;
      const store = redisStore(client);
      const look = async () =>
        store.take({ accounts: accounts.map((account) => Object.assign({}, account, { amount: 0 })) });

      // The rate begins 3 s in arrears, so that every process feels it, however slow the machine is.
      const arrears = 4 * rate.limit;
      const { now: startedAt } = await store.take({ accounts: [{ ...rate, amount: arrears }], force: true });
      const processes = ["a", "b", "c", "dead"].map((name) => {
        const args = [program, server.url, name, String(calls), String(cap.endsAt)];
        if (name === "dead") args.push(String(hangsAt));
        return { name, child: spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] }) };
      });
      const reports = await Promise.all(processes.map(async ({ child }) => reportOf(child)));
      const endedAt = (await look()).now;
      const survivors = reports.filter((report) => report !== undefined);
      expect(survivors).toHaveLength(3);

      // Nothing is lost: the cap is charged with what each settled hold used, and what the dead one's took.
      const { settled, open } = await holdsOn(client);
      const usedMillis = settled.reduce((sum, hold) => sum + Math.round(1_000 * usedUsd(numberOf(hold))), 0);
      const chargedUsd = (usedMillis + open.length * 1_000 * heldUsd) / 1_000;
      expect(open.every((hold) => hold.startsWith("dead-"))).toBe(true);
      expect(open).toHaveLength(callsAtOnce);
      const [leftUsd = NaN] = (await look()).left;
      expect(leftUsd).toBeCloseTo(cap.limit - chargedUsd, 9);

      // The cap holds, and was used up: 20,000 calls would have cost 110 USD.
      expect(leftUsd).toBeGreaterThanOrEqual(0);
      expect(leftUsd).toBeLessThan(heldUsd);
      expect(survivors.every(({ refusedBy }) => refusedBy[0] > 0)).toBe(true);

      // Each hold that was granted is there, no other, and none twice.
      const granted = survivors.reduce((sum, report) => sum + report.granted, 0);
      expect([...settled, ...open].filter((hold) => !hold.startsWith("dead-"))).toHaveLength(granted);

      // The rate limit held, and was felt.
      const grants = settled.length + open.length;
      const cameIn = ((endedAt - startedAt) * rate.limit) / rate.windowMs;
      expect(grants).toBeLessThanOrEqual(rate.limit - arrears + cameIn);
      expect(survivors.every(({ refusedBy }) => refusedBy[1] > 0)).toBe(true);

      // There were never more calls at once than places, and those of the dead one are free again.
      expect(Math.min(...survivors.map(({ leastLeft }) => leastLeft[2]))).toBeGreaterThanOrEqual(0);
      await expect.poll(async () => (await look()).left[2], { timeout: 5_000 }).toBe(places.limit);
      await client.quit();
    },
  );
});

/** What a process says at the end; one that only holds any more is killed. */
async function reportOf(child: ChildProcess): Promise<Report | undefined> {
  let last = "";
  let holding = 0;
  for await (const line of createInterface({ input: child.stdout as NonNullable<ChildProcess["stdout"]> })) {
    if (line === "holding") holding += 1;
    if (holding === callsAtOnce) child.kill("SIGKILL");
    last = line;
  }
  return last.startsWith("{") ? (JSON.parse(last) as Report) : undefined;
}

/** The holds that Redis remembers, from the keys themselves. */
async function holdsOn(client: Redis): Promise<{ settled: readonly string[]; open: readonly string[] }> {
  const prefix = "{modelrouter}:hold:";
  const keys = await client.keys(`${prefix}*`);
  const values = await client.mget(keys);
  const holds = keys.map((key, at) => ({ hold: key.slice(prefix.length), isSettled: values[at] === "settled" }));
  return {
    settled: holds.filter(({ isSettled }) => isSettled).map(({ hold }) => hold),
    open: holds.filter(({ isSettled }) => !isSettled).map(({ hold }) => hold),
  };
}

function numberOf(hold: string): number {
  return Number(hold.split("-")[1]);
}
