import type * as z from "zod";
import type { FitOptions, ToolCallIdOptions } from "../options.ts";
import { jsonForms, listOf, named, options, quantity, text } from "./fields.ts";
import { isRecord } from "../lib/is-record.ts";
import { quantities } from "./quantities.ts";
import { quote } from "./show.ts";

const notParams = new Set(["model", "messages", "input", "prompt", "stream"]);
const notFields = new Set(["role", "content", "type", "text", "tool_calls", "tool_call_id"]);
const notParts = new Set(["text", "image_url", "input_audio", "file"]);

const idLength = quantity(quantities.idLength);

export const toolCallIdOptions = options({
  length: idLength.optional(),
  maxLength: idLength.optional(),
})
  .refine(({ length, maxLength }) => (length === undefined) !== (maxLength === undefined), {
    error: "needs length or maxLength, one of them",
  })
  .register(jsonForms, { minProperties: 1, maxProperties: 1 }) satisfies z.ZodType<
  ToolCallIdOptions,
  ToolCallIdOptions
>;

export const fitOptions = options({
  drop: names("body parameters", notParams).optional(),
  rename: renames(notParams).optional(),
  dropFromMessages: names("fields of messages", notFields).optional(),
  dropParts: names("types of parts", notParts).optional(),
  roles: named("role → role", text).optional(),
  toolCallIds: toolCallIdOptions.optional(),
}) satisfies z.ZodType<FitOptions, FitOptions>;

function names(of: string, never: ReadonlySet<string>) {
  return listOf(text, of).refine((list) => !list.some((name) => never.has(name)), {
    error: ({ input }) => `can not have ${quote(firstOf(input, never))}: no request can do without`,
  });
}

function renames(never: ReadonlySet<string>) {
  return named("body parameter → name", text).refine((map) => !Object.keys(map).some((name) => never.has(name)), {
    error: ({ input }) =>
      `can not rename ${quote(firstOf(isRecord(input) ? Object.keys(input) : [], never))}: every target takes it`,
  });
}

function firstOf(list: unknown, never: ReadonlySet<string>): string {
  const found: unknown = Array.isArray(list) ? list.find((name) => never.has(String(name))) : undefined;
  return String(found);
}
