import * as fc from "fast-check";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { redisStore } from "../../../src/stores/redis.ts";
import type { Account } from "../../../src/stores/store.ts";
import { accountsFor, type Happening, happen, type Pair, schedules, TakingModel } from "../taking-model.ts";
import { needsRedis, someRedis } from "./redis-server.ts";

const hourMs = 3_600_000;

describe("redisStore", needsRedis, () => {
  // The server's clock can not be moved, so here no time passes: leases and windows last for longer than the test.
  it("answers as a store that remembers everything would, whatever happens in whatever order", async () => {
    await using server = await someRedis();
    const client = new Redis(server.url);
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        runs += 1;
        const pair = pairOn(client, `{property-${process.pid}-${Date.now()}-${runs}}:`);
        for (const happening of schedule) {
          const { store, model } = await happen(inNoTime(happening), pair);
          expect(store).toEqual(model);
        }
      }),
      { numRuns: 60 },
    );
    await client.quit();
  });
});

function pairOn(client: Redis, prefix: string): Pair {
  const endsAt = Date.now() + hourMs;
  return {
    store: redisStore(client, { prefix }),
    model: new TakingModel(),
    accountsOf: (amounts) => accountsFor(amounts, endsAt).map(overAnHour),
    now: () => 0,
    wait() {},
  };
}

function overAnHour(account: Account): Account {
  return account.kind === "rolling" ? { ...account, windowMs: hourMs } : account;
}

function inNoTime(happening: Happening): Happening {
  return happening.what === "take" ? { ...happening, leaseMs: hourMs } : happening;
}
