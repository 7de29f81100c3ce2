import OpenAI, { AzureOpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.ts";
import type { RouterOptions } from "../../src/options.ts";
import { faultsOf, optionsOf, someClient } from "./options-of.ts";

const give = async (): Promise<string> => "sk-given";
const options = (changes: Partial<RouterOptions>): RouterOptions => optionsOf(changes);
const faults = (keys: unknown) => faultsOf(() => resolveConfig(options({ keys } as never)));

describe("keys of a client", () => {
  it("are copies of the client with these keys, in their order", () => {
    const { keys } = resolveConfig(options({ keys: { default: ["sk-one", { apiKey: "sk-two", label: "spare" }] } }));
    const own = keys.get("default") ?? [];
    expect(own.map(({ label, client }) => [label, client.apiKey, client.baseURL])).toEqual([
      ["1", "sk-one", "http://127.0.0.1:1/v1"],
      ["spare", "sk-two", "http://127.0.0.1:1/v1"],
    ]);
  });

  it.each([
    ["a string", "sk-own"],
    ["a function", give],
  ])("are called through the client itself where the key is its own: %s", (_, apiKey) => {
    const client = new OpenAI({ apiKey, baseURL: "http://127.0.0.1:1/v1" });
    const { keys } = resolveConfig(options({ client, keys: { default: ["sk-one", { apiKey, label: "own" }] } }));
    expect(keys.get("default")?.map((key) => key.client === client)).toEqual([false, true]);
  });

  it("are those of default for another name of the wrapped client", () => {
    const client = someClient();
    const { keys } = resolveConfig(options({ client, clients: { standard: client }, keys: { standard: ["sk-one"] } }));
    expect([...keys.keys()]).toEqual(["default"]);
  });

  it("are held back from what providers say, as all that call are", () => {
    const { callers } = resolveConfig(options({ keys: { default: ["sk-one"] } }));
    expect(callers.map(({ apiKey }) => apiKey)).toEqual(["sk-never-shown", "sk-one"]);
  });

  it("are none where none were given", () => {
    expect(resolveConfig(options({})).keys.size).toBe(0);
  });
});

describe("keys are refused", () => {
  it.each([
    [["sk-one"], "keys: must be an object of client name → keys, got an array"],
    [{ default: "sk-one" }, "keys.default: must be an array of keys, got a string"],
    [{ default: [] }, "keys.default: has no keys; name at least one"],
    [
      { default: [5] },
      "keys.default[0]: must be an API key, a function that gives one, or an object with apiKey, got a number",
    ],
    [
      { default: [""] },
      "keys.default[0]: must be an API key, a function that gives one, or an object with apiKey, and is empty",
    ],
    [
      { default: [{ label: "a" }] },
      "keys.default[0].apiKey: must be an API key, or a function that gives one, got nothing",
    ],
    [
      { default: [{ apiKey: "sk-one", lable: "a" }] },
      'keys.default[0].lable: is not an option (did you mean "label"?)',
    ],
    [
      { default: [{ apiKey: "sk-one", ttlMs: -1 }] },
      "keys.default[0].ttlMs: must be milliseconds from 0, at most 2147483647, got -1",
    ],
    [
      { default: [{ apiKey: "one", label: "one" }] },
      "keys.default[0].label: is the key itself; it is shown in events, so choose another name",
    ],
    [
      { default: [{ apiKey: "one", label: "sk-one" }] },
      "keys.default[0].label: looks like a key; it is shown in events, so choose another name",
    ],
    [{ default: ["one", give, "one"] }, "keys.default[2]: is the same key as the one at [0]"],
    [{ default: [give, { apiKey: give }] }, "keys.default[1]: is the same key as the one at [0]"],
    [{ default: ["one", { apiKey: "two", label: "1" }] }, 'keys.default[1].label: "1" is the label of another key'],
    [{ pro: ["sk-one"] }, 'keys.pro: no client "pro"; the only client is "default"'],
  ])("%j", (keys, fault) => {
    expect(faults(keys)).toEqual([fault]);
  });

  it("that are given twice for one client", () => {
    const client = someClient();
    const twice = { client, clients: { standard: client }, keys: { default: ["sk-one"], standard: ["sk-two"] } };
    expect(faultsOf(() => resolveConfig(options(twice)))).toEqual([
      'keys.standard: is the same client as "default"; give its keys once',
    ]);
  });

  it("that the client can not take", () => {
    class Signed extends OpenAI {
      override withOptions(changes: object): this {
        if ("apiKey" in changes) throw new Error(`not ${String(changes.apiKey)}`);
        return super.withOptions(changes);
      }
    }
    const client = new Signed({ apiKey: "sk-own", baseURL: "http://127.0.0.1:1/v1" });
    expect(faultsOf(() => resolveConfig(options({ client, keys: { default: ["sk-one"] } })))).toEqual([
      "keys.default[0]: can not be given to this client, which has credentials of another kind; use a client for each key",
    ]);
  });
});

it("the same key for two organisations is two keys", () => {
  const keys = { default: ["one", { apiKey: "one", organization: "org-2" }] };
  expect(
    resolveConfig(options({ keys }))
      .keys.get("default")
      ?.map(({ client }) => client.organization),
  ).toEqual([null, "org-2"]);
});

it("keys of Azure keep its version and deployment", () => {
  const client = new AzureOpenAI({
    apiKey: "one",
    apiVersion: "2025-01-01",
    endpoint: "http://127.0.0.1:1",
    deployment: "d",
  });
  const [, second] = resolveConfig(options({ client, keys: { default: ["one", "two"] } })).keys.get("default") ?? [];
  expect(second?.client).toMatchObject({ apiKey: "two", apiVersion: "2025-01-01", deploymentName: "d" });
});
