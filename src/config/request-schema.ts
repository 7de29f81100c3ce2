import { checked } from "./fields.ts";
import { faultOfHeaders, faultOfParams, madeElsewhere } from "./request-faults.ts";

export const headers = checked<Readonly<Record<string, string>>>(faultOfHeaders, {
  type: "object",
  additionalProperties: { type: "string" },
});

export const params = checked<Readonly<Record<string, unknown>>>(faultOfParams, {
  type: "object",
  propertyNames: { not: { enum: [...madeElsewhere.keys()] } },
});
