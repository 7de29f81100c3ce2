import { ModelRouter } from "../router.ts";
import type { Command } from "./command.ts";
import { parseWord } from "./parse-options.ts";
import { inFile } from "./read-json.ts";
import { readRouter } from "./read-router.ts";
import { UsageError } from "./usage-error.ts";

const help = `Usage: modelrouter explain <prompt> --config <file> [options]

What would happen to a prompt under a configuration, and why: the tier, who decided, the targets in order, and who is left
out. Sends nothing to a target; a classifier that asks a model does ask it, with the keys of the environment.

Options:
  --config <file>    Configuration of a router, as for ModelRouter.fromConfig
  --model <model>    What the call would name: auto, a tier, a target (default: auto)
  --task <task>      The hint task
  --priority <word>  The hint priority
  --tag <name=value> A tag, as often as needed
  --json             Print the explanation as JSON
  --help             Print this

Examples:
  modelrouter explain "Compare these two contracts." --config router.json
  modelrouter explain "Hi?" --config router.json --task batch_operations --json
`;

/** What would happen to a prompt. */
export const explainCommand: Command = {
  name: "explain",
  summary: "what would happen to a prompt, and why",
  help,
  async run(args) {
    const {
      word: prompt,
      config,
      json,
      model = "auto",
      ...hints
    } = parseWord(args, "prompt", {
      config: { type: "string" },
      model: { type: "string" },
      task: { type: "string" },
      priority: { type: "string" },
      tag: { type: "string", multiple: true },
      json: { type: "boolean" },
    });
    if (config === undefined) throw new UsageError("--config is missing: which configuration?");
    const { options } = await readRouter(config);
    await using router = inFile(config, () => new ModelRouter(options));
    const { task, priority, tag = [] } = hints;
    const tags = Object.fromEntries(tag.map((text) => tagFrom(text)));
    const messages = [{ role: "user", content: prompt }];
    const explained = await router.explain({ model, messages }, { hints: { task, priority, tags } });
    return json === true ? `${JSON.stringify(explained, undefined, 2)}\n` : `${explained.summary}\n`;
  },
};

function tagFrom(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--tag takes name=value, got ${JSON.stringify(text)}`);
  return [text.slice(0, at), text.slice(at + 1)];
}
