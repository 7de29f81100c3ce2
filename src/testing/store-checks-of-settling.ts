import assert from "node:assert/strict";
import { assertGranted, assertLeft, assertRefused, type StoreChecks, type StoreTrial } from "./store-trial.ts";

/** What holds of `settle` and `note`. */
export const checksOfSettling: StoreChecks = {
  async "settles with less than was taken, or with nothing"(trial) {
    await settlesWith(trial, [2, 2, 2, 2], [8, 8, 8, 10]);
    await settlesWith(trial, [0, 0, 0, 0], [8, 8, 8, 10]);
  },

  async "settles with more than was taken, beyond the limit too"(trial) {
    await settlesWith(trial, [7, 7, 7, 7], [3, 3, 3, 10]);
    await settlesWith(trial, [30, 30, 30, 30], [-27, -27, -27, 10]);
  },

  async "settles with what was taken where nothing is said"(trial) {
    await settlesWith(trial, [1], [9, 7, 7, 10]);
    await settlesWith(trial, [], [6, 4, 4, 10]);
  },

  async "settles what was taken as 0"(trial) {
    const hold = trial.newHold();
    const accounts = trial.each({ amount: 0 });
    assertGranted(await trial.store.take({ hold, accounts }));
    assertLeft(await trial.store.settle(hold, [4, 4, 4, 4]), [6, 6, 6, 10]);
  },

  async "settles a hold once"(trial) {
    const hold = trial.newHold();
    assertGranted(await trial.store.take({ hold, accounts: trial.each({ amount: 3 }) }));
    assertLeft(await trial.store.settle(hold, [1, 1, 1]), [9, 9, 9, 10]);
    assert.equal(await trial.store.settle(hold, [5, 5, 5]), undefined);
    assertLeft(await trial.left(...trial.each()), [9, 9, 9, 10]);
  },

  async "settles a hold once when it is asked to several times at once"(trial) {
    const hold = trial.newHold();
    assertGranted(await trial.store.take({ hold, accounts: trial.each({ amount: 3 }) }));
    const settled = await Promise.all([1, 1, 1, 1].map(async (used) => trial.store.settle(hold, [used, used, used])));
    assert.equal(settled.filter((left) => left !== undefined).length, 1, "One of 4 must settle it.");
    assertLeft(await trial.left(...trial.each()), [9, 9, 9, 10]);
  },

  async "has nothing to settle for a hold that it does not know, or refused"(trial) {
    assert.equal(await trial.store.settle(trial.newHold(), [1]), undefined);
    const refused = trial.newHold();
    assertRefused(await trial.store.take({ hold: refused, accounts: [trial.window({ amount: 11 })] }), 0);
    assert.equal(await trial.store.settle(refused, [1]), undefined);
    assertLeft(await trial.left(trial.window()), [10]);
  },

  async "takes nothing for a hold that is settled already"(trial) {
    const request = { hold: trial.newHold(), accounts: trial.each({ amount: 4 }) };
    assertGranted(await trial.store.take(request));
    await trial.store.settle(request.hold, [0, 0, 0, 0]);
    assertLeft(assertGranted(await trial.store.take(request)).left, [10, 10, 10, 10]);
    assert.equal(await trial.store.settle(request.hold, [1, 1, 1]), undefined);
  },

  async "refuses to settle with amounts that make no sense"(trial) {
    const hold = trial.newHold();
    assertGranted(await trial.store.take({ hold, accounts: [trial.window()] }));
    for (const bad of [-1, NaN, Infinity]) await assert.rejects(async () => trial.store.settle(hold, [bad]));
    assertLeft(await trial.store.settle(hold, [2]), [8]);
  },

  async "comes out even after many fractions"(trial) {
    const accounts = trial.each({ limit: 1, amount: 0.01 });
    for (let call = 1; call <= 30; call += 1) {
      const hold = trial.newHold();
      assertGranted(await trial.store.take({ hold, accounts }));
      await trial.store.settle(hold, [0.000_000_7, 0.000_000_7, 0.000_000_7]);
    }
    assertLeft(await trial.left(...accounts), [0.999_979, 0.999_979, 0.999_979, 1]);
  },

  async "reads the facts that were noted, in the order it is asked"(trial) {
    const [one, two, none] = [trial.key("one"), trial.key("__proto__"), trial.key("none")];
    await trial.store.note(one, "first", 60_000);
    await trial.store.note(one, '{"state":"open"}\n\u{1F534}', 60_000);
    await trial.store.note(two, "", 60_000);
    const { facts } = await trial.take(trial.each(), { facts: [two, none, one] });
    assert.deepEqual(facts, ["", undefined, '{"state":"open"}\n\u{1F534}']);
  },

  async "reads facts when it refuses, too, and without any account"(trial) {
    await trial.store.note(trial.key("fact"), "holds", 60_000);
    const facts = [trial.key("fact")];
    const refused = await trial.take(trial.window({ amount: 11 }), { facts });
    assertRefused(refused, 0);
    assert.deepEqual(refused.facts, ["holds"]);
    assert.deepEqual((await trial.store.take({ accounts: [], facts })).facts, ["holds"]);
  },

  async "removes a fact"(trial) {
    const facts = [trial.key("one"), trial.key("two")] as const;
    for (const fact of facts) await trial.store.note(fact, "holds", 60_000);
    await trial.store.note(facts[0], undefined, 60_000);
    await trial.store.note(facts[1], "holds", 0);
    assert.deepEqual((await trial.take([], { facts })).facts, [undefined, undefined]);
  },
};

/** Takes 3 of each kind and settles; slots come back whatever was used. */
async function settlesWith(trial: StoreTrial, used: readonly number[], left: readonly number[]): Promise<void> {
  const hold = trial.newHold();
  assertGranted(await trial.store.take({ hold, accounts: trial.each({ amount: 3 }) }));
  assertLeft(await trial.store.settle(hold, used), left);
  assertLeft(await trial.left(...trial.each()), left);
}
