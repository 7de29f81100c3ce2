import { AzureOpenAI, OpenAI } from "openai";
import type * as z from "zod";
import type { ConfigIssue } from "../errors.ts";
import type { Client, KeyOptions } from "../options.ts";
import { checked, either, listOf, options, text } from "./fields.ts";
import { issueAt } from "./issues.ts";
import { headers } from "./request-schema.ts";
import { kindOf } from "./show.ts";

/** A client as data. Keys and other secrets are named by environment variable only. */
export interface ClientConfig {
  /** Where the API is. @defaultValue "https://api.openai.com/v1" */
  baseURL?: string | undefined;
  /**
   * Name of the environment variable that holds the API key, such as `GLOBAL_API_KEY`; of several keys a list of names, which
   * are the labels of the keys.
   */
  apiKeyEnv: string | readonly string[];
  /** Name of the environment variable that holds the organisation. @defaultValue none; `OPENAI_ORG_ID` is not read */
  organizationEnv?: string | undefined;
  /** Name of the environment variable that holds the project. @defaultValue none; `OPENAI_PROJECT_ID` is not read */
  projectEnv?: string | undefined;
  /** Headers of every call; never credentials. */
  defaultHeaders?: Readonly<Record<string, string>> | undefined;
  /** Makes it an `AzureOpenAI` client, whose URL this gives instead of `baseURL`. */
  azure?: AzureConfig | undefined;
}

/** What an `AzureOpenAI` client needs beside its key. */
export interface AzureConfig {
  /** URL of the resource, such as `https://my-resource.openai.azure.com`. */
  endpoint: string;
  /** Version of the API, such as `2025-04-01-preview`. */
  apiVersion: string;
  /** The deployment that every call goes to. @defaultValue the one that is called like the target's model */
  deployment?: string | undefined;
}

// A key that ends up here by mistake is seldom in capitals throughout.
const variableName = /^[A-Z_][A-Z0-9_]*$/;
const variable = checked<string>(
  (value) =>
    typeof value === "string" && variableName.test(value)
      ? undefined
      : `must be the name of an environment variable, such as GLOBAL_API_KEY, got ${kindOf(value)}`,
  { type: "string", pattern: variableName.source },
);

const variables = either(
  [
    variable,
    listOf(variable, "names of environment variables").min(1, { error: "names no variable; name at least one" }),
  ],
  (value) =>
    `must be the name of an environment variable, such as GLOBAL_API_KEY, or a list of names, got ${kindOf(value)}`,
);

const http = /^[Hh][Tt][Tt][Pp][Ss]?:\/\//;
const url = checked<string>(
  (value) => {
    const parsed = typeof value === "string" && http.test(value) ? URL.parse(value) : null;
    if (parsed === null) return `must be a URL with http or https, got ${kindOf(value)}`;
    return parsed.username === "" && parsed.password === "" ? undefined : "must not have a user name or password in it";
  },
  { type: "string", pattern: http.source },
);

const azureConfig = options({
  endpoint: url,
  apiVersion: text,
  deployment: text.optional(),
}) satisfies z.ZodType<AzureConfig, AzureConfig>;

/** Checks {@link ClientConfig}. */
export const clientConfig = options({
  baseURL: url.optional(),
  apiKeyEnv: variables,
  organizationEnv: variable.optional(),
  projectEnv: variable.optional(),
  defaultHeaders: headers.optional(),
  azure: azureConfig.optional(),
}).refine(({ baseURL, azure }) => baseURL === undefined || azure === undefined, {
  path: ["baseURL"],
  error: "can not stand beside azure, whose endpoint is the URL",
}) satisfies z.ZodType<ClientConfig, ClientConfig>;

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that a client needs and that are not set. */
export function missingVariables(config: ClientConfig, path: readonly PropertyKey[], env: Environment): ConfigIssue[] {
  const { apiKeyEnv, organizationEnv, projectEnv } = config;
  const named: [at: PropertyKey[], name: string | undefined][] = [
    [["organizationEnv"], organizationEnv],
    [["projectEnv"], projectEnv],
  ];
  if (typeof apiKeyEnv === "string") named.unshift([["apiKeyEnv"], apiKeyEnv]);
  else named.unshift(...apiKeyEnv.map((name, at): [PropertyKey[], string] => [["apiKeyEnv", at], name]));
  return named
    .filter(([, name]) => name !== undefined && !env[name])
    .map(([at, name]) => issueAt([...path, ...at], `the environment variable ${name} is not set`));
}

/** The keys of a client that has several, with the names of their variables as labels; the first is the client's own. */
export function keysFrom({ apiKeyEnv }: ClientConfig, env: Environment): readonly KeyOptions[] | undefined {
  if (typeof apiKeyEnv === "string") return undefined;
  return apiKeyEnv.map((label) => ({ apiKey: env[label] ?? "", label }));
}

/** Makes a client. What the `openai` package would read from the environment by itself is for another provider. */
export function clientFrom(config: ClientConfig, env: Environment): Client {
  const { baseURL = "https://api.openai.com/v1", defaultHeaders, azure } = config;
  const { apiKeyEnv, organizationEnv, projectEnv } = config;
  const common = {
    apiKey: env[typeof apiKeyEnv === "string" ? apiKeyEnv : (apiKeyEnv[0] ?? "")] ?? "",
    adminAPIKey: null,
    webhookSecret: null,
    organization: organizationEnv === undefined ? null : (env[organizationEnv] ?? null),
    project: projectEnv === undefined ? null : (env[projectEnv] ?? null),
    defaultHeaders: { ...defaultHeaders },
  };
  return azure === undefined
    ? new OpenAI({ ...common, baseURL })
    : new AzureOpenAI({ ...common, baseURL: null, ...azure });
}
