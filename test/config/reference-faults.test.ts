import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.ts";
import { faultsOf, optionsOf, someClient } from "./options-of.ts";

const faults = (changes: object) => faultsOf(() => resolveConfig(optionsOf(changes)));

describe("names of tiers", () => {
  it.each([
    ["auto", 'can not be called "auto", which means that a classifier picks the tier'],
    ["direct", 'can not be called "direct", which records show for calls that name a target'],
  ])("can not be %s", (name, fault) => {
    expect(faults({ tiers: { [name]: ["small-model-1"] } })).toEqual([`tiers.${name}: ${fault}`]);
  });

  it.each(["", " cheap", "cheap "])("can not be %j", (name) => {
    expect(faults({ tiers: { [name]: ["small-model-1"] } })).toEqual([
      `tiers${name === "" ? '[""]' : `["${name}"]`}: must have a name without spaces around it`,
    ]);
  });

  it("can not be a number, which would lose its place in the order", () => {
    expect(faults({ tiers: { "2": ["small-model-1"] } })).toEqual([
      'tiers["2"]: must have a name that is no number, as JavaScript puts numbers before all other names',
    ]);
  });

  it.each([
    ["a target that is written out", { targets: { fast: {} }, tiers: { fast: ["small-model-1"] } }],
    ["a target that a tier names", { tiers: { fast: ["fast"] } }],
  ])("can not be the id of %s", (_, changes) => {
    expect(faults(changes)).toEqual([
      'tiers.fast: has the name of a target, so that a call with model "fast" could mean either; rename the tier',
    ]);
  });

  it("can not be an alias", () => {
    expect(faults({ aliases: { cheap: "auto" } })).toEqual([
      "aliases.cheap: is the name of a tier, which the alias would hide; choose another name",
    ]);
  });
});

describe("targets in tiers", () => {
  const written = { targets: { "Qwen/Qwen3-32B": {} } };

  it("can not come twice", () => {
    expect(faults({ tiers: { cheap: { targets: ["a-1", "b-1", "a-1"] } } })).toEqual([
      'tiers.cheap.targets[2]: "a-1" is in this tier already, at [0]',
    ]);
  });

  it.each(["qwen", "Qwen", "Qwen3-32B", "qwen3-32b", "qwen/qwen3-32b", "QWEN/QWEN3-32B"])(
    "can not be %s for Qwen/Qwen3-32B",
    (id) => {
      const fault = `tiers.premium[0]: no target "${id}" (did you mean "Qwen/Qwen3-32B"?)`;
      expect(faults({ ...written, tiers: { premium: [id] } })).toEqual([fault]);
      expect(faults({ tiers: { cheap: ["Qwen/Qwen3-32B"], premium: [id] } })).toEqual([fault]);
    },
  );

  it.each(["fast-locl", "fats-local", "Fast-Local"])(
    "can not be %s for a target fast-local that is written out",
    (id) => {
      expect(faults({ targets: { "fast-local": { model: "small-1" } }, tiers: { cheap: [id] } })).toEqual([
        `tiers.cheap[0]: no target "${id}" (did you mean "fast-local"?)`,
      ]);
    },
  );

  it.each([
    ["deepseek-ai/DeepSeek-V3", "deepseek-ai/DeepSeek-V3.2"],
    ["deepseek-ai/DeepSeek-V4", "deepseek-ai/DeepSeek-V4-Flash"],
    ["deepseek-ai/DeepSeek-R1", "Pro/deepseek-ai/DeepSeek-R1"],
    ["deepseek-chat", "deepseek-ai/DeepSeek-V3"],
    ["deepseek-chat", "deepseek-coder"],
    ["gpt-4", "gpt-4o"],
    ["gpt-4o", "gpt-4o-mini"],
    ["gpt-4.1", "gpt-4-1"],
    ["mistral-large", "mistral-large-latest"],
    ["R1", "deepseek-ai/DeepSeek-R1"],
    ["openai/gpt-4o", "azure/gpt-4o"],
  ])("can be %s beside %s", (one, other) => {
    expect(faults({ tiers: { cheap: [one, other] } })).toEqual([]);
    expect(faults({ targets: { [other]: {} }, tiers: { cheap: [one, other] } })).toEqual([]);
    expect(faults({ targets: { [one]: {} }, tiers: { cheap: [one, other] } })).toEqual([]);
  });

  it("can be the last part of an id on another client", () => {
    const clients = { azure: someClient() };
    expect(faults({ clients, targets: { "azure/gpt-4o": { client: "azure" } }, tiers: { cheap: ["gpt-4o"] } })).toEqual(
      [],
    );
    expect(
      faults({ clients, clientRules: { "azure/*": "azure" }, tiers: { cheap: ["gpt-4o", "azure/gpt-4o"] } }),
    ).toEqual([]);
  });

  it("can be a short form that has a price, or that a target sends as its model", () => {
    expect(faults({ ...written, prices: { qwen: 1 }, tiers: { cheap: ["qwen"] } })).toEqual([]);
    expect(faults({ targets: { "eu/qwen": { model: "qwen" } }, tiers: { cheap: ["qwen", "eu/qwen"] } })).toEqual([]);
  });

  it("can be a short form that is written out", () => {
    expect(faults({ targets: { ...written.targets, qwen: {} }, tiers: { cheap: ["qwen", "Qwen/Qwen3-32B"] } })).toEqual(
      [],
    );
  });

  it("reports the later of two ids that differ in upper and lower case only", () => {
    expect(faults({ tiers: { cheap: ["org/Model-1"], premium: ["org/model-1"] } })).toEqual([
      'tiers.premium[0]: no target "org/model-1" (did you mean "org/Model-1"?)',
    ]);
  });
});

