import path from "node:path";
import ts from "typescript";
import { valueOf } from "../documented-interfaces.ts";
import type { JsonSchema } from "./json-schema.ts";

const file = path.join(import.meta.dirname, "../../../src/config/from-config.ts");

/** Gives a schema, and all within it, the docstrings of an interface of src/config/from-config.ts as descriptions and defaults. */
export function describeBy(name: string, schema: JsonSchema): JsonSchema {
  const options = { module: ts.ModuleKind.NodeNext, allowImportingTsExtensions: true, noEmit: true, strict: true };
  const program = ts.createProgram([file], { ...options, target: ts.ScriptTarget.ES2023, types: ["node"] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const found = module && checker.getExportsOfModule(module).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no interface ${name} in ${file}`);
  describe(schema, [checker.getDeclaredTypeOfSymbol(found)], checker);
  return schema;
}

type Types = readonly ts.Type[];

/** Goes through a schema and the types of what it is for at the same time. */
function describe(schema: JsonSchema, types: Types, checker: ts.TypeChecker): void {
  const forms = types.flatMap((type) => (type.isUnion() ? type.types : [type]));
  for (const form of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) describe(form, forms, checker);
  const ofItems = forms.map((type) => checker.getIndexTypeOfType(type, ts.IndexKind.Number));
  if (schema.items) describe(schema.items, present(ofItems), checker);
  const ofNames = forms.map((type) => checker.getIndexTypeOfType(type, ts.IndexKind.String));
  if (typeof schema.additionalProperties === "object") describe(schema.additionalProperties, present(ofNames), checker);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const symbols = present(formsMeant(schema, forms, checker).map((type) => checker.getPropertyOfType(type, key)));
    document(property, symbols, checker);
    describe(
      property,
      symbols.map((symbol) => checker.getTypeOfSymbol(symbol)),
      checker,
    );
  }
}

/** Of forms that are told apart by a constant `type`, those with that type. */
function formsMeant({ properties = {} }: JsonSchema, forms: Types, checker: ts.TypeChecker): Types {
  const { const: type } = properties["type"] ?? {};
  if (type === undefined) return forms;
  return forms.filter((form) => {
    const symbol = checker.getPropertyOfType(form, "type");
    return symbol !== undefined && checker.typeToString(checker.getTypeOfSymbol(symbol)) === JSON.stringify(type);
  });
}

function document(schema: JsonSchema, symbols: readonly ts.Symbol[], checker: ts.TypeChecker): void {
  const symbol = symbols.find((one) => one.getDocumentationComment(checker).length > 0 || tagOf(one) !== undefined);
  if (symbol === undefined) return;
  const tag = tagOf(symbol);
  const value = tag === undefined ? undefined : valueOf(tag);
  const isValue = value !== undefined && value !== Infinity;
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s*\n\s*/g, " ");
  const isWhole = isValue && JSON.stringify(value) === tag?.replaceAll("_", "");
  const words = tag === undefined || isWhole ? "" : `Default: ${tag.replaceAll(/\s*\n\s*/g, " ")}.`;
  schema.description = [text, words].filter((part) => part !== "").join(" ");
  if (isValue) schema.default = value;
}

function tagOf(symbol: ts.Symbol): string | undefined {
  const tag = symbol.getJsDocTags().find(({ name }) => name === "defaultValue");
  return tag === undefined ? undefined : ts.displayPartsToString(tag.text);
}

function present<T>(values: readonly (T | undefined)[]): readonly T[] {
  return values.filter((value) => value !== undefined);
}
