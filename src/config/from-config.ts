import type * as z from "zod";
import { ConfigError, type ConfigIssue } from "../errors.ts";
import type { AnswerCheckName } from "../glossary.ts";
import type { ShadowOptions } from "../learning-options.ts";
import type { Client, RouterOptions, StrategyName, TierOptions } from "../options.ts";
import { acceptForm, faultOfAcceptNames } from "./accept.ts";
import {
  type ClassifierConfig,
  classifierConfig,
  classifierFrom,
  faultOfType,
  tiersNamedBy,
} from "./classifier-config.ts";
import {
  type ClientConfig,
  clientConfig,
  clientFrom,
  type Environment,
  keysFrom,
  missingVariables,
} from "./client-config.ts";
import { checked, either, listOf, named, offOr, options, text } from "./fields.ts";
import { issueAt, issuesOf } from "./issues.ts";
import { faultOfStrategyName } from "./plug-in-faults.ts";
import { routerOptions, tierOptions, tiersOf } from "./schema.ts";
import { shadowConfig } from "./shadow.ts";
import { kindOf } from "./show.ts";
import { strategyNames } from "./strategies.ts";
import { unknownName } from "./unknown-name.ts";
import type { Store } from "../stores/store.ts";
import { writtenKeys } from "./written-keys.ts";

/** What is written another way in data, or not at all. */
type NotData = "accept" | "client" | "clients" | "keys" | "tiers" | "classifier" | "strategy" | "shadow" | "store";

/** Everything a router can be told, as data: fit for a JSON file. Keys are named by environment variable only. */
export interface RouterConfig extends Omit<RouterOptions, NotData> {
  /** Tells editors what the configuration may have: `./node_modules/modelrouter/schema.json`. The router does not read it. */
  $schema?: string | undefined;
  /** The wrapped client: one written out, or the name of one of `clients`. */
  client: string | ClientConfig;
  /** More clients by name: another key, base URL, region or provider each. */
  clients?: Readonly<Record<string, ClientConfig>> | undefined;
  /** Tier name → its targets, in order of preference. The order of the tiers is their rank, lowest first. */
  tiers: Readonly<Record<string, readonly string[] | TierConfig>>;
  /** Picks a tier for `model: "auto"`. An array asks in turn. @defaultValue as in the options */
  classifier?: ClassifierConfig | readonly ClassifierConfig[] | undefined;
  /** Orders the targets of a tier. @defaultValue "priority" */
  strategy?: StrategyName | undefined;
  /** What an answer must be like to be given out, by the names of checks; all must hold. @defaultValue false */
  accept?: AcceptConfig | undefined;
  /** Sends a share of the calls to another target too; what compares answers is a function, and none of data. @defaultValue false */
  shadow?: false | ShadowConfig | undefined;
}

/** Shadow traffic, as data. */
export type ShadowConfig = Omit<ShadowOptions, "compare">;

/** Names of checks; `false` for none. */
export type AcceptConfig = false | AnswerCheckName | readonly AnswerCheckName[];

/** A tier written out, as data. */
export interface TierConfig extends Omit<TierOptions, "accept" | "strategy"> {
  /** What an answer of this tier must be like, by the names of checks. @defaultValue the router's `accept` */
  accept?: AcceptConfig | undefined;
  /** Orders the targets of this tier. @defaultValue the router's `strategy` */
  strategy?: StrategyName | undefined;
}

/** Where clients and keys come from. */
export interface ConfigSources {
  /** Clients made elsewhere, by the names the configuration uses; they win over those it writes out. */
  readonly clients?: Readonly<Record<string, Client>> | undefined;
  /** Where keys are read from. @defaultValue process.env */
  readonly env?: Environment | undefined;
  /** What budgets count in. @defaultValue `memoryStore()` */
  readonly store?: Store | undefined;
}

const strategy = checked<StrategyName>(faultOfStrategyName, { enum: strategyNames });
const accept = checked<AcceptConfig>(faultOfAcceptNames, acceptForm);
const tierConfig = options({
  ...tierOptions.shape,
  strategy: strategy.optional(),
  accept: accept.optional(),
}) satisfies z.ZodType<TierConfig, TierConfig>;

