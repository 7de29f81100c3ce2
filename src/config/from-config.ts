import { AzureOpenAI, OpenAI } from "openai";
import { ConfigError, type ConfigIssue } from "../errors.ts";
import type { Client, ResilienceOptions, RouterOptions, StrategyName, TargetOptions, TierOptions } from "../options.ts";
import { isRecord } from "../lib/is-record.ts";
import { classifiersFrom, type ClassifierConfig } from "./classifier-config.ts";
import { routerKeys } from "./schema.ts";
import { kindOf, looksLikeKey, quote, showPath } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

/** A client as data. */
export interface ClientConfig {
  /** @defaultValue that of the `openai` package */
  baseURL?: string | undefined;
  /** Name of the environment variable that holds the API key. */
  apiKeyEnv: string;
  /** Name of the environment variable that holds the organisation. */
  organizationEnv?: string | undefined;
  /** Name of the environment variable that holds the project. */
  projectEnv?: string | undefined;
  /** Headers of every call; never credentials. */
  defaultHeaders?: Readonly<Record<string, string>> | undefined;
  /** Makes it an `AzureOpenAI` client. */
  azure?: AzureConfig | undefined;
}

/** What an `AzureOpenAI` client needs beside its key. */
export interface AzureConfig {
  endpoint: string;
  apiVersion: string;
  /** @defaultValue the target's model */
  deployment?: string | undefined;
}

/** Everything a router can be told, as data: fit for a JSON file. Keys are named by environment variable only. */
export interface RouterConfig
  extends
    ResilienceOptions,
    Pick<
      RouterOptions,
      | "clientRules"
      | "defaultTier"
      | "classifierTimeoutMs"
      | "aliases"
      | "conversations"
      | "baseline"
      | "prices"
      | "fallbackOnContentFilter"
      | "streamUsage"
      | "slowMs"
    > {
  /** The wrapped client: one written out, or the name of one of `clients`. */
  client: string | ClientConfig;
  clients?: Readonly<Record<string, ClientConfig>> | undefined;
  tiers: Readonly<Record<string, readonly string[] | (TierOptions & { strategy?: StrategyName | undefined })>>;
  targets?: Readonly<Record<string, TargetOptions>> | undefined;
  /** Classifiers in the order in which they are asked. */
  classifier?: ClassifierConfig | readonly ClassifierConfig[] | undefined;
  strategy?: StrategyName | undefined;
}

