import type { JsonSchema } from "./json-schema.ts";

/** A place in a configuration that something can be set at. */
export interface Setting {
  readonly path: readonly string[];
  readonly schema: JsonSchema;
  /** The value there, with whatever has to stand beside it on the way. */
  put(value: unknown): object;
}

/** Every place that a schema knows, those within each form of an option included. */
export function settingsIn(schema: JsonSchema, path: readonly string[] = [], put = asIs): readonly Setting[] {
  const { anyOf = [], oneOf = [], properties = {}, additionalProperties: named, items } = schema;
  return [
    ...anyOf.concat(oneOf).flatMap((form) => settingsIn(form, path, put)),
    ...Object.entries(properties).flatMap(([key, property]) => {
      const needed = path.length === 0 ? {} : neededIn(schema);
      const place = (value: unknown) => put(Object.assign({}, needed, { [key]: value }));
      const at = path.concat(key);
      return [{ path: at, schema: property, put: place } as Setting].concat(settingsIn(property, at, place));
    }),
    ...(typeof named === "object" ? settingsIn(named, [...path, "*"], (value) => put({ cheap: value })) : []),
    ...(items === undefined ? [] : settingsIn(items, [...path, "0"], (value) => put([value]))),
  ];
}

function asIs(value: unknown): object {
  return value as object;
}

/** What has to be there, of several that one of must be there the first. */
function neededIn({ required = [], anyOf: [form] = [], properties = {} }: JsonSchema): object {
  const names = [...required, ...(form?.required ?? [])];
  return Object.fromEntries(names.map((key) => [key, sampleOf(properties[key] ?? {})]));
}

const texts = ["KEY", "https://a.example/v1", "10m"];

/** Something that fits. */
export function sampleOf(schema: JsonSchema): unknown {
  const { const: fixed, enum: [word] = [], anyOf: [form] = [], type } = schema;
  if (fixed !== undefined) return fixed;
  if (type !== undefined) return samples[type](schema);
  return form === undefined ? word : sampleOf(form);
}

const samples: Readonly<Record<NonNullable<JsonSchema["type"]>, (schema: JsonSchema) => unknown>> = {
  object: sampleObject,
  array: ({ items }) => (items === undefined ? [] : [sampleOf(items)]),
  string: ({ examples, pattern = "" }) => examples?.[0] ?? texts.find((text) => new RegExp(pattern).test(text)),
  boolean: () => true,
  number: sampleNumber,
  integer: sampleNumber,
};

function sampleNumber({ minimum = 1, exclusiveMinimum = 0, exclusiveMaximum }: JsonSchema): number {
  return exclusiveMaximum === undefined ? Math.max(minimum, exclusiveMinimum + 1) : exclusiveMaximum / 2;
}

function sampleObject({ minProperties = 0, ...schema }: JsonSchema): object {
  const { additionalProperties: named, properties = {} } = schema;
  if (typeof named === "object") return { cheap: sampleOf(named) };
  const first = Object.entries(properties).slice(0, minProperties);
  return { ...Object.fromEntries(first.map(([key, property]) => [key, sampleOf(property)])), ...neededIn(schema) };
}
