import { parentPort, workerData } from "node:worker_threads";
import type { Scenario } from "./scenario.ts";
import { VirtualTime } from "./virtual-time.ts";

// The thread of one simulation. Time is taken first: what is imported then lives on it.
const time = VirtualTime.take();
// Nobody reads the stacks of errors that are meant to happen, and they are dear.
Error.stackTraceLimit = 0;
void play();

async function play(): Promise<void> {
  const { runScenario } = await import("./run-scenario.ts");
  parentPort?.postMessage(await runScenario(workerData as Scenario, time));
}
