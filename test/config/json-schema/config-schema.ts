import * as z from "zod";
import { jsonForms } from "../../../src/config/fields.ts";
import { routerConfig } from "../../../src/config/from-config.ts";
import type { JsonSchema } from "./json-schema.ts";
import { describeBy } from "./described-by.ts";

/** The JSON Schema of a configuration that is data: what `schema.json` holds. */
export function configSchema(): JsonSchema {
  const { $schema, ...generated } = z.toJSONSchema(routerConfig, {
    // What editors know best.
    target: "draft-7",
    // The records behind the checks of their names.
    io: "output",
    metadata: jsonForms,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema, path }) => {
      const { type } = zodSchema as unknown as z.ZodType;
      if (type === "custom" && !jsonForms.has(zodSchema))
        throw new Error(`${path.join(".")}: give its checked() what JSON Schema can say of it`);
      if (type === "record") delete jsonSchema.propertyNames;
    },
  });
  const root = {
    $schema,
    title: "Configuration of modelrouter",
    description: "What ModelRouter.fromConfig and the command line take. Keys are named by environment variable only.",
    ...generated,
  } as JsonSchema;
  // A copy, as fields that are used twice are one object so far.
  return describeBy("RouterConfig", JSON.parse(JSON.stringify(root)) as JsonSchema);
}

/** The text of `schema.json`. */
export function configSchemaText(): string {
  return `${JSON.stringify(configSchema(), undefined, 2)}\n`;
}
