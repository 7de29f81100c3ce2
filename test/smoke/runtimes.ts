import { readdir } from "node:fs/promises";
import path from "node:path";
import { install, run } from "./commands.ts";

/** Something else than Node that runs programs. */
export interface Runtime {
  /** Its name and version. */
  readonly name: string;
  readonly command: string;
  /** What comes before the program. */
  readonly args: readonly string[];
}

/**
 * Bun and Deno from the npm registry. Each has its binary in a package for the platform; what their scripts would do with
 * it is not needed.
 */
export async function installRuntimes(root: string): Promise<readonly Runtime[]> {
  const folder = await install(path.join(root, "runtimes"), "--ignore-scripts", "bun@1", "deno@2");
  const packages = path.join(folder, "node_modules");
  const bun = await binaryIn(path.join(packages, "@oven"), "bin/bun");
  const deno = await binaryIn(path.join(packages, "@deno"), "deno");
  return Promise.all([
    runtime("bun", bun, []),
    runtime("deno", deno, ["run", "--allow-all", "--node-modules-dir=manual"]),
  ]);
}

async function binaryIn(scope: string, binary: string): Promise<string> {
  const [platform] = await readdir(scope);
  if (platform === undefined) throw new Error(`npm installed nothing in ${scope}.`);
  return path.join(scope, platform, binary);
}

async function runtime(name: string, command: string, args: readonly string[]): Promise<Runtime> {
  const [version = ""] = /\d+\.\d+\.\d+/.exec(await run(command, ["--version"], { cwd: path.dirname(command) })) ?? [];
  return { name: `${name} ${version}`, command, args };
}
