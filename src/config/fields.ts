import * as z from "zod";
import { faultOfQuantity, type JsonForm, type Quantity } from "./quantities.ts";
import { kindOf, quote, show } from "./show.ts";
import { didYouMean } from "./unknown-name.ts";

/** What fields are in JSON Schema, for those that data can have and that zod can not say it of. */
export const jsonForms = z.registry<JsonForm>();

/** A field whose fault is found, and worded, by one function. `form` is what JSON Schema can say of it: never more than the function does. */
export function checked<T>(faultOf: (value: unknown) => string | undefined, form?: JsonForm) {
  const field = z.custom<T>((value) => faultOf(value) === undefined, {
    error: ({ input }) => faultOf(input) ?? "does not fit",
  });
  return form === undefined ? field : field.register(jsonForms, form);
}

/** A number within a range. */
export function quantity(kind: Quantity) {
  return checked<number>((value) => faultOfQuantity(kind, value), kind.form);
}

/** What {@link text} is in JSON Schema. */
export const textForm: JsonForm = { type: "string", pattern: String.raw`^\S([\s\S]*\S)?$` };

/** A string that says something: not empty, no spaces around it. */
export const text = checked<string>((value) => {
  if (typeof value !== "string") return `must be a string, got ${kindOf(value)}`;
  if (value.trim() === "") return "must not be empty";
  return value === value.trim() ? undefined : `has spaces around it: ${quote(value)}`;
}, textForm);

export const flag = checked<boolean>(
  (value) => (typeof value === "boolean" ? undefined : `must be true or false, got ${show(value)}`),
  { type: "boolean" },
);

/** One of a few words. */
export function oneOf<const Word extends string>(kind: string, words: readonly Word[]) {
  const faultOf = (value: unknown) => {
    if (words.some((word) => word === value)) return undefined;
    const near = typeof value === "string" ? didYouMean(value, words) : undefined;
    return near === undefined
      ? `must be one of ${words.map(quote).join(", ")}, got ${show(value)}`
      : `no ${kind} ${show(value)}${near}`;
  };
  return checked<Word>(faultOf, { enum: words });
}

/** An object with these options and no others. */
export function options<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => `is not an option${didYouMean(key, known) ?? ""}`).join("\n")
        : `must be an object, got ${kindOf(issue.input)}`,
  });
}

/** An object of names that the user chooses; `of` says what it maps, as in `tier name → targets`. */
export function named<Output, Input>(of: string, value: z.ZodType<Output, Input>) {
  // zod drops an own key `__proto__`, which JSON.parse can make, without a word.
  return checked<Record<string, Input>>((input) => faultOfNamed(of, input)).pipe(z.record(z.string(), value));
}

function faultOfNamed(of: string, input: unknown): string | undefined {
  if (input === undefined) return `is missing; give it an object of ${of}`;
  const plain = z.record(z.string(), z.unknown()).safeParse(input).success;
  if (!plain) return `must be an object of ${of}, got ${kindOf(input)}`;
  return Object.hasOwn(Object(input), "__proto__") ? `can not have "__proto__" as a name` : undefined;
}

/** An object with options, or `false` to switch the whole thing off. */
export function offOr<Options extends z.ZodType>(on: Options) {
  return z.union([z.literal(false), on], {
    error: ({ input }) => `must be false or an object, got ${show(input)}`,
  });
}

/** Two forms of one option. The message is for a value that is neither. */
export function either<One extends z.ZodType, Other extends z.ZodType>(
  forms: readonly [One, Other],
  faultOf: (value: unknown) => string,
) {
  return z.union([...forms], { error: ({ input }) => faultOf(input) });
}

/** A list; the message is for a value that is none. */
export function listOf<Item extends z.ZodType>(item: Item, of: string) {
  return z.array(item, { error: ({ input }) => `must be an array of ${of}, got ${kindOf(input)}` });
}
