import type { Command } from "./command.ts";
import { parseOptions } from "./parse-options.ts";
import { planFrom } from "./plan-options.ts";
import { planText } from "./plan-text.ts";

const help = `Usage: modelrouter plan [options]

What a mix of traffic costs a month as it grows, against all of it on one model, and the budget that follows. Without
options: 80 % cheap, 15 % balanced, 5 % premium at the prices of the globalApi preset, against gpt-4o.

Options:
  --config <file>  Configuration of a router, as for ModelRouter.fromConfig: tiers, prices and baseline. Needs no keys
  --plan <file>    More to plan with: mix, stages, traffic, alternatives, budget, outage, features, prices
  --mix <shares>   Percent of the tokens for each tier or model: cheap=80,balanced=15,premium=5
  --stages <list>  Tokens a month: 5M,50M,1.5B
  --json           Print the plan as JSON
  --help           Print this

Examples:
  modelrouter plan
  modelrouter plan --mix cheap=60,balanced=30,premium=10 --stages 20M,200M
  modelrouter plan --config router.json --plan plan.json --json
`;

/** What traffic will cost. */
export const planCommand: Command = {
  name: "plan",
  summary: "what a mix of traffic costs a month as it grows, against one model for everything",
  help,
  async run(args) {
    const { json, ...given } = parseOptions(args, {
      config: { type: "string" },
      plan: { type: "string" },
      mix: { type: "string" },
      stages: { type: "string" },
      json: { type: "boolean" },
    });
    const { options, plan } = await planFrom(given);
    return json === true ? `${JSON.stringify(plan, undefined, 2)}\n` : `${planText(plan, options)}\n`;
  },
};
