import assert from "node:assert/strict";
import type { Awaitable } from "../glossary.ts";
import type { Store } from "../stores/store.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { checksOfSettling } from "./store-checks-of-settling.ts";
import { checksOfTaking } from "./store-checks-of-taking.ts";
import { checksOfTime } from "./store-checks-of-time.ts";
import { type StoreChecks, StoreTrial } from "./store-trial.ts";

/** Options of {@link storeConformance}. */
export interface StoreConformanceOptions {
  /**
   * Lets so many ms pass by the store's clock, for one whose clock a test can move.
   * @defaultValue waits; the longest case then takes about a second
   */
  wait?: ((ms: number) => Awaitable<void>) | undefined;
}

/**
 * The cases that every store must pass. Each run makes a store and closes it again. The keys are new ones each time, so
 * that cases may run side by side on one foreign system.
 * @param makeStore - makes the store under test
 */
export function storeConformance(
  makeStore: () => Awaitable<Store>,
  options: StoreConformanceOptions = {},
): readonly ConformanceCase[] {
  const checks: StoreChecks = { "has a name": isNamed, ...checksOfTaking, ...checksOfSettling, ...checksOfTime };
  return Object.entries(checks).map(([name, check]) => ({
    name,
    async run() {
      const store = await makeStore();
      try {
        await check(new StoreTrial(store, options.wait));
      } finally {
        await store.close?.();
      }
    },
  }));
}

function isNamed({ store: { name } }: StoreTrial): void {
  assert.ok(typeof name === "string" && name !== "", "The store needs a name.");
}
