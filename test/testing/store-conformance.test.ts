import { expect, it } from "vitest";
import { type MemoryStore, memoryStore } from "../../src/stores/memory.ts";
import type { Account, Store, TakeRequest } from "../../src/stores/store.ts";
import { storeConformance } from "../../src/testing/store-conformance.ts";

/** Names of the cases that a store fails. */
async function failedBy(makeStore: () => Store): Promise<readonly string[]> {
  const cases = storeConformance(makeStore);
  const results = await Promise.allSettled(cases.map(async ({ run }) => run()));
  return cases.filter((_case, at) => results[at]?.status === "rejected").map(({ name }) => name);
}

it("passes the store in memory by the real clock", async () => {
  expect(await failedBy(memoryStore)).toEqual([]);
});

/** What is wrong with a store → the case that finds it, and the verb that does it. */
const faults: Readonly<Record<string, readonly [found: string, spoil: (store: MemoryStore) => Partial<Store>]>> = {
  "looks first and takes later": [
    "never passes a limit, however many take at once",
    (store) => ({
      async take(request) {
        const { left } = store.take({ accounts: request.accounts.map(asLook) });
        const force = request.force === true || request.accounts.every(({ amount }, at) => amount <= (left[at] ?? 0));
        await Promise.resolve();
        return store.take({ ...request, force });
      },
    }),
  ],
  "takes again for the same hold": [
    "grants the same hold twice, and takes once",
    (store) => {
      const granted = new Set<string | undefined>();
      const again = (hold: string | undefined): string | undefined => (granted.has(hold) ? `${hold} again` : hold);
      return {
        take(request) {
          const result = store.take({ ...request, hold: again(request.hold) });
          if (result.granted && request.hold !== undefined) granted.add(request.hold);
          return result;
        },
      };
    },
  ],
  "settles as often as it is asked to": [
    "settles a hold once",
    (store) => ({ settle: (hold, used) => store.settle(hold, used) ?? [] }),
  ],
  "keeps facts for ever": [
    "forgets a fact when its time is over",
    (store) => ({ note: (key, value, ttlMs) => store.note(key, value, ttlMs > 0 ? 1e9 : 0) }),
  ],
  "frees whatever a dead process held": [
    "counts what a hold took as used when its lease is over, or as free if told to",
    (store) => ({ take: (request) => store.take({ ...request, accounts: request.accounts.map(asFreed) }) }),
  ],
  "counts in millionths": [
    "adds up fractions without an error",
    (store) => ({
      take: (request: TakeRequest) => store.take({ ...request, accounts: request.accounts.map(asMillionths) }),
    }),
  ],
};

it.concurrent.each(Object.entries(faults))("fails a store that %s", async (_what, [found, spoil]) => {
  const failed = await failedBy(() => {
    const store = memoryStore();
    return { ...store, ...spoil(store) };
  });
  expect(failed).toContain(found);
  // The cases find what they are for, and not anything at all.
  expect(failed.length).toBeLessThan(15);
});

it("closes the store after each case, also after one that fails", async () => {
  let open = 0;
  await failedBy(() => {
    open += 1;
    return { ...memoryStore(), name: "", close: () => void (open -= 1) };
  });
  expect(open).toBe(0);
});

function asLook(account: Account): Account {
  return { ...account, amount: 0 };
}

function asFreed(account: Account): Account {
  return account.kind === "slots" ? account : { ...account, onLapse: "freed" };
}

function asMillionths(account: Account): Account {
  return { ...account, amount: Math.round(1e6 * account.amount) / 1e6 };
}
