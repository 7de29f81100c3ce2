/**
 * Runs every program of `examples/` against the built package and holds what it prints against its `//=>` comments: in
 * order, they are the lines of its output. `…` in a comment stands for any text within the line.
 */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const folder = "examples";
const timeoutMs = 60_000;

interface Run {
  readonly lines: readonly string[];
  /** How it failed, when it did. */
  readonly failure: string | undefined;
}

function expectedLines(source: string): string[] {
  return [...source.matchAll(/\/\/=>(?: (.*))?$/gm)].map(([, line = ""]) => line.trimEnd());
}

function printedLines(stdout: string): string[] {
  const lines = stdout.split("\n").map((line) => line.trimEnd());
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function matches(expected: string | undefined, printed: string | undefined): boolean {
  if (expected === undefined || printed === undefined) return false;
  const literals = expected.split("…").map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${literals.join(".*")}$`, "u").test(printed);
}

async function run(file: string): Promise<Run> {
  // Nothing else of this environment: an example needs no key, and prints without colours.
  const options = { timeout: timeoutMs, env: { PATH: process.env["PATH"] } };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file], options);
    return { lines: printedLines(stdout), failure: undefined };
  } catch (error) {
    const { code, killed, stdout, stderr } = error as {
      code: unknown;
      killed: boolean;
      stdout: string;
      stderr: string;
    };
    const why = killed ? `did not end within ${timeoutMs} ms` : `ended with ${String(code)}`;
    return { lines: printedLines(stdout), failure: `${why}\n${stderr}` };
  }
}

/** What is wrong with an example, if anything. */
async function faultOf(file: string): Promise<string | undefined> {
  const expected = expectedLines(await readFile(file, "utf8"));
  if (expected.length === 0) return "shows no output: give it //=> comments";
  const { lines, failure } = await run(file);
  if (failure !== undefined) return [failure, ...lines].join("\n");
  const length = Math.max(expected.length, lines.length);
  const wrong = Array.from({ length }, (_, at) => at).find((at) => !matches(expected[at], lines[at]));
  if (wrong === undefined) return undefined;
  return `line ${wrong + 1} of the output\n  shown:   ${expected[wrong] ?? "(no line)"}\n  printed: ${lines[wrong] ?? "(no line)"}`;
}

const names = (await readdir(folder)).filter((name) => name.endsWith(".ts")).toSorted();
if (names.length === 0) throw new Error(`There are no programs in ${folder}/.`);
let faults = 0;
for (const name of names) {
  const file = path.join(folder, name);
  const fault = await faultOf(file);
  console.log(fault === undefined ? `${file}: as shown` : `${file}: ${fault}`);
  if (fault !== undefined) faults += 1;
}
console.log(`${names.length - faults} of ${names.length} examples print what they show`);
process.exitCode = faults === 0 ? 0 : 1;
