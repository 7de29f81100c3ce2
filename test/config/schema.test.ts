import { describe, expect, it } from "vitest";
import * as defaults from "../../src/config/defaults.ts";
import * as schema from "../../src/config/schema.ts";
import { interfacesOf, valueOf } from "./documented-interfaces.ts";
import { someClient } from "./options-of.ts";

const interfaces = new Map([...interfacesOf("glossary.ts"), ...interfacesOf("options.ts")]);

describe("the schemas", () => {
  const schemas = {
    KeyOptions: schema.keyOptions,
    ResidencyRule: schema.residencyRule,
    TimeoutOptions: schema.timeoutOptions,
    RetryOptions: schema.retryOptions,
    BreakerOptions: schema.breakerOptions,
    SlowOptions: schema.slowOptions,
    SloOptions: schema.sloOptions,
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
    SlowOptions: { ...defaults.slowDefaults },
    SloOptions: { ...defaults.sloDefaults },
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
      "SlowOptions.latencyMs",
      "SloOptions.p95Ms",
      "SloOptions.p99Ms",
      "SloOptions.availability",
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
