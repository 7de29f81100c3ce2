import type * as z from "zod";
import type { ApiKey, KeyOptions } from "../options.ts";
import { checked, either, listOf, options, quantity } from "./fields.ts";
import { faultOfKey, faultOfLabel } from "./plug-in-faults.ts";
import { limitOptions } from "./limit-schema.ts";
import { quantities } from "./quantities.ts";
import { kindOf } from "./show.ts";

const { delayMs } = quantities;

const apiKey = checked<ApiKey>(faultOfKey);
// No message shows it: who mixes these up with keys must not see a key in a log.
const nameOrNull = checked<string | null>((value) =>
  value === null || (typeof value === "string" && value !== "")
    ? undefined
    : `must be a string, or null to send none, got ${kindOf(value)}`,
);

export const keyOptions = options({
  apiKey,
  label: checked<string>(faultOfLabel).optional(),
  ttlMs: quantity(delayMs).optional(),
  organization: nameOrNull.optional(),
  project: nameOrNull.optional(),
  limits: limitOptions.optional(),
}).refine(({ apiKey: key, label }) => label === undefined || label !== key, {
  path: ["label"],
  error: "is the key itself; it is shown in events, so choose another name",
}) satisfies z.ZodType<KeyOptions, KeyOptions>;

export const keyList = listOf(
  either([apiKey, keyOptions], (value) => {
    const must = "must be an API key, a function that gives one, or an object with apiKey";
    return value === "" ? `${must}, and is empty` : `${must}, got ${kindOf(value)}`;
  }),
  "keys",
).min(1, { error: "has no keys; name at least one" });
