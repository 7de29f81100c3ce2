import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { didYouMean } from "../config/unknown-name.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Reads the options of a command, which takes nothing else.
 * @throws UsageError for an unknown option, one without its value, and a word that is none
 */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  return parse(args, options, false).values;
}

/**
 * Reads the options of a command that takes one word besides, named `what` in messages.
 * @throws UsageError as {@link parseOptions}, and when the word is missing or there are more
 */
export function parseWord<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  what: string,
  options: Options,
) {
  const { values, positionals } = parse(args, options, true);
  const [word, ...more] = positionals;
  if (word === undefined) throw new UsageError(`${what} is missing`);
  if (more.length > 0) throw new UsageError(`one ${what} is taken, got ${positionals.length}; put it in quotes`);
  return { ...values, word };
}

function parse<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  allowPositionals: boolean,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (!String(code).startsWith("ERR_PARSE_ARGS_")) throw error;
    throw new UsageError(faultIn(message, [...Object.keys(options), "help"]), { cause: error });
  }
}

/** The first sentence is what is wrong; what Node advises after it is about positional arguments. */
function faultIn(message: string, known: readonly string[]): string {
  const [fault = message] = message.split(/\. |\n/);
  const [, unknown] = /^Unknown option '--([^']*)'/.exec(fault) ?? [];
  if (unknown === undefined) return fault;
  const near = didYouMean(
    `--${unknown}`,
    known.map((name) => `--${name}`),
  );
  return `${fault}${near ?? ""}`;
}
