import type * as z from "zod";
import type { ResidencyRule } from "../options.ts";
import { faultOfRegions } from "./allowed-regions.ts";
import { checked, named, options, text, textForm } from "./fields.ts";

export const regions = checked<readonly string[]>(faultOfRegions, { type: "array", items: textForm, minItems: 1 });

export const residencyRule = options({
  tags: named("tag → value", text).optional(),
  allowedRegions: regions,
}) satisfies z.ZodType<ResidencyRule, ResidencyRule>;
