/** Writes the API reference to .tmp/reference, from the docstrings of all that the package exports. Fails when one is missing, or a link leads nowhere. */
import { Application, ConsoleLogger } from "typedoc";

// What stands in a type that is written out in place is told of by the docstring of what has that type, and the name of an error
// by its class.
const toldElsewhere = /(?:__type\.\S*|Error\.name) \(\w+\), .* does not have any documentation/;

class Faults extends ConsoleLogger {
  override log(message: string, level: Parameters<ConsoleLogger["log"]>[1]): void {
    if (!toldElsewhere.test(message)) super.log(message, level);
  }
}

const app = await Application.bootstrapWithPlugins();
app.logger = new Faults();
const project = await app.convert();
if (project !== undefined) app.validate(project);
if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
else await app.generateOutputs(project);
