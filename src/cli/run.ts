import { createRequire } from "node:module";
import { didYouMean } from "../config/unknown-name.ts";
import { checkCommand } from "./check.ts";
import type { Command } from "./command.ts";
import { describeCommand } from "./describe.ts";
import { explainCommand } from "./explain.ts";
import { planCommand } from "./plan.ts";
import { schemaCommand } from "./schema.ts";
import { UsageError } from "./usage-error.ts";

/** Where a program writes to. */
export interface Output {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** 0 when it worked, 2 when the command line is at fault, 1 for everything else. */
export type ExitCode = 0 | 1 | 2;

const commands: readonly Command[] = [planCommand, checkCommand, describeCommand, explainCommand, schemaCommand];

/** Runs the command that the arguments name; without one, says which there are. */
export async function run(args: readonly string[], output: Output): Promise<ExitCode> {
  const [name = "--help", ...rest] = args;
  try {
    output.stdout(await answerTo(name, rest));
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof UsageError;
    const hint = isUsage ? `Try: modelrouter ${commandNamed(name) === undefined ? "" : `${name} `}--help\n` : "";
    output.stderr(`${prefixed(message)}\n${hint}`);
    return isUsage ? 2 : 1;
  }
}

async function answerTo(name: string, rest: readonly string[]): Promise<string> {
  if (["--help", "-h", "help"].includes(name)) return help();
  if (["--version", "-v"].includes(name)) return `${version()}\n`;
  const command = commandNamed(name);
  if (command === undefined) throw new UsageError(`no command ${JSON.stringify(name)}${near(name)}`);
  return rest.includes("--help") || rest.includes("-h") ? command.help : command.run(rest);
}

function commandNamed(name: string): Command | undefined {
  return commands.find((command) => command.name === name);
}

function near(name: string): string {
  const names = commands.map((command) => command.name);
  return didYouMean(name, names) ?? `; there is ${names.join(", ")}`;
}

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: modelrouter <command> [options]

Commands:
${list.join("\n")}

Options:
  --help     Print this; after a command, what that takes
  --version  Print the version
`;
}

function version(): string {
  const { version: own } = createRequire(import.meta.url)("modelrouter/package.json") as { version: string };
  return own;
}

function prefixed(message: string): string {
  return message
    .split("\n")
    .map((line) => `modelrouter: ${line}`)
    .join("\n");
}
