import { resolveConfig } from "../config/resolve.ts";
import { cloneOf } from "../openai/transport.ts";
import type { RouterOptions } from "../options.ts";
import { ModelRouter } from "../router.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import { Callers, hourMs } from "./callers.ts";
import { filledIn } from "./filled-traffic.ts";
import { SimulatedProvider } from "./provider.ts";
import { Report } from "./report.ts";
import type { Simulation } from "./result.ts";
import { routerOptionsOf, type Scenario } from "./scenario.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Far from the seed of the calls: numbers of neighbouring seeds are alike at first. */
const providersSeed = 1_000_003;
/** How long calls may go on when no more are made: longer than the clocks of the openai package. */
const patienceMs = hourMs;

/** Plays a scenario in virtual time. */
export async function runScenario({ config, traffic, outages }: Scenario, time: VirtualTime): Promise<Simulation> {
  const filled = filledIn(traffic);
  time.restart(filled.seed);
  const options = routerOptionsOf(config);
  const targets = [...resolveConfig(options).targets.values()];
  const elapsedMs = (): number => time.elapsedMs;
  const provider = new SimulatedProvider({
    targets,
    outages,
    speeds: filled.speeds,
    elapsedMs,
    random: seededRandom(filled.seed + providersSeed),
  });
  const router = new ModelRouter(overProvider(options, provider));
  const report = new Report(
    targets.map(({ id }) => id),
    Date.now(),
  );
  router.on("request:end", ({ record }) => report.add(record));
  router.on("breaker:open", () => {
    report.breakerOpenings += 1;
  });
  const callers = new Callers(router, { traffic: filled, report });
  callers.begin();
  await time.pass(() => callers.areDone, filled.hours * hourMs + patienceMs);
  const result = report.result(filled.seed, time.elapsedMs);
  await closed(router, time);
  return result;
}

function overProvider(options: ReturnType<typeof routerOptionsOf>, provider: SimulatedProvider): RouterOptions {
  const wrapped = Object.entries(options.clients).find(([, client]) => client === options.client)?.[0];
  const clients = Object.entries(options.clients).map(
    ([name, client]) =>
      [name, cloneOf(client, { fetch: provider.fetchOf(name === wrapped ? "default" : name) })] as const,
  );
  const named = Object.fromEntries(clients);
  const own = wrapped === undefined ? undefined : named[wrapped];
  return { ...options, clients: named, client: own ?? cloneOf(options.client, { fetch: provider.fetchOf("default") }) };
}

async function closed(router: ModelRouter, time: VirtualTime): Promise<void> {
  let over = false;
  const closing = router.close().finally(() => {
    over = true;
  });
  await time.pass(() => over);
  await closing;
  // What looks at its work now and then finds out that there is none left.
  await time.pass(() => false, time.elapsedMs + 1_000);
}
