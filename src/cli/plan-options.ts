import { parseConfig } from "../config/from-config.ts";
import { makePlan, type Plan } from "../planning/make-plan.ts";
import type { PlanOptions } from "../planning/options.ts";
import { parse } from "../planning/parse.ts";
import { pricesOf } from "../planning/prices-of.ts";
import { referencePlan } from "../planning/reference-plan.ts";
import { planOptions } from "../planning/schema.ts";
import { parseMix } from "./mix.ts";
import { inFile, readJson } from "./read-json.ts";
import { parseStages } from "./stages.ts";
import { UsageError } from "./usage-error.ts";

/** The options of `modelrouter plan` that say what to plan. */
export interface PlanArguments {
  readonly config?: string | undefined;
  readonly plan?: string | undefined;
  readonly mix?: string | undefined;
  readonly stages?: string | undefined;
}

type PartialPlan = { [Key in keyof PlanOptions]?: PlanOptions[Key] | undefined };

/** Options of a plan: what is on the command line wins over the plan file, and that over the configuration. */
async function planOptionsFrom(args: PlanArguments): Promise<PlanOptions> {
  // The words on the command line first: they need no file to be wrong.
  const given = {
    ...(args.mix === undefined ? {} : { mix: parseMix(args.mix) }),
    ...(args.stages === undefined ? {} : { stages: parseStages(args.stages) }),
  };
  const file = args.plan === undefined ? {} : await readPlan(args.plan);
  const base =
    args.config === undefined ? referenceFor(file, given.mix ?? file.mix) : await readPrices(args.config, file);
  const tiers = { ...base.tiers, ...file.tiers };
  return {
    ...base,
    ...file,
    tiers,
    prices: { ...base.prices, ...file.prices },
    mix: given.mix ?? file.mix ?? mixFor(tiers),
    ...(given.stages && { stages: given.stages }),
  };
}

const planFile = planOptions.partial();

async function readPlan(file: string): Promise<PartialPlan> {
  const json = await readJson(file);
  return inFile(file, () => parse<PartialPlan>(planFile, json));
}

async function readPrices(file: string, { traffic }: PartialPlan): Promise<PartialPlan> {
  const json = await readJson(file);
  return inFile(file, () => pricesOf(parseConfig(json), traffic));
}

/** The reference plan, which a plan file can change in part; nothing of it for one with prices and names of its own. */
function referenceFor(file: PartialPlan, mix: PlanOptions["mix"] = referencePlan.mix): PartialPlan {
  const { tiers, prices, baseline } = referencePlan;
  const isOwn = file.prices !== undefined && !Object.keys(mix).some((name) => Object.hasOwn(tiers, name));
  return isOwn ? {} : { tiers, prices, baseline };
}

/** The mix of the reference plan, where there are tiers of those names. */
function mixFor(tiers: NonNullable<PlanOptions["tiers"]>): PlanOptions["mix"] {
  const { mix } = referencePlan;
  if (Object.keys(mix).every((name) => Object.hasOwn(tiers, name))) return mix;
  const names = Object.keys(tiers);
  const example = names.length === 1 ? `${names[0]}=100` : names.map((name) => `${name}=…`).join(",");
  throw new UsageError(`say how the tokens are shared out, in percent: --mix ${example}, or mix in a plan file`);
}

/** Makes the plan. */
export async function planFrom(args: PlanArguments): Promise<{ options: PlanOptions; plan: Plan }> {
  const options = await planOptionsFrom(args);
  return { options, plan: makePlan(options) };
}
