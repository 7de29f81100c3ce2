import { setImmediate } from "node:timers/promises";
import type { Contender } from "./take-turns.ts";

const batchMs = 20;

/** CPU time of this thread, not time on the wall: what else the machine does is not the contender's. In µs a call. */
export async function cpuUsOfCall({ call }: Contender): Promise<number> {
  const before = process.threadCpuUsage();
  const endAt = performance.now() + batchMs;
  let count = 0;
  while (performance.now() < endAt) {
    await call();
    count += 1;
  }
  // A turn of the event loop: whoever leaves work for later does it in its own batch.
  await setImmediate();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / count;
}

/** Lets V8 compile what a contender runs. */
export async function warmUp(one: Contender, forMs: number): Promise<void> {
  const endAt = performance.now() + forMs;
  while (performance.now() < endAt) await cpuUsOfCall(one);
}
