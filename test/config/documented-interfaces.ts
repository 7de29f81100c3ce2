import { readFileSync } from "node:fs";
import ts from "typescript";

/** An interface as its source documents it. */
export interface Documented {
  readonly keys: readonly string[];
  /** Key → what its docstring says the default is. */
  readonly defaults: ReadonlyMap<string, string>;
}

/** The interfaces of a file of src/, with what they inherit from each other. */
export function interfacesOf(file: string): ReadonlyMap<string, Documented> {
  const text = readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = new Map<string, Documented>();
  for (const statement of source.statements) {
    if (!ts.isInterfaceDeclaration(statement)) continue;
    const parents = (statement.heritageClauses ?? []).flatMap(({ types }) =>
      types.map((type) => type.expression.getText()),
    );
    const inherited = parents.flatMap((name) => found.get(name)?.keys ?? []);
    const own = statement.members.map((member) => [member.name?.getText() ?? "", defaultOf(member)] as const);
    found.set(statement.name.text, {
      keys: [...inherited, ...own.map(([key]) => key)],
      defaults: new Map(own.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    });
  }
  return found;
}

function defaultOf(member: ts.TypeElement): string | undefined {
  const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === "defaultValue");
  return tag === undefined ? undefined : ts.getTextOfJSDocComment(tag.comment)?.trim();
}

/** A default as it is documented; undefined when it is put in words. */
export function valueOf(tag: string): unknown {
  if (tag.startsWith("none")) return Infinity;
  const [literal = ""] = /^(?:[\d_.]+|Infinity|true|false|"[^"]*"|\[[\d_., ]*\])(?=$|,)/.exec(tag) ?? [];
  if (literal === "") return undefined;
  return literal === "Infinity" ? Infinity : (JSON.parse(literal.replaceAll("_", "")) as unknown);
}