describe("the default tier", () => {
  it("suggests the tier that was meant", () => {
    expect(faults({ defaultTier: "Cheap" })).toEqual(['defaultTier: no tier "Cheap" (did you mean "cheap"?)']);
  });

  it("names the tiers there are", () => {
    expect(faults({ tiers: { cheap: ["a-1"], premium: ["b-1"] }, defaultTier: "zebra" })).toEqual([
      'defaultTier: no tier "zebra"; there are "cheap", "premium"',
    ]);
  });
});

describe("clients", () => {
  const pro = someClient();

  it("can not be unknown to a target", () => {
    expect(faults({ clients: { pro }, targets: { a: { client: "prp" } } })).toEqual([
      'targets.a.client: no client "prp" (did you mean "pro"?)',
    ]);
    expect(faults({ clients: { pro }, targets: { a: { client: "azure" } } })).toEqual([
      'targets.a.client: no client "azure"; there are "default", "pro"',
    ]);
  });

  it("can not be unknown to a rule", () => {
    expect(faults({ clients: { pro }, clientRules: { "Pro/*": "por" } })).toEqual([
      'clientRules["Pro/*"]: no client "por" (did you mean "pro"?)',
    ]);
  });

  it("can not take the name of the wrapped client", () => {
    expect(faults({ clients: { default: pro } })).toEqual([
      'clients.default: "default" is the client given as client; choose another name',
    ]);
  });

  it("can name the wrapped client default", () => {
    const client = someClient();
    expect(faults({ client, clients: { default: client } })).toEqual([]);
  });
});

describe("limits of clients", () => {
  it("can not be those of a client that does not exist", () => {
    expect(faults({ clients: { standard: someClient() }, clientLimits: { standart: { concurrency: 1 } } })).toEqual([
      'clientLimits.standart: no client "standart" (did you mean "standard"?)',
    ]);
  });

  it("can be those of the wrapped client, under either of its names but not both", () => {
    const client = someClient();
    const clients = { standard: client };
    const limits = { concurrency: 1 };
    expect(faults({ client, clients, clientLimits: { standard: limits } })).toEqual([]);
    expect(faults({ client, clients, clientLimits: { default: limits } })).toEqual([]);
    expect(faults({ client, clients, clientLimits: { standard: limits, default: limits } })).toEqual([
      'clientLimits.default: is the client "standard", which has limits already',
    ]);
  });

  it("are held against the clients for their keys, too", () => {
    expect(faults({ keyLimits: { standart: { concurrency: 1 } } })).toEqual([
      'keyLimits.standart: no client "standart"; the only client is "default"',
    ]);
  });
});

