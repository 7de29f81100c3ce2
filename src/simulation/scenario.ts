import { optionsFromConfig, parseConfig, type RouterConfig } from "../config/from-config.ts";
import { resolveConfig } from "../config/resolve.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { unknownName } from "../config/unknown-name.ts";
import { ConfigError, type ConfigIssue } from "../errors.ts";
import type { Client, RouterOptions } from "../options.ts";
import type { SimulatedOutage, SimulatedTraffic } from "./options.ts";
import { simulationInput } from "./schema.ts";
import { issuesOf } from "../config/issues.ts";

/** What is played: all of it can be sent to another thread. */
export interface Scenario {
  readonly config: RouterConfig;
  readonly traffic: SimulatedTraffic;
  readonly outages: readonly SimulatedOutage[];
}

/** More take minutes, and tell no more. */
const mostCalls = 1_000_000;

/**
 * Checks a scenario, before a thread is started for it.
 * @throws ConfigError with every fault, each with its path
 */
export function scenarioOf(config: unknown, traffic: unknown, outages: unknown): Scenario {
  const input = simulationInput.safeParse({ traffic, outages });
  if (!input.success) throw new ConfigError(issuesOf(input.error));
  const scenario = { config: parseConfig(config), ...input.data };
  const issues = [...faultsOf(scenario, resolveConfig(routerOptionsOf(scenario.config)))];
  if (issues.length > 0) throw new ConfigError(issues);
  return scenario;
}

/**
 * The options of a router, whose clients have keys that no provider knows: no variable is read. Without shadows: these are no calls of
 * anybody, and would be played as such.
 */
export function routerOptionsOf(
  config: RouterConfig,
): RouterOptions & { readonly clients: Readonly<Record<string, Client>> } {
  const env = new Proxy({}, { get: (_, name) => `simulated-${String(name)}` });
  const options = optionsFromConfig(config, { env });
  return { ...options, clients: options.clients ?? {}, shadow: false };
}

function* faultsOf({ traffic, outages }: Scenario, config: ResolvedConfig): Iterable<ConfigIssue> {
  const { hours, callsPerSecond, speeds = {}, model = "auto" } = traffic;
  const rates = [callsPerSecond].flat();
  const calls = (hours * 3_600 * rates.reduce((sum, rate) => sum + rate, 0)) / rates.length;
  if (calls > mostCalls) {
    const message = `makes some ${Math.round(calls)} calls, at most ${mostCalls} can be: lower it, or hours`;
    yield { path: "traffic.callsPerSecond", message };
  }
  if (model !== "auto" && config.meaningOf(model).kind === "other") {
    const names = ["auto", ...config.tiers.keys(), ...config.targets.keys()];
    yield { path: "traffic.model", message: unknownName("tier or target", model, names) };
  }
  for (const id of Object.keys(speeds)) {
    if (id === "*" || config.targets.has(id)) continue;
    yield { path: `traffic.speeds[${JSON.stringify(id)}]`, message: unknownName("target", id, config.targets.keys()) };
  }
  for (const [at, outage] of outages.entries()) yield* faultsOfOutage(`outages[${at}]`, outage, config);
}

function* faultsOfOutage(path: string, outage: SimulatedOutage, config: ResolvedConfig): Iterable<ConfigIssue> {
  const targets = [...config.targets.values()];
  const regions = new Set(targets.flatMap(({ region }) => region ?? []));
  const known = { target: config.targets, client: config.clients, region: regions };
  for (const place of ["target", "client", "region"] as const) {
    const name = outage[place];
    if (name === undefined || known[place].has(name)) continue;
    yield { path: `${path}.${place}`, message: unknownName(place, name, known[place].keys()) };
  }
}