/** Where clients and keys come from. */
export interface ConfigSources {
  /** Clients made elsewhere, by the names the configuration uses; they win over those it writes out. */
  readonly clients?: Readonly<Record<string, Client>> | undefined;
  /** @defaultValue process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

type Report = (path: readonly PropertyKey[], message: string) => void;
type Json = Readonly<Record<string, unknown>>;

/**
 * Turns a configuration that is data into options. What the options themselves must hold is checked where they are used.
 * @throws ConfigError for a key that is written out, a variable that is not set, and clients that can not be made
 */
export function optionsFromConfig(config: unknown, sources: ConfigSources = {}): RouterOptions {
  if (!isRecord(config)) throw new ConfigError([{ path: "", message: `must be an object, got ${kindOf(config)}` }]);
  const issues: ConfigIssue[] = [];
  const report: Report = (path, message) => issues.push({ path: showPath(path), message });
  refuseKeys(config, [], report);
  refuseUnknown(config, routerKeys, { path: [], report });
  const clients = issues.length > 0 ? new Map<string, Client>() : clientsFrom(config, { sources, report });
  const client = issues.length > 0 ? undefined : wrapped(config["client"], clients, { sources, report });
  const classifier = classifiersFrom(config["classifier"], report);
  if (issues.length > 0) throw new ConfigError(issues);
  const rest = Object.fromEntries(
    Object.entries(config).filter(([key]) => !["client", "clients", "classifier"].includes(key)),
  );
  return {
    ...rest,
    client,
    clients: Object.fromEntries(clients),
    ...(classifier === undefined ? {} : { classifier }),
    // The rest is checked by the schema of the options, which names the same paths.
  } as RouterOptions;
}

interface Making {
  readonly sources: ConfigSources;
  readonly report: Report;
}

function clientsFrom(config: Json, making: Making): Map<string, Client> {
  const given = new Map(Object.entries(making.sources.clients ?? {}));
  const written = isRecord(config["clients"]) ? Object.entries(config["clients"]) : [];
  const made = written.flatMap(([name, client]): [string, Client][] => {
    if (given.has(name)) return [];
    const one = clientFrom(client, ["clients", name], making);
    return one === undefined ? [] : [[name, one]];
  });
  return new Map([...made, ...given]);
}

function wrapped(client: unknown, clients: ReadonlyMap<string, Client>, making: Making): Client | undefined {
  if (typeof client !== "string") return clientFrom(client, ["client"], making);
  const named = clients.get(client);
  if (named === undefined) making.report(["client"], unknownName("client", client, clients.keys()));
  return named;
}

const clientKeys = ["baseURL", "apiKeyEnv", "organizationEnv", "projectEnv", "defaultHeaders", "azure"];

function clientFrom(config: unknown, path: readonly PropertyKey[], { sources, report }: Making): Client | undefined {
  if (!isRecord(config)) {
    report(path, `must be an object such as { "apiKeyEnv": "OPENAI_API_KEY" }, got ${kindOf(config)}`);
    return undefined;
  }
  refuseUnknown(config, clientKeys, { path, report });
  const { env = process.env } = sources;
  const read = (key: string): string | undefined => variable(config, key, { env, path, report });
  const apiKey = read("apiKeyEnv");
  if (config["apiKeyEnv"] === undefined) {
    report([...path, "apiKeyEnv"], "is missing: name the environment variable that holds the API key");
  }
  if (apiKey === undefined) return undefined;
  const common = {
    apiKey,
    organization: read("organizationEnv") ?? null,
    project: read("projectEnv") ?? null,
    ...(isRecord(config["defaultHeaders"])
      ? { defaultHeaders: config["defaultHeaders"] as Record<string, string> }
      : {}),
  };
  return made({ ...config }, common, { path, report });
}

function made(
  { azure, baseURL }: Json,
  common: ConstructorParameters<typeof OpenAI>[0] & object,
  { path, report }: { readonly path: readonly PropertyKey[]; readonly report: Report },
): Client | undefined {
  try {
    if (isRecord(azure))
      return new AzureOpenAI({ ...(common as { apiKey: string }), ...(azure as unknown as AzureConfig) });
    return new OpenAI({ ...common, ...(typeof baseURL === "string" ? { baseURL } : {}) });
  } catch (error) {
    report(path, `the client can not be made: ${error instanceof Error ? error.message : "unknown error"}`);
    return undefined;
  }
}

function variable(
  config: Json,
  key: string,
  context: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly path: readonly PropertyKey[];
    readonly report: Report;
  },
): string | undefined {
  const name = config[key];
  if (name === undefined) return undefined;
  if (typeof name !== "string") {
    context.report([...context.path, key], `must be the name of an environment variable, got ${kindOf(name)}`);
    return undefined;
  }
  const value = context.env[name];
  if (value === undefined || value === "") {
    context.report([...context.path, key], `the environment variable ${quote(name)} is not set`);
    return undefined;
  }
  return value;
}

const keyNames = /^(?:api_?key|admin_?api_?key|key|token|secret|password|authorization)$/i;

// A file with a key in it ends up in a repository. The value is never shown.
function refuseKeys(value: unknown, path: readonly PropertyKey[], report: Report): void {
  if (typeof value === "string" && looksLikeKey(value)) {
    return report(path, "holds what looks like an API key: name an environment variable with apiKeyEnv instead");
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(name) : name];
    if (keyNames.test(name) && typeof inner === "string") {
      report(at, "keys are not written into a configuration: name an environment variable with apiKeyEnv instead");
    } else refuseKeys(inner, at, report);
  }
}

function refuseUnknown(
  given: Json,
  known: readonly string[],
  { path, report }: { readonly path: readonly PropertyKey[]; readonly report: Report },
): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) report([...path, name], unknownName("option", name, known));
  }
}
