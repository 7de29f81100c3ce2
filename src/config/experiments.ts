import type * as z from "zod";
import type { RoutingRequest } from "../glossary.ts";
import { callerKeys } from "../openai/caller-keys.ts";
import type { ExperimentOptions, VariantOptions } from "../learning-options.ts";
import type { TierOptions } from "../options.ts";
import { experimentDefaults } from "./defaults.ts";
import { checked, listOf, named, options, quantity, text } from "./fields.ts";
import { quantities, type JsonForm } from "./quantities.ts";
import type { ResolvedExperiment } from "./resolved.ts";
import { show } from "./show.ts";

type By = NonNullable<ExperimentOptions["by"]>;

function faultOfBy(value: unknown): string | undefined {
  if (typeof value === "function" || value === "user" || value === "conversation") return undefined;
  return typeof value === "string" && /^tag:\S/.test(value)
    ? undefined
    : `must be "user", "conversation", "tag:" and the name of a tag, or a function, got ${show(value)}`;
}

// A function is none of data.
const byForm: JsonForm = {
  type: "string",
  pattern: String.raw`^(user|conversation|tag:\S[\s\S]*)$`,
  examples: ["user"],
};

/** Checks {@link VariantOptions}. */
export const variantOptions = options({
  weight: quantity(quantities.weight).optional(),
  targets: listOf(text, "target ids").optional(),
}) satisfies z.ZodType<VariantOptions, VariantOptions>;

/** Checks {@link ExperimentOptions}. */
export const experimentOptions = options({
  name: text.optional(),
  variants: named("variant name → options", variantOptions),
  by: checked<By>(faultOfBy, byForm).optional(),
}) satisfies z.ZodType<ExperimentOptions, ExperimentOptions>;

/** The experiment of a tier with its defaults. */
export function experimentOf(tier: string, { experiment }: TierOptions): ResolvedExperiment | undefined {
  if (experiment === undefined) return undefined;
  const { name = tier, by = experimentDefaults.by } = experiment;
  const variants = Object.entries(experiment.variants).map(
    ([variant, { weight = experimentDefaults.weight, targets = [variant] }]) => ({ name: variant, weight, targets }),
  );
  return { name, variants: variants as unknown as ResolvedExperiment["variants"], by: wordFor(by), keyOf: keyOf(by) };
}

function wordFor(by: By): string {
  return typeof by === "function" ? by.name || "a function" : by;
}

function keyOf(by: By): (request: RoutingRequest) => string | undefined {
  if (typeof by === "function") return guarded(by);
  if (by === "user" || by === "conversation") return callerKeys[by];
  const tag = by.slice("tag:".length);
  return ({ hints: { tags } }) => (tags !== undefined && Object.hasOwn(tags, tag) ? tags[tag] : undefined);
}

// Which side a call is on is not worth failing it for.
function guarded(keyFrom: Exclude<By, string>): (request: RoutingRequest) => string | undefined {
  return (request) => {
    try {
      const key: unknown = keyFrom(request);
      return typeof key === "string" && key !== "" ? key : undefined;
    } catch {
      return undefined;
    }
  };
}
