import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { RouterConfig } from "../config/from-config.ts";
import type { SimulatedOutage, SimulatedTraffic } from "./options.ts";
import type { Simulation } from "./result.ts";
import { scenarioOf } from "./scenario.ts";

/**
 * Plays traffic against a configuration while targets fail as planned, and says what came of it. Nothing is sent and no key
 * is read; it takes seconds for hours, as it runs in virtual time in a thread of its own. The same input gives the same result.
 * @param config - as `ModelRouter.fromConfig` takes it; names of variables are not looked up
 * @param outages - what goes wrong, and when; of several that fit a request the first holds
 * @throws ConfigError with every fault of the configuration, the traffic and the outages, each with its path
 * @throws Error when `@sinonjs/fake-timers` is not installed
 */
export async function simulate(
  config: RouterConfig,
  traffic: SimulatedTraffic,
  outages: readonly SimulatedOutage[] = [],
): Promise<Simulation> {
  const workerData = scenarioOf(config, traffic, outages);
  // What the process was started with, a loader or an inspector, is not for this thread.
  const worker = new Worker(workerUrl(), { workerData, execArgv: [] });
  try {
    const [result] = (await once(worker, "message")) as [Simulation];
    return result;
  } catch (error) {
    throw isTimersMissing(error) ? new Error(howToInstall, { cause: error }) : error;
  } finally {
    await worker.terminate();
  }
}

const howToInstall = "simulate() needs @sinonjs/fake-timers: npm install --save-dev @sinonjs/fake-timers";

function isTimersMissing(error: unknown): boolean {
  return error instanceof Error && error.message.includes("@sinonjs/fake-timers");
}

// What is published is in one folder. Of a CommonJS module only its path is known.
function workerUrl(): URL {
  const here = (import.meta.url as string | undefined) ?? pathToFileURL(__filename).href;
  return new URL(here.endsWith(".ts") ? "./worker.ts" : "./simulation-worker.js", here);
}
