/**
 * One of several processes that take from the same accounts:
 * `node taking-process.ts <url> <name> <calls> <endsAt> <hangsAt>`. Says at the end what happened, as JSON. From the call
 * `hangsAt` on it holds what it took, and says `holding` each time.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { redisStore } from "../../../src/stores/redis.ts";
import type { TakeResult } from "../../../src/stores/store.ts";
import { accountsOf, callsAtOnce, usedUsd } from "./taking-accounts.ts";

const [url = "", name = "", calls = "", endsAt = "", hangsAt = "Infinity"] = process.argv.slice(2);
const accounts = accountsOf(Number(endsAt));
const client = new Redis(url);
const store = redisStore(client);

/** What one process saw. */
export interface Report {
  granted: number;
  /** How often each account refused. */
  refusedBy: [number, number, number];
  /** The least that was ever left of each account. */
  leastLeft: [number, number, number];
}

const report: Report = { granted: 0, refusedBy: [0, 0, 0], leastLeft: [Infinity, Infinity, Infinity] };

// As in a server, several calls are under way at once: in all processes together more than there are places.
let next = 0;
await Promise.all(Array.from({ length: callsAtOnce }, work));
await client.quit();
console.log(JSON.stringify(report));

async function work(): Promise<void> {
  while (next < Number(calls)) {
    const number = next;
    next += 1;
    await call(number);
  }
}

async function call(number: number): Promise<void> {
  const hold = `${name}-${number}`;
  if (!(await take(hold))) return;
  if (number >= Number(hangsAt)) {
    console.log("holding");
    // Until it is killed.
    await delay(60_000);
  }
  report.granted += 1;
  await delay(2);
  const left = await store.settle(hold, [usedUsd(number), 1]);
  if (left === undefined) throw new Error(`Nobody knows the hold ${hold}.`);
}

/** Tries until there is a place and the rate allows it; gives up when the cap is reached. */
async function take(hold: string): Promise<boolean> {
  for (;;) {
    const result = await store.take({ hold, accounts, leaseMs: 1_500 });
    look(result);
    if (result.granted) return true;
    if (result.refusedBy === 0) return false;
    await delay(Math.min(50, Math.max(1, (result.retryAt ?? 0) - result.now)));
  }
}

function look(result: TakeResult): void {
  for (const [at, left] of result.left.entries()) {
    report.leastLeft[at] = Math.min(report.leastLeft[at] ?? left, left);
  }
  if (!result.granted && result.refusedBy !== undefined) {
    report.refusedBy[result.refusedBy] = (report.refusedBy[result.refusedBy] ?? 0) + 1;
  }
}
