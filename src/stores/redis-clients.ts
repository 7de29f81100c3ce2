import type { Script } from "./redis-scripts.ts";

/** What the store needs of a client of the package `ioredis`: a `Redis` or a `Cluster`. */
export interface IoredisClient {
  /** Runs a script that Redis knows by its digest. */
  evalsha(sha: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  /** Runs a script that Redis is sent. */
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** What the store needs of a client of the package `redis`: one of `createClient`, `createClientPool` or `createCluster`. */
export interface NodeRedisClient {
  /** Runs a script that Redis knows by its digest. */
  evalSha(sha: string, options: ScriptInput): Promise<unknown>;
  /** Runs a script that Redis is sent. */
  eval(script: string, options: ScriptInput): Promise<unknown>;
}

/** What a script is given. */
export interface ScriptInput {
  /** Names of the keys that the script touches. */
  keys: string[];
  /** What it is told. */
  arguments: string[];
}

/** A function that runs a script, and sends its text only to a server that does not know it. */
export function runnerOn(
  client: IoredisClient | NodeRedisClient,
): (script: Script, input: ScriptInput) => Promise<unknown> {
  const call = "evalSha" in client ? ofNodeRedis(client) : ofIoredis(client);
  return async (script, input) => {
    try {
      return await call.sha(script.sha, input);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return call.text(script.text, input);
    }
  };
}

interface Calls {
  sha(sha: string, input: ScriptInput): Promise<unknown>;
  text(text: string, input: ScriptInput): Promise<unknown>;
}

function ofNodeRedis(client: NodeRedisClient): Calls {
  return {
    sha: (sha, input) => client.evalSha(sha, input),
    text: (text, input) => client.eval(text, input),
  };
}

function ofIoredis(client: IoredisClient): Calls {
  return {
    sha: (sha, input) => client.evalsha(sha, input.keys.length, ...input.keys, ...input.arguments),
    text: (text, input) => client.eval(text, input.keys.length, ...input.keys, ...input.arguments),
  };
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}
