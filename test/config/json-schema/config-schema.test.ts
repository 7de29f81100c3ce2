import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config/from-config.ts";
import { isRouterError } from "../../../src/errors.ts";
import { readPages } from "../../docs/code-blocks.ts";
import { configSchema, configSchemaText } from "./config-schema.ts";
import { sampleOf, settingsIn } from "./settings.ts";

const published = await readFile(new URL("../../../schema.json", import.meta.url), "utf8");
const schema = configSchema();
const validate = new Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(schema);

const settings = settingsIn(schema);

const example = await readFile(new URL("../../../examples/router.json", import.meta.url), "utf8");
const blocks = (await readPages()).flatMap(({ name, text: page }) =>
  // A block of its own, or text in a program with a URL put in.
  [...page.matchAll(/^```json\n(.*?)^```$|= `(\{\n[^`]*\n\})`/gms)].map(([, json, text]) => ({
    name,
    json: (json ?? text ?? "").replaceAll(/\$\{[^}]*\}/g, "https://a.example/v1"),
  })),
);
const configs = blocks.filter(({ json }) => json.includes('"tiers"') && json.includes('"client"'));
const base = { client: { apiKeyEnv: "KEY" }, tiers: { cheap: ["small-1"] } };

it("is what the sources give: npm run schema writes schema.json", () => {
  expect(published).toBe(configSchemaText());
});

describe("the schema of a configuration", () => {
  it.each([{ name: "examples/router.json", json: example }, ...configs])(
    "takes what $name shows, as the router does",
    ({ json }) => {
      const config: unknown = JSON.parse(json);
      expect(faultsOf(config)).toEqual([]);
      expect(isTaken(config)).toBe(true);
    },
  );

  it("meets configurations in the docs", () => {
    expect(configs.map(({ name }) => name)).toEqual([
      "docs/15-routing-page.md",
      "docs/2-targets-and-tiers.md",
      "docs/22-migrating.md",
      "docs/22-migrating.md",
    ]);
  });

  it.each([
    ["an option that there is not", { ...base, brekaer: {} }],
    ["an option of a tier that there is not", { ...base, tiers: { cheap: { targets: ["a"], stratgy: "fastest" } } }],
    ["a number beyond its range", { ...base, breaker: { errorRate: 1.5 } }],
    ["text in the place of a number", { ...base, deadlineMs: "10s" }],
    ["a word that is none of those there are", { ...base, strategy: "fast" }],
    ["a tier without targets", { ...base, tiers: { cheap: [] } }],
    ["a configuration without tiers", { client: base.client }],
    ["a key in the place of its variable's name", { ...base, client: { apiKeyEnv: "ga_standard_key" } }],
    ["a client without a key", { ...base, client: { baseURL: "https://a.example/v1" } }],
    ["a URL without a scheme", { ...base, client: { baseURL: "a.example/v1", apiKeyEnv: "KEY" } }],
    ["a classifier of another type", { ...base, classifier: { type: "rule", rules: [] } }],
    ["an option of another classifier", { ...base, classifier: { type: "split", shares: { a: 1 }, words: ["b"] } }],
    ["a body parameter that is made elsewhere", { ...base, targets: { a: { params: { stream: true } } } }],
  ])("refuses %s, as the router does", (_, config) => {
    expect(faultsOf(config)).not.toEqual([]);
    expect(isTaken(config)).toBe(false);
  });

  it("says of every option what it is", () => {
    const silent = settings.filter(({ schema: { description, const: fixed } }) => !description && fixed === undefined);
    expect(silent.map(({ path }) => path.join("."))).toEqual([]);
  });

  it("says what is the default, as a value and not in words where it is one", () => {
    const { timeouts, hedge, baseline } = schema.properties ?? {};
    expect(timeouts?.anyOf?.[1]?.properties?.["idleMs"]?.default).toBe(60_000);
    expect(hedge?.default).toBe(false);
    expect(baseline).not.toHaveProperty("default");
  });

  it("has at every place something that the router takes", () => {
    const odd = settings.filter(({ put, schema: at }) => !isTaken({ ...base, ...put(sampleOf(at)) }));
    expect(odd.map(({ path }) => path.join("."))).toEqual([]);
  });

  it("never refuses what the router takes, whatever stands at whatever place", () => {
    const change = fc
      .record({ setting: fc.constantFrom(...settings), other: fc.oneof(likely, likely, likely, fc.jsonValue()) })
      .chain(({ setting, other }) => fc.constantFrom(other, sampleOf(setting.schema)).map(setting.put));
    let taken = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const config = Object.assign({}, base, ...changes) as object;
        if (!isTaken(config)) return;
        taken += 1;
        expect(faultsOf(config)).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
    // Else the property would say nothing.
    expect(taken).toBeGreaterThan(1_000);
  });
});

const numbers = [0, 1, 0.5, 8, 64, 1_000, 900_000, 2_147_483_647];
const texts = ["small-1", "a b", " ", "10m", "UTC", "https://a.example", "KEY", "cheap"];
const words = ["p95", "warn", "refuse", "day", "prefix", "restart", "json", "fastest", "tools", "chat", "user"];
const lists = [[], ["eu-*"], ["json"], ["KEY"], ["tools"], [0.5]];
const objects = [{}, { a: "b" }, { a: 1 }, { cheap: ["small-1"] }, { targets: ["a"] }, { apiKeyEnv: "KEY" }];
const forms = [{ downgradeTo: "cheap" }, { promptUsd: 1, completionUsd: 2 }, { p99Ms: 5 }, { length: 9 }];
const likely = fc.constantFrom<unknown>(true, false, ...numbers, ...texts, ...words, ...lists, ...objects, ...forms);

/** What the schema has against a configuration. */
function faultsOf(config: unknown): readonly unknown[] {
  validate(config);
  return validate.errors ?? [];
}

function isTaken(config: unknown): boolean {
  try {
    parseConfig(config);
    return true;
  } catch (error) {
    if (isRouterError(error)) return false;
    throw error;
  }
}
