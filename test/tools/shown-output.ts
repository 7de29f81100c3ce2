/**
 * What an example prints, held against its `//=>` comments: in order, they are the lines of its output. `…`
 * in a comment stands for any text within the line.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

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

/** An example: the program that has the comments, and the one that is run where it has to be compiled first. */
export interface Example {
  readonly source: string;
  readonly program?: string | undefined;
}

/** Runs examples one after the other, and says of each whether it prints what it shows. */
export async function runAll(examples: readonly Example[]): Promise<void> {
  let faults = 0;
  for (const example of examples) {
    const fault = await faultOf(example);
    console.log(`${example.source}: ${fault ?? "as shown"}`);
    if (fault !== undefined) faults += 1;
  }
  console.log(`${examples.length - faults} of ${examples.length} examples print what they show`);
  if (faults > 0) process.exitCode = 1;
}

/** What is wrong with an example, if anything. */
async function faultOf({ source, program = source }: Example): Promise<string | undefined> {
  const expected = expectedLines(await readFile(source, "utf8"));
  if (expected.length === 0) return "shows no output: give it //=> comments";
  const { lines, failure } = await run(program);
  if (failure !== undefined) return [failure, ...lines].join("\n");
  const length = Math.max(expected.length, lines.length);
  const wrong = Array.from({ length }, (_, at) => at).find((at) => !matches(expected[at], lines[at]));
  if (wrong === undefined) return undefined;
  return `line ${wrong + 1} of the output\n  shown:   ${expected[wrong] ?? "(no line)"}\n  printed: ${lines[wrong] ?? "(no line)"}`;
}
