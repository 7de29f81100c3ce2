import { optionsFromConfig, parseConfig, type RouterConfig } from "../config/from-config.ts";
import type { RouterOptions } from "../options.ts";
import { inFile, readJson } from "./read-json.ts";

/** A configuration from a file, checked. */
export interface ReadRouter {
  readonly config: RouterConfig;
  readonly options: RouterOptions;
  /** Environment variables that the configuration names and that are not set. */
  readonly missing: readonly string[];
}

/**
 * Reads the configuration of a router from a file. Keys that are not set are made up: nothing is sent.
 * @throws Error with every fault, the file's name before each
 */
export async function readRouter(file: string, env = process.env): Promise<ReadRouter> {
  const json = await readJson(file);
  const missing = new Set<string>();
  const lenient = new Proxy(env, {
    get(target, name) {
      const value = Reflect.get(target, name) as string | undefined;
      if (value !== undefined && value !== "") return value;
      missing.add(String(name));
      return "not-set";
    },
  });
  return inFile(file, () => {
    const config = parseConfig(json);
    return { config, options: optionsFromConfig(config, { env: lenient }), missing: [...missing].toSorted() };
  });
}