describe("rules for clients", () => {
  const clients = { pro: someClient(), direct: someClient() };
  const clientRules = { "Pro/*": "pro" };

  it("keep a model that they match off every other client", () => {
    const targets = { "Pro/a-1": { client: "default" }, b: { model: "Pro/b-1", client: "direct" } };
    expect(faults({ clients, clientRules, targets })).toEqual([
      'targets["Pro/a-1"].client: by the rule "Pro/*" the model "Pro/a-1" goes to the client "pro", never to "default"',
      'targets.b.client: by the rule "Pro/*" the model "Pro/b-1" goes to the client "pro", never to "direct"',
    ]);
  });

  it("keep a model that they do not match off the clients they name", () => {
    expect(
      faults({ clients, clientRules: { ...clientRules, "*-dedicated": "pro" }, targets: { a: { client: "pro" } } }),
    ).toEqual([
      'targets.a.client: the client "pro" takes only models that match "Pro/*" or "*-dedicated", and "a" does not',
    ]);
  });

  it("keep a model that they do not match off the wrapped client, when they name it", () => {
    const changes = { clients, clientRules: { "org/*": "default" }, targets: { a: {} }, tiers: { cheap: ["gpt-4o"] } };
    expect(faults(changes)).toEqual([
      'tiers.cheap[0]: the client "default" takes only models that match "org/*", and "gpt-4o" does not',
      'targets.a: the client "default" takes only models that match "org/*", and "a" does not',
    ]);
  });

  it("let a target choose among the clients of all rules that match", () => {
    const targets = { a: { model: "Pro/a", client: "direct" }, b: { model: "Pro/b", client: "pro" } };
    expect(faults({ clients, clientRules: { "Pro/*": "pro", "Pro*": "direct" }, targets })).toEqual([]);
  });

  it("know the wrapped client by its other name too", () => {
    const client = someClient();
    const targets = { "Pro/a": {}, b: { client: "standard" }, c: { client: "default" } };
    expect(faults({ client, clients: { standard: client, pro: someClient() }, clientRules, targets })).toEqual([]);
  });

  it("tell upper from lower case, and take every character but * for itself", () => {
    const targets = { "pro/a": { client: "default" }, "Pro/a": { client: "default" }, "Pro.a": { client: "default" } };
    expect(faults({ clients, clientRules: { "Pro.*": "pro" }, targets })).toEqual([
      'targets["Pro.a"].client: by the rule "Pro.*" the model "Pro.a" goes to the client "pro", never to "default"',
    ]);
  });
});

describe("aliases", () => {
  it("can not be called auto", () => {
    expect(faults({ aliases: { auto: "cheap" } })).toEqual([
      'aliases.auto: "auto" means already that a classifier picks the tier; choose another name',
    ]);
  });

  it.each([
    [{ a: "a" }, 'aliases.a: goes round in a circle: "a" → "a"'],
    [{ a: "b", b: "a" }, 'aliases.a: goes round in a circle: "a" → "b" → "a"'],
    [{ x: "a", a: "b", b: "c", c: "a" }, 'aliases.a: goes round in a circle: "a" → "b" → "c" → "a"'],
  ])("can not go round in a circle: %j", (aliases, fault) => {
    expect(faults({ aliases })).toEqual([fault]);
  });

  it.each([
    ["Cheap", "cheap"],
    ["cheep", "cheap"],
    ["balancde", "balanced"],
    ["Auto", "auto"],
    ["qwen", "Qwen/Qwen3-32B"],
    ["qwen/qwen3-32b", "Qwen/Qwen3-32B"],
    ["GPT-4", "gpt-4"],
  ])("can not mean %j where %j is there", (meaning, meant) => {
    const tiers = { cheap: ["Qwen/Qwen3-32B"], balanced: ["Qwen/Qwen3-32B"] };
    expect(faults({ tiers, aliases: { "gpt-4": "cheap", mine: meaning } })).toEqual([
      `aliases.mine: no tier, target or alias "${meaning}" (did you mean "${meant}"?)`,
    ]);
  });

  it("can mean auto, a tier, a target, an alias and any other model id", () => {
    const aliases = {
      "gpt-4o": "auto",
      "gpt-4": "cheap",
      "gpt-3": "small-model-1",
      "gpt-2": "gpt-3",
      "gpt-1": "org/Other-1",
    };
    expect(faults({ aliases })).toEqual([]);
  });

  it("can have the name of a target, so that its callers are moved while tiers still use it", () => {
    expect(faults({ aliases: { "small-model-1": "auto" } })).toEqual([]);
  });
});

describe("the baseline", () => {
  it("needs a price", () => {
    expect(faults({ baseline: "big" })).toEqual(['baseline: no price is known for "big"; add it to prices']);
  });

  it("can be a model of the bundled prices", () => {
    expect(faults({ baseline: "gpt-4o" })).toEqual([]);
  });

  it("can not be a model of the bundled prices when they are switched off", () => {
    expect(faults({ baseline: "gpt-4o", bundledPrices: false })).toEqual([
      'baseline: no price is known for "gpt-4o"; add it to prices',
    ]);
  });

  it("suggests the model with a price that was meant", () => {
    expect(faults({ baseline: "gpt4o", prices: { "gpt-4o": 10 } })).toEqual([
      'baseline: no price is known for "gpt4o" (did you mean "gpt-4o"?)',
    ]);
  });

  it("can be a target without a price of its own whose model has one", () => {
    expect(faults({ baseline: "big", targets: { big: { model: "gpt-4o" } }, prices: { "gpt-4o": 10 } })).toEqual([]);
  });

  it("can not be a target without a price", () => {
    expect(faults({ baseline: "big", targets: { big: {} } })).toEqual([
      'baseline: no price is known for "big"; add it to prices',
    ]);
  });
});
