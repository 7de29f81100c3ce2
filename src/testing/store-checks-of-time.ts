import assert from "node:assert/strict";
import type { Account, SlotsAccount } from "../stores/store.ts";
import { assertGranted, assertLeft, assertRefused, type StoreChecks, type StoreTrial } from "./store-trial.ts";

type Lapsing = Exclude<Account, SlotsAccount>;

// Long enough for a few calls to a foreign system on a busy machine.
const shortMs = 500;

/** What holds as time passes. */
export const checksOfTime: StoreChecks = {
  async "has a clock in whole milliseconds since the epoch"(trial) {
    const now = await trial.now();
    assert.ok(Number.isInteger(now), `The time must be whole milliseconds, it is ${now}.`);
    assert.ok(Math.abs(now - Date.now()) < 86_400_000, `The time must be that of this day, it is ${now}.`);
    await trial.until(now + 2);
  },

  async "gives slots back when the lease is over, and not before"(trial) {
    const slots = trial.slots({ amount: 10 });
    const { now } = assertGranted(await trial.take(slots, { leaseMs: shortMs }));
    await trial.grantFrom(now + shortMs, slots);
  },

  async "counts what a hold took as used when its lease is over, or as free if told to"(trial) {
    const kept: readonly Lapsing[] = [
      trial.window({ amount: 3 }),
      trial.rolling({ amount: 3 }),
      trial.bucket({ amount: 3 }),
    ];
    const freed = kept.map((account) => freedTwin(account, trial));
    const { now } = assertGranted(await trial.take([...kept, ...freed], { leaseMs: shortMs }));
    await trial.until(now + shortMs);
    assertLeft(await trial.left(...kept, ...freed), [7, 7, 7, 10, 10, 10]);
  },

  async "corrects the accounts by a settling that comes when the lease is over"(trial) {
    const kept: readonly Lapsing[] = [
      trial.window({ amount: 3 }),
      trial.rolling({ amount: 3 }),
      trial.bucket({ amount: 3 }),
    ];
    const freed = kept.map((account) => freedTwin(account, trial));
    const slots = trial.slots({ amount: 3 });
    const hold = trial.newHold();
    const accounts = [...kept, ...freed, slots];
    const { now } = assertGranted(await trial.store.take({ hold, accounts, leaseMs: shortMs }));
    await trial.until(now + shortMs);
    assertLeft(await trial.left(slots), [10]);
    const used = [1, 2, 4, 1, 2, 4, 1];
    assertLeft(await trial.store.settle(hold, used), [9, 8, 6, 9, 8, 6, 10]);
    assert.equal(await trial.store.settle(hold, used), undefined);
  },

  async "does not take again for a hold whose lease is over"(trial) {
    const hold = trial.newHold();
    const request = { hold, accounts: [trial.window({ amount: 3 }), trial.slots({ amount: 3 })], leaseMs: shortMs };
    const { now } = assertGranted(await trial.store.take(request));
    await trial.until(now + shortMs);
    assertLeft(assertGranted(await trial.store.take(request)).left, [7, 10]);
  },

  async "grants nothing of a window that is over, and says at once to ask for the next"(trial) {
    const hold = trial.newHold();
    const window = trial.window({ endsAt: (await trial.now()) + shortMs });
    assertGranted(await trial.store.take({ hold, accounts: [window] }));
    await trial.until(window.endsAt);
    for (const amount of [1, 0]) {
      const refused = await trial.take({ ...window, amount });
      assert.equal(assertRefused(refused, 0), refused.now);
      assertLeft(refused.left, [0]);
    }
    assertLeft(await trial.store.settle(hold, [5]), [0]);
    assertLeft(assertGranted(await trial.take({ ...window, endsAt: window.endsAt + 60_000 })).left, [9]);
  },

  async "refills a bucket evenly"(trial) {
    const bucket = trial.bucket({ limit: 60, amount: 60, windowMs: 60 * shortMs });
    const { now } = assertGranted(await trial.take(bucket));
    const one = { ...bucket, amount: 1 };
    await trial.grantFrom(now + shortMs, one);
    await trial.until(now + 1.5 * shortMs);
    const looked = await trial.take({ ...bucket, amount: 0 });
    assertLeft(looked.left, [(looked.now - now) / shortMs - 1]);
  },

  async "says when a bucket has enough, also of amounts that do not divide evenly"(trial) {
    const bucket = trial.bucket({ limit: 7, amount: 7, windowMs: 4_000 });
    const { now } = assertGranted(await trial.take(bucket));
    const refused = await trial.take({ ...bucket, amount: 1 });
    if (!refused.granted) assert.equal(refused.retryAt, now + 572);
    await trial.grantFrom(now + 572, { ...bucket, amount: 1 });
  },

  async "never refills a bucket beyond its limit"(trial) {
    const bucket = trial.bucket({ windowMs: 20 });
    const { now } = assertGranted(await trial.take(bucket));
    await trial.until(now + 50);
    assertLeft(await trial.left(bucket), [10]);
  },

  async "counts in a rolling window for its length, rounded up to a 60th"(trial) {
    const rolling = trial.rolling({ amount: 10, windowMs: 600 });
    const { now } = assertGranted(await trial.take(rolling));
    const refused = await trial.take(rolling);
    if (refused.granted) {
      assert.ok(refused.now >= now + 600, "It must be refused within the window.");
      return;
    }
    const retryAt = refused.retryAt ?? 0;
    assert.ok(retryAt >= now + 600 && retryAt <= now + 611, `It must say ${now} + 600 to 611, it says ${retryAt}.`);
    await trial.grantFrom(retryAt, rolling);
  },

  async "gives back in a rolling window what was taken first, first"(trial) {
    const rolling = trial.rolling({ amount: 6, windowMs: 1_200 });
    const first = assertGranted(await trial.take(rolling));
    await trial.until(first.now + 300);
    const second = assertGranted(await trial.take({ ...rolling, amount: 4 }));
    const refused = await trial.take(rolling);
    if (!refused.granted) await trial.grantFrom(refused.retryAt ?? 0, rolling);
    const looked = await trial.take({ ...rolling, amount: 0 });
    if (looked.now < second.now + 1_200) assertLeft(looked.left, [0]);
  },

  async "forgets a fact when its time is over"(trial) {
    const facts = [trial.key("short"), trial.key("long")];
    const before = await trial.now();
    await trial.store.note(trial.key("short"), "holds", shortMs);
    await trial.store.note(trial.key("long"), "holds", 60_000);
    const after = await trial.take([], { facts });
    if (after.now < before + shortMs) assert.deepEqual(after.facts, ["holds", "holds"]);
    await trial.until(after.now + shortMs + 1);
    assert.deepEqual((await trial.take([], { facts })).facts, [undefined, "holds"]);
  },
};

/** The same under another key, but given back when the lease is over. */
function freedTwin(account: Lapsing, trial: StoreTrial): Lapsing {
  return { ...account, key: trial.key("freed"), onLapse: "freed" };
}
