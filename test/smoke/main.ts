/**
 * Installs the packed package in empty projects, beside each major version of `openai`, and uses it there as ESM, as
 * CJS and from TypeScript, with each line of Node that is supported, with Bun and with Deno.
 */
import assert from "node:assert/strict";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { install, run } from "./commands.ts";
import { installRuntimes, type Runtime } from "./runtimes.ts";

// The first is the lowest that `engines` allows.
const nodeVersions = ["22.12", "24", "26"];
const openaiVersions = ["6", "7"];
const programs = ["program.mjs", "program.cjs"];
const faults = "faults.mjs";
const compilers = ["tsc", "tsc6"];
const importer = "import-effects.mjs";
// What some subpaths need.
const peers = ["prom-client@15", "@opentelemetry/api@1", "@sinonjs/fake-timers@15"];
const entries = [
  "index",
  "testing",
  "planning",
  "simulation",
  "dashboard",
  "stores/redis",
  "exporters/prometheus",
  "exporters/otel",
];
const published = ["CHANGELOG.md", "LICENSE", "README.md", "dist", "docs", "package.json", "schema.json"];

// A program that does not end by itself is a failure, not a wait.
const programTimeoutMs = 60_000;

const tsconfig = {
  compilerOptions: {
    module: "nodenext",
    target: "es2022",
    lib: ["es2023", "esnext.disposable"],
    types: ["node"],
    strict: true,
    noEmit: true,
  },
  include: ["consumer.mts", "consumer.cts"],
};

interface NodeBinary {
  readonly version: string;
  readonly binary: string;
}

interface Project {
  readonly openai: string;
  readonly folder: string;
}

