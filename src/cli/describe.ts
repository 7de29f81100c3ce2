import { ModelRouter } from "../router.ts";
import type { Command } from "./command.ts";
import { parseWord } from "./parse-options.ts";
import { inFile } from "./read-json.ts";
import { readRouter } from "./read-router.ts";

const help = `Usage: modelrouter describe <file>

A page in Markdown about a configuration, as for ModelRouter.fromConfig: a diagram (Mermaid) of tiers and targets, what the
model of a call means, prices, limits, budgets, and what each failure does. Needs no keys, and sends nothing.

Options:
  --help  Print this

Examples:
  modelrouter describe router.json > docs/routing.md
`;

/** The routing page. */
export const describeCommand: Command = {
  name: "describe",
  summary: "a page about a configuration, with a diagram",
  help,
  async run(args) {
    const { word: file } = parseWord(args, "file", {});
    const { options } = await readRouter(file);
    return inFile(file, () => new ModelRouter(options).describe());
  },
};
