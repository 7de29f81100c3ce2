import assert from "node:assert/strict";
import type { Account, TakeRequest } from "../stores/store.ts";
import { assertGranted, assertLeft, assertRefused, type StoreChecks, type StoreTrial } from "./store-trial.ts";

/** What holds of `take`. */
export const checksOfTaking: StoreChecks = {
  async "takes from every account when each has enough"(trial) {
    assertLeft(assertGranted(await trial.take(trial.each({ amount: 4 }))).left, [6, 6, 6, 6]);
    assertLeft(assertGranted(await trial.take(trial.each({ amount: 6 }))).left, [0, 0, 0, 0]);
  },

  async "takes from none when one has too little"(trial) {
    for (const account of trial.each({ limit: 2, amount: 3 })) {
      const others = trial.each().filter(({ kind }) => kind !== account.kind);
      assertRefused(await trial.take([...others, account]), others.length);
      assertRefused(await trial.take([account, ...others]), 0);
      assertLeft(await trial.left(...others), [10, 10, 10]);
      assertLeft(await trial.left(account), [2]);
    }
  },

  async "never passes a limit, however many take at once"(trial) {
    const accounts = trial.each({ amount: 1 });
    const results = await Promise.all(Array.from({ length: 50 }, async () => trial.take(accounts)));
    assert.equal(results.filter(({ granted }) => granted).length, 10, "10 of 50 must be granted.");
    assertLeft(await trial.left(...accounts), [0, 0, 0, 0]);
  },

  async "says until when it refuses"(trial) {
    const full = trial.each({ amount: 10 });
    const { now } = assertGranted(await trial.take(full));
    const [window, rolling, bucket, slots] = full as [Account, Account, Account, Account];
    assert.equal(assertRefused(await trial.take(window), 0), (window as { endsAt: number }).endsAt);
    assert.ok((assertRefused(await trial.take(rolling), 0) ?? 0) > now, "A rolling window must say until when.");
    assert.ok((assertRefused(await trial.take(bucket), 0) ?? 0) > now, "A bucket must say until when.");
    assert.equal(assertRefused(await trial.take(slots), 0), undefined);
  },

  async "says of several that refuse the one that does for longest"(trial) {
    const window = trial.window({ amount: 10, endsAt: Date.now() + 3_600_000 });
    const later = trial.window({ key: trial.key("later"), amount: 10 });
    const slots = trial.slots({ amount: 10 });
    assertGranted(await trial.take([slots, window, later]));
    assert.equal(assertRefused(await trial.take([slots, window, later]), 2), later.endsAt);
    assert.equal(assertRefused(await trial.take([later, slots, window]), 0), later.endsAt);
    assert.equal(assertRefused(await trial.take([slots, window]), 1), window.endsAt);
  },

  async "never grants more than a limit, and says so"(trial) {
    for (const account of trial.each({ amount: 10.000_000_001 })) {
      assert.equal(assertRefused(await trial.take(account), 0), Infinity);
    }
  },

  async "grants the same hold twice, and takes once"(trial) {
    const request = { hold: trial.newHold(), accounts: trial.each({ amount: 6 }) };
    assertLeft(assertGranted(await trial.store.take(request)).left, [4, 4, 4, 4]);
    assertLeft(assertGranted(await trial.store.take(request)).left, [4, 4, 4, 4]);
  },

  async "takes once when the same hold is asked for at once"(trial) {
    const request = { hold: trial.newHold(), accounts: trial.each() };
    const results = await Promise.all(Array.from({ length: 5 }, async () => trial.store.take(request)));
    assert.ok(results.every(({ granted }) => granted));
    assertLeft(await trial.left(...request.accounts), [9, 9, 9, 9]);
  },

  async "grants a hold that it refused before, once there is enough"(trial) {
    const first = trial.newHold();
    const second = trial.newHold();
    await trial.store.take({ hold: first, accounts: [trial.slots({ amount: 10 })] });
    assertRefused(await trial.store.take({ hold: second, accounts: [trial.slots()] }), 0);
    await trial.store.settle(first, []);
    assertLeft(assertGranted(await trial.store.take({ hold: second, accounts: [trial.slots()] })).left, [9]);
  },

  async "takes nothing for an amount of 0, and grants it when nothing is left"(trial) {
    assertGranted(await trial.take(trial.each({ amount: 10 })));
    assertLeft(assertGranted(await trial.take(trial.each({ amount: 0 }))).left, [0, 0, 0, 0]);
  },

  async "uses at once what is taken without a hold"(trial) {
    const accounts = trial.each({ amount: 3 }).filter(({ kind }) => kind !== "slots");
    assertLeft(assertGranted(await trial.store.take({ accounts })).left, [7, 7, 7]);
    assertLeft(assertGranted(await trial.store.take({ accounts })).left, [4, 4, 4]);
  },

  async "takes by force what is not there"(trial) {
    const accounts = trial.each({ amount: 25 });
    const gone = trial.window({ key: trial.key("gone"), amount: 25, endsAt: 1 });
    assertLeft(assertGranted(await trial.take([...accounts, gone], { force: true })).left, [-15, -15, -15, -15, 0]);
    for (const account of trial.each()) assertRefused(await trial.take(account), 0);
  },

  async "goes by the limit of each call"(trial) {
    assertGranted(await trial.take(trial.each({ amount: 8 })));
    assertLeft(await trial.left(...trial.each({ limit: 5 })), [-3, -3, -3, -3]);
    for (const account of trial.each({ limit: 5 })) assertRefused(await trial.take(account), 0);
    assertLeft(assertGranted(await trial.take(trial.each({ limit: 20 }))).left, [11, 11, 11, 11]);
  },

  async "adds up fractions without an error"(trial) {
    const accounts = trial.each({ limit: 0.3, amount: 0.1 });
    for (let call = 0; call < 3; call += 1) assertGranted(await trial.take(accounts));
    assertLeft(await trial.left(...accounts), [0, 0, 0, 0]);
    for (const account of trial.each({ limit: 0.3, amount: 0.000_000_001 })) {
      assertRefused(await trial.take(account), 0);
    }
  },

  async "counts large amounts as exactly as small ones"(trial) {
    // Of a bucket as large as that a billionth is back in no time.
    const accounts = trial
      .each({ limit: 900_000, amount: 899_999.999_999_999 })
      .filter(({ kind }) => kind !== "bucket");
    assertGranted(await trial.take(accounts));
    assertLeft(await trial.left(...accounts), [0.000_000_001, 0.000_000_001, 0.000_000_001]);
  },

  async "tells accounts apart by their key and kind, whatever the key"(trial) {
    const keys = ["", "a", "A", "a:b", "{a}", "}{", "a b\n", "__proto__", "预算", "\u{1F4B8}", "x".repeat(500)];
    const accounts = keys.flatMap((key) => eachNamed(trial, key));
    for (const account of accounts) assertLeft(assertGranted(await trial.take(account)).left, [9]);
  },

  async "answers in the order it was asked"(trial) {
    const accounts = [
      trial.window({ amount: 0 }),
      trial.rolling({ amount: 1 }),
      trial.bucket({ amount: 2 }),
      trial.slots({ amount: 3 }),
    ];
    assertLeft(assertGranted(await trial.take(accounts)).left, [10, 9, 8, 7]);
    assertLeft(await trial.left(...accounts.toReversed()), [7, 8, 9, 10]);
    assertLeft((await trial.take([])).left, []);
  },

  async "refuses a request that makes no sense"(trial) {
    for (const request of nonsense(trial)) {
      await assert.rejects(async () => trial.store.take(request), `It must not take ${JSON.stringify(request)}.`);
    }
    assertLeft(await trial.left(...trial.each()), [10, 10, 10, 10]);
  },
};

function eachNamed(trial: StoreTrial, name: string): readonly Account[] {
  const key = trial.key(name);
  return [trial.window({ key }), trial.rolling({ key }), trial.bucket({ key }), trial.slots({ key })];
}

function nonsense(trial: StoreTrial): readonly TakeRequest[] {
  const hold = trial.newHold();
  const bad = [-1, NaN, Infinity].flatMap((value) => [
    trial.each({ amount: value }).slice(0, 1),
    trial.each({ amount: value }).slice(3),
    [trial.window({ limit: value })],
    [trial.window({ endsAt: value })],
    [trial.rolling({ windowMs: value })],
    [trial.bucket({ windowMs: value })],
  ]);
  return [
    ...bad.map((accounts) => ({ hold, accounts })),
    ...[-1, 0, NaN, Infinity].map((leaseMs) => ({ hold, accounts: trial.each(), leaseMs })),
    { hold, accounts: [trial.window(), trial.slots(), trial.window()] },
    { accounts: [trial.slots()] },
    { accounts: [trial.window()], hold: "" },
  ];
}
