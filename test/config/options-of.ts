import { OpenAI } from "openai";
import { type ConfigIssue, isRouterError } from "../../src/errors.ts";

/** A client that no test of this folder calls. */
export function someClient(): OpenAI {
  return new OpenAI({ apiKey: "sk-never-shown", baseURL: "http://127.0.0.1:1/v1" });
}

/** Valid options, and whatever a test changes in them. */
export function optionsOf(changes: object = {}): never {
  return { client: someClient(), tiers: { cheap: ["small-model-1"] }, ...changes } as never;
}

/** The faults that a call throws a ConfigError for, one line each; none when it throws nothing. */
export function faultsOf(call: () => unknown): readonly string[] {
  return issuesOf(call).map(({ path, message }) => `${path}: ${message}`);
}

function issuesOf(call: () => unknown): readonly ConfigIssue[] {
  try {
    call();
    return [];
  } catch (error) {
    if (!isRouterError(error) || !("issues" in error)) throw error;
    return error.issues as readonly ConfigIssue[];
  }
}
