/**
 * Installs what `examples/integrations/` needs, with the package that was built as a user would get it, compiles every
 * program there, runs it, and holds what it prints against what it shows. Names of programs, such as `express`, leave out
 * the others and the installation.
 */
import { execFile } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { type Example, runAll } from "./shown-output.ts";

const folder = "examples/integrations";

async function run(command: string, ...args: string[]): Promise<void> {
  try {
    await promisify(execFile)(command, args, { cwd: folder });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")} failed in ${folder}.\n${stdout}${stderr}`, { cause: error });
  }
}

// npm takes a copy of the package for the same as long as its version is.
async function install(): Promise<void> {
  await rm(path.join(folder, "node_modules/modelrouter"), { recursive: true, force: true });
  await run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error");
}

async function examples(wanted: readonly string[]): Promise<Example[]> {
  const names = (await readdir(folder)).filter((name) => /\.c?ts$/.test(name)).toSorted();
  const programs = new Map(names.map((name) => [path.parse(name).name, name]));
  return (wanted.length === 0 ? [...programs.keys()] : wanted).map((program) => {
    const name = programs.get(program);
    if (name === undefined) throw new Error(`There is no program "${program}" in ${folder}/.`);
    const compiled = name.endsWith(".cts") ? path.join(folder, "built", `${program}.cjs`) : undefined;
    return { source: path.join(folder, name), program: compiled };
  });
}

const wanted = process.argv.slice(2);
const chosen = await examples(wanted);
if (wanted.length === 0) await install();
await run("tsc", "-p", "tsconfig.json");
await run("tsc", "-p", "tsconfig.commonjs.json");
await runAll(chosen);
