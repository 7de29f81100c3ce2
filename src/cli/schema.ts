import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Command } from "./command.ts";
import { parseOptions } from "./parse-options.ts";

const help = `Usage: modelrouter schema

The JSON Schema of a configuration, as for ModelRouter.fromConfig: what editors complete and check by. It is the file
schema.json of the package, which a configuration can name in "$schema".

Options:
  --help  Print this

Examples:
  modelrouter schema > router.schema.json
`;

/** What a configuration may have, for editors. */
export const schemaCommand: Command = {
  name: "schema",
  summary: "the JSON Schema of a configuration, for editors",
  help,
  async run(args) {
    parseOptions(args, {});
    return readFile(createRequire(import.meta.url).resolve("modelrouter/schema.json"), "utf8");
  },
};
