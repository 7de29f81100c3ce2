import { readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as defaults from "../../src/config/defaults.ts";
import * as schema from "../../src/config/schema.ts";
import { someClient } from "./options-of.ts";

interface Documented {
  readonly keys: readonly string[];
  /** Key → what its docstring says the default is. */
  readonly defaults: ReadonlyMap<string, string>;
}

/** The interfaces of a source file, with what they inherit from each other. */
function interfacesOf(path: string): ReadonlyMap<string, Documented> {
  const text = readFileSync(new URL(path, import.meta.url), "utf8");
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = new Map<string, Documented>();
  for (const statement of file.statements) {
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

const interfaces = new Map([...interfacesOf("../../src/glossary.ts"), ...interfacesOf("../../src/options.ts")]);

describe("the schemas", () => {
  const schemas = {
    KeyOptions: schema.keyOptions,
    ResidencyRule: schema.residencyRule,
    TimeoutOptions: schema.timeoutOptions,
    RetryOptions: schema.retryOptions,
    BreakerOptions: schema.breakerOptions,
    ResilienceOptions: schema.resilienceOptions,
    PriceByKind: schema.priceByKind,
    TargetOptions: schema.targetOptions,
    TierOptions: schema.tierOptions,
    ConversationOptions: schema.conversationOptions,
    RouterOptions: schema.routerOptions,
  };

  it.each(Object.entries(schemas))("take exactly the keys of %s", (name, { shape }) => {
    expect(Object.keys(shape).toSorted()).toEqual(interfaces.get(name)?.keys.toSorted());
  });

  it("are there for every interface of options", () => {
    const ofOptions = [...interfaces.keys()].filter((name) => name.endsWith("Options"));
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining(ofOptions));
  });
});

describe("the documented defaults", () => {
  const real: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    KeyOptions: defaults.keyDefaults,
    TimeoutOptions: { ...defaults.timeoutDefaults, headersMs: someClient().timeout },
    RetryOptions: { ...defaults.retryDefaults },
    BreakerOptions: { ...defaults.breakerDefaults },
    ResilienceOptions: { deadlineMs: defaults.routerDefaults.deadlineMs },
    TargetOptions: defaults.targetDefaults,
    ConversationOptions: defaults.conversationDefaults,
    RouterOptions: defaults.routerDefaults,
  };

  const documented = [...interfaces].flatMap(([name, { defaults: tags }]) =>
    name in real ? [...tags].map(([key, tag]) => [`${name}.${key}`, valueOf(tag), real[name]?.[key]] as const) : [],
  );
  const values = documented.filter(([, value]) => value !== undefined);

  it.each(values)("of %s is the real one: %s", (_, value, actual) => {
    expect(actual).toBe(value);
  });

  it("are values wherever there is a constant, and in words elsewhere", () => {
    expect(documented.filter(([, value]) => value === undefined).map(([key]) => key)).toEqual([
      "KeyOptions.label",
      "KeyOptions.organization",
      "KeyOptions.project",
      "TargetOptions.model",
      "TargetOptions.client",
      "TargetOptions.price",
      "TargetOptions.contextWindow",
      "TargetOptions.capabilities",
      "RouterOptions.defaultTier",
      "RouterOptions.classifier",
    ]);
  });

  it("name every constant", () => {
    const constants = Object.entries(real).flatMap(([name, keys]) => Object.keys(keys).map((key) => `${name}.${key}`));
    const named = new Set<string>(values.map(([key]) => key));
    expect(constants.filter((key) => !named.has(key))).toEqual(["RouterOptions.deadlineMs"]);
  });
});

/** A default as it is documented; undefined when it is put in words. */
function valueOf(tag: string): unknown {
  if (tag.startsWith("none")) return Infinity;
  const [literal = ""] = /^(?:[\d_.]+|Infinity|true|false|"[^"]*")(?=$|,)/.exec(tag) ?? [];
  if (literal === "") return undefined;
  return literal === "Infinity" ? Infinity : (JSON.parse(literal.replaceAll("_", "")) as unknown);
}