async function main(): Promise<void> {
  const root = await mkdtemp(path.join(tmpdir(), "modelrouter-smoke-"));
  try {
    const tarball = await pack(root);
    const nodes = await Promise.all(nodeVersions.map((version) => installNode(root, version)));
    const projects = await Promise.all(openaiVersions.map((version) => makeProject(root, version, tarball)));
    const runtimes = await installRuntimes(root);
    for (const project of projects) {
      await use(project, nodes);
      await useElsewhere(project, nodes, runtimes);
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function pack(root: string): Promise<string> {
  await run("npm", ["pack", "--pack-destination", root], { cwd: process.cwd() });
  const tarball = (await readdir(root)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball.");
  return path.join(root, tarball);
}

/** npm ships the binaries of Node as versions of the package `node`. */
async function installNode(root: string, wanted: string): Promise<NodeBinary> {
  const folder = await install(path.join(root, `node-${wanted}`), `node@${wanted}`);
  const binary = path.join(folder, "node_modules", "node", "bin", "node");
  const version = (await run(binary, ["--version"], { cwd: folder })).trim();
  if (!version.startsWith(`v${wanted}.`)) throw new Error(`node@${wanted} is ${version}.`);
  return { version, binary };
}

async function makeProject(root: string, openai: string, tarball: string): Promise<Project> {
  const folder = await install(
    path.join(root, `openai-${openai}`),
    tarball,
    `openai@${openai}`,
    ...peers,
    "@types/node@22",
  );
  const here = import.meta.dirname;
  for (const name of ["journey.cjs", faults, ...programs])
    await copyFile(path.join(here, name), path.join(folder, name));
  await copyFile(path.join(here, "../tools", importer), path.join(folder, importer));
  for (const name of ["consumer.mts", "consumer.cts"])
    await copyFile(path.join(here, "consumer.ts"), path.join(folder, name));
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  const dist = path.join(folder, "node_modules", "modelrouter", "dist");
  for (const name of await readdir(dist, { recursive: true })) {
    if (!/\.c?js$/.test(name)) continue;
    const code = await readFile(path.join(dist, name), "utf8");
    if (/(?<![.\w])eval\(|\bnew Function\b/.test(code)) throw new Error(`dist/${name} makes code out of text.`);
  }
  const contents = (await readdir(path.join(folder, "node_modules", "modelrouter"))).toSorted();
  if (contents.join() !== published.join()) throw new Error(`The tarball holds ${contents.join(", ")}.`);
  return { openai, folder };
}

/** Goes on after a failure: which combinations fail says why. */
async function use({ openai, folder }: Project, nodes: readonly NodeBinary[]): Promise<void> {
  for (const compiler of compilers) {
    await report(`openai ${openai}, ${compiler}: consumer.ts as ESM and as CJS`, run(compiler, [], { cwd: folder }));
  }
  await report(
    `openai ${openai}: npx modelrouter plan`,
    plans(run("npx", ["--no", "modelrouter", "plan"], { cwd: folder })),
  );
  for (const { version, binary } of nodes) {
    for (const extension of ["js", "cjs"]) {
      const files = entries.map((entry) => `node_modules/modelrouter/dist/${entry}.${extension}`);
      const importing = run(binary, [importer, ...files], { cwd: folder, timeout: programTimeoutMs });
      await report(
        `openai ${openai}, node ${version}: imports of .${extension} do nothing else`,
        doesNothing(importing),
      );
    }
    for (const program of programs) {
      const running = run(binary, [program], { cwd: folder, timeout: programTimeoutMs });
      await report(`openai ${openai}, node ${version}: ${program}`, running);
    }
    const bin = path.join("node_modules", ".bin", "modelrouter");
    await report(
      `openai ${openai}, node ${version}: modelrouter plan`,
      plans(run(binary, [bin, "plan"], { cwd: folder })),
    );
  }
}

/** Programs that end well on what is not Node, and faults that end on all runtimes alike. */
async function useElsewhere(
  { openai, folder }: Project,
  nodes: readonly NodeBinary[],
  others: readonly Runtime[],
): Promise<void> {
  const options = { cwd: folder, timeout: programTimeoutMs };
  for (const { name, command, args } of others) {
    for (const program of programs)
      await report(`openai ${openai}, ${name}: ${program}`, run(command, [...args, program], options));
  }
  const onNode = nodes.map(({ version, binary }) => ({ name: `node ${version}`, command: binary, args: [] }));
  const everywhere = [...onNode, ...others];
  const printed = await Promise.all(
    everywhere.map(({ command, args }) => run(command, [...args, faults], options).catch(String)),
  );
  for (const [at, { name }] of everywhere.entries()) {
    const here = endsAlike(printed[at]?.split("\n"), printed[0]?.split("\n"));
    await report(`openai ${openai}, ${name}: faults end as on every runtime`, here);
  }
}

async function endsAlike(printed: readonly string[] = [], first: readonly string[] = []): Promise<void> {
  assert.deepEqual(
    printed.filter((line, at) => line !== first[at]),
    [],
  );
  assert.equal(printed.at(-2), 'a caller who leaves {"aborted":true}');
}

/** Holds the reference plan against what it must cost at 5M, 50M, 500M and 5B tokens a month. */
async function plans(printing: Promise<string>): Promise<void> {
  const printed = await printing;
  const rows = [/^all on cheap +0\.25 +1\.25 +12\.50 +125\.00 +1,250\.00 +97\.5 %$/m, /^all on gpt-4o .* 50,000\.00 /m];
  if (!rows.every((row) => row.test(printed))) throw new Error(`It printed:\n${printed}`);
}

/** What zod and openai leave on `globalThis` is theirs. */
async function doesNothing(importing: Promise<string>): Promise<void> {
  const effects = JSON.parse(await importing) as string[];
  const own = effects.filter((effect) => !/ leaves globalThis\.(?:__zod_|Symbol\(openai\.)/.test(effect));
  if (own.length > 0) throw new Error(own.join("\n"));
}

async function report(what: string, check: Promise<unknown>): Promise<void> {
  try {
    await check;
    console.log(`${what}: ok`);
  } catch (error) {
    console.log(`${what}: FAILED\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

await main();
