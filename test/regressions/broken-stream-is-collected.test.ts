import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { ModelRouter } from "../../src/index.ts";
import { faults, startProvider } from "../../src/testing/index.ts";
import { clientOf, hear } from "../requests/setup.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

async function breakOne(router: ModelRouter): Promise<WeakRef<object>> {
  const { stream } = await hear(router);
  return new WeakRef(stream!);
}

// The error that ended it knows, by its stack, who was reading: as long as anything holds the error, all of it stays.
it("keeps nothing of a stream that broke once its caller has let go of it", async () => {
  await using provider = await startProvider(...Array.from({ length: 10 }, () => faults.cutStream({ afterChunks: 2 })));
  await using router = new ModelRouter({ client: clientOf(provider), tiers: { main: ["a"] }, breaker: false });
  const broken: WeakRef<object>[] = [];
  for (let call = 0; call < 10; call += 1) broken.push(await breakOne(router));
  expect(router.stats()).toMatchObject({ calls: 10, failed: 10 });
  const alive = (): number => broken.filter((ref) => ref.deref() !== undefined).length;
  // Timers of a connection outlive it by a second or so, and the latest stream may be on somebody's stack.
  while (alive() > 2) {
    // Whoever looks at a weak reference holds what it is for until this turn is over.
    await setTimeout(20);
    collect();
  }
  expect(alive()).toBeLessThanOrEqual(2);
});
