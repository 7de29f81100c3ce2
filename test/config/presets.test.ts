import { afterEach, describe, expect, it, vi } from "vitest";
import { globalApi } from "../../src/config/presets.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { costOf } from "../../src/record/cost.ts";
import { ModelRouter } from "../../src/router.ts";
import { faultsOf } from "./options-of.ts";

const keys = { standardKey: "ga_standard", proKey: "ga_pro_dedicated" };
const flash = "deepseek-ai/DeepSeek-V4-Flash";

afterEach(() => vi.unstubAllEnvs());

describe("globalApi", () => {
  it("has the tiers cheap, balanced and premium, each led by its own model", () => {
    const { tiers } = resolveConfig(globalApi(keys));
    expect([...tiers.values()].map(({ name, targets }) => [name, targets[0]?.id])).toEqual([
      ["cheap", flash],
      ["balanced", "Qwen/Qwen3-32B"],
      ["premium", "Pro/deepseek-ai/DeepSeek-V3.2"],
    ]);
  });

  it("sends Pro/ ids with the pro key, and the others with the standard key", () => {
    const { targets, clients, meaningOf } = resolveConfig(globalApi(keys));
    const keyOf = (client: string) => clients.get(client)?.apiKey;
    expect([...targets.values()].map(({ id, client }) => [id, keyOf(client)])).toEqual([
      [flash, "ga_standard"],
      ["Qwen/Qwen3-32B", "ga_standard"],
      ["Pro/deepseek-ai/DeepSeek-V3.2", "ga_pro_dedicated"],
    ]);
    expect(meaningOf("Pro/deepseek-ai/DeepSeek-R1")).toMatchObject({ target: { client: "pro" } });
    expect(meaningOf("deepseek-ai/DeepSeek-R1")).toMatchObject({ target: { client: "default" } });
  });

  it("has no Pro/ target without a pro key, and lets Qwen3 lead the premium tier", () => {
    const { tiers, clients } = resolveConfig(globalApi({ standardKey: "ga_standard" }));
    expect([...tiers.values()].map(({ targets }) => targets.map(({ id }) => id))).toEqual([
      [flash, "Qwen/Qwen3-32B"],
      ["Qwen/Qwen3-32B", flash],
      ["Qwen/Qwen3-32B", flash],
    ]);
    expect([...clients.keys()]).toEqual(["default"]);
  });

  it("calls Global API, or the URL that is given", () => {
    expect(globalApi(keys).client.baseURL).toBe("https://global-apis.com/v1");
    const { client, clients } = globalApi({ ...keys, baseURL: "http://127.0.0.1:1/v1" });
    expect([client.baseURL, clients.pro?.baseURL]).toEqual(["http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1"]);
  });

  it("asks the task classifier first, then the heuristic one", () => {
    expect(resolveConfig(globalApi(keys)).classifiers.map(({ name }) => name)).toEqual(["task", "heuristic"]);
  });

  it("knows the price of every target", () => {
    const { targets } = resolveConfig(globalApi(keys));
    expect([...targets.values()].map(({ price }) => price)).toEqual([0.25, 0.28, 2.5]);
  });

  it.each([
    [5e6, 1.25, 50],
    [50e6, 12.5, 500],
    [500e6, 125, 5000],
    [5e9, 1250, 50_000],
  ])("costs for %d tokens on the default model %d USD, against %d on gpt-4o", (tokens, own, other) => {
    const { baseline, targets } = resolveConfig(globalApi(keys));
    const usage = {
      promptTokens: tokens / 5,
      completionTokens: (tokens / 5) * 4,
      totalTokens: tokens,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
    };
    expect(costOf(usage, targets.get(flash)?.price)).toBeCloseTo(own, 6);
    expect(costOf(usage, baseline?.price)).toBeCloseTo(other, 6);
  });

  it("takes nothing from the environment, which is for another provider", () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-other");
    vi.stubEnv("OPENAI_ADMIN_KEY", "sk-other");
    vi.stubEnv("OPENAI_ORG_ID", "org-other");
    vi.stubEnv("OPENAI_PROJECT_ID", "proj-other");
    const { client, clients } = globalApi(keys);
    const own = { adminAPIKey: null, organization: null, project: null };
    expect(client).toMatchObject({ ...own, apiKey: "ga_standard" });
    expect(clients.pro).toMatchObject({ ...own, apiKey: "ga_pro_dedicated" });
  });

  it.each([
    [{}, ["standardKey: must be an API key, got nothing"]],
    [
      { standardKey: undefined, proKey: 5 },
      ["standardKey: must be an API key, got nothing", "proKey: must be an API key, got a number"],
    ],
    [
      { standardKey: ["ga_1", "ga_pro_2", ""], proKey: [] },
      [
        "standardKey[1]: is a pro key (ga_pro_…), which serves Pro/ ids only",
        "standardKey[2]: must be an API key, and is empty",
        "proKey: must be an API key or a list of keys, and is empty",
      ],
    ],
    [
      { standardKey: " ", proKey: "" },
      ["standardKey: must be an API key, and is empty", "proKey: must be an API key, and is empty"],
    ],
    [{ standardKey: "ga_pro_secret" }, ["standardKey: is a pro key (ga_pro_…), which serves Pro/ ids only"]],
  ])("refuses %j", (given, faults) => {
    vi.stubEnv("OPENAI_API_KEY", "sk-other");
    expect(faultsOf(() => globalApi(given as never))).toEqual(faults);
  });
});

it("takes several keys of each kind", () => {
  const router = new ModelRouter(globalApi({ standardKey: ["ga_1", "ga_2"], proKey: ["ga_pro_1", "ga_pro_2"] }));
  expect(Object.entries(router.health().keys).map(([client, health]) => [client, health.length])).toEqual([
    ["default", 2],
    ["pro", 2],
  ]);
});