// Keys are named by their variables, at the client they are for; a store holds a connection.
const { keys: _keys, store: _store, ...ofData } = routerOptions.shape;

/** Checks {@link RouterConfig}. */
export const routerConfig = options({
  $schema: text.optional(),
  ...ofData,
  client: either(
    [text, clientConfig],
    (value) => `must be the name of one of clients, or a client with apiKeyEnv, got ${kindOf(value)}`,
  ),
  clients: named("client name → client", clientConfig).optional(),
  tiers: tiersOf(tierConfig),
  classifier: either([classifierConfig, listOf(classifierConfig, "classifiers")], faultOfType).optional(),
  strategy: strategy.optional(),
  accept: accept.optional(),
  shadow: offOr(shadowConfig).optional(),
}) satisfies z.ZodType<RouterConfig, RouterConfig>;

/**
 * Turns a configuration that is data into options. What these refer to, such as targets, is checked where they are used.
 * @throws ConfigError with every fault: of form, keys that are written out, and variables that are not set
 */
export function optionsFromConfig(config: unknown, sources: ConfigSources = {}): RouterOptions {
  const { $schema: _schema, client, clients = {}, classifier, ...rest } = parseConfig(config);
  const env = sources.env ?? process.env;
  const given = new Map(Object.entries(sources.clients ?? {}));
  const written = Object.entries(clients).filter(([name]) => !given.has(name));
  const issues = [
    ...(typeof client === "string" ? [] : missingVariables(client, ["client"], env)),
    ...written.flatMap(([name, one]) => missingVariables(one, ["clients", name], env)),
    ...faultsOfClassifier(classifier, rest.tiers),
  ];
  if (issues.length > 0) throw new ConfigError(issues);
  const all = new Map([...written.map(([name, one]) => [name, clientFrom(one, env)] as const), ...given]);
  const wrapped = typeof client === "string" ? clientNamed(client, all) : clientFrom(client, env);
  const configs = typeof client === "string" ? written : [["default", client] as const, ...written];
  const keys = Object.fromEntries(configs.flatMap(([name, one]) => keyEntries(name, keysFrom(one, env))));
  const { store } = sources;
  return { ...rest, client: wrapped, clients: Object.fromEntries(all), keys, ...classifiersFrom(classifier), store };
}

function keyEntries<Keys>(name: string, keys: Keys | undefined): [string, Keys][] {
  return keys === undefined ? [] : [[name, keys]];
}

/**
 * A configuration whose form holds. Needs no keys and makes no clients.
 * @throws ConfigError with every fault of form, and every key that is written out
 */
export function parseConfig(config: unknown): RouterConfig {
  const parsed = routerConfig.safeParse(config);
  const keys = [...writtenKeys(config)];
  // A key that is written out is no option either; once is enough.
  const paths = new Set(keys.map(({ path }) => path));
  const others = parsed.success ? [] : issuesOf(parsed.error).filter(({ path }) => !paths.has(path));
  if (!parsed.success || keys.length > 0) throw new ConfigError([...keys, ...others]);
  return parsed.data;
}

function clientNamed(name: string, clients: ReadonlyMap<string, Client>): Client {
  const client = clients.get(name);
  if (client === undefined) throw new ConfigError([issueAt(["client"], unknownName("client", name, clients.keys()))]);
  return client;
}

function faultsOfClassifier(classifier: RouterConfig["classifier"], tiers: RouterConfig["tiers"]): ConfigIssue[] {
  const names = Object.keys(tiers);
  return listedWithPaths(classifier).flatMap(([path, config]) =>
    tiersNamedBy(config)
      .filter(([, tier]) => !names.includes(tier))
      .map(([at, tier]) => issueAt([...path, ...at], unknownName("tier", tier, names))),
  );
}

function listedWithPaths(classifier: RouterConfig["classifier"]): [PropertyKey[], ClassifierConfig][] {
  if (classifier === undefined) return [];
  if ("type" in classifier) return [[["classifier"], classifier]];
  return classifier.map((config, index) => [["classifier", index], config]);
}

function classifiersFrom(classifier: RouterConfig["classifier"]): Pick<RouterOptions, "classifier"> {
  if (classifier === undefined) return {};
  return { classifier: listedWithPaths(classifier).map(([, config]) => classifierFrom(config)) };
}
