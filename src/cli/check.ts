import { ModelRouter } from "../router.ts";
import type { Command } from "./command.ts";
import { parseWord } from "./parse-options.ts";
import { inFile } from "./read-json.ts";
import { readRouter } from "./read-router.ts";

const help = `Usage: modelrouter check <file>

Checks a configuration as ModelRouter.fromConfig does, and prints every fault with its path; then it exits with 1. Needs no
keys: names the environment variables that are not set. Sends nothing.

Options:
  --strict  A variable that is not set is a fault, too
  --help    Print this

Examples:
  modelrouter check router.json
`;

/** Whether a configuration holds. */
export const checkCommand: Command = {
  name: "check",
  summary: "whether a configuration holds, and every fault that it has",
  help,
  async run(args) {
    const { word: file, strict } = parseWord(args, "file", { strict: { type: "boolean" } });
    const { options, missing } = await readRouter(file);
    const { tiers, targets } = inFile(file, () => new ModelRouter(options)).health();
    const unset = missing.map((name) => `${file}: the environment variable ${name} is not set`);
    if (strict === true && unset.length > 0) throw new Error(unset.join("\n"));
    const sizes = `${counted(tiers, "tier")}, ${counted(targets, "target")}`;
    return [`${file}: holds (${sizes})`, ...unset, ""].join("\n");
  },
};

function counted(named: Readonly<Record<string, unknown>>, what: string): string {
  const { length } = Object.keys(named);
  return `${length} ${what}${length === 1 ? "" : "s"}`;
}
