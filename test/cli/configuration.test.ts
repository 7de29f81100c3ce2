import { describe, expect, it } from "vitest";
import { modelrouterHere } from "./modelrouter.ts";
import { testFolder } from "./test-folder.ts";

const { pathOf, write } = testFolder();

const config = {
  client: { baseURL: "https://global-apis.com/v1", apiKeyEnv: "NOT_SET_ANYWHERE" },
  tiers: { cheap: ["small", "large"], balanced: ["small"], premium: ["large"] },
};

describe("modelrouter schema", () => {
  it("prints the schema that comes with the package", async () => {
    const { code, stdout } = await modelrouterHere("schema");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ title: "Configuration of modelrouter", required: ["client", "tiers"] });
  });

  it("is named by a configuration without being an option of the router", async () => {
    const file = await write("named.json", { $schema: "./node_modules/modelrouter/schema.json", ...config });
    expect(await modelrouterHere("check", file)).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("modelrouter check", () => {
  it("says that a configuration holds, and which variables are not set", async () => {
    const file = await write("good.json", config);
    expect(await modelrouterHere("check", file)).toEqual({
      code: 0,
      stderr: "",
      stdout: `${file}: holds (3 tiers, 2 targets)\n${file}: the environment variable NOT_SET_ANYWHERE is not set\n`,
    });
  });

  it("takes a variable that is not set for a fault when it is strict", async () => {
    const file = await write("strict.json", config);
    expect(await modelrouterHere("check", file, "--strict")).toMatchObject({
      code: 1,
      stderr: `modelrouter: ${file}: the environment variable NOT_SET_ANYWHERE is not set\n`,
    });
  });

  it("prints every fault with the file and its path", async () => {
    const file = await write("bad.json", { ...config, defaultTier: "premum", retry: { maxRetries: -1 } });
    const { code, stderr } = await modelrouterHere("check", file);
    expect(code).toBe(1);
    expect(stderr).toContain(`modelrouter: ${file}: retry.maxRetries: must be`);
  });

  it("names what a configuration refers to and does not have", async () => {
    const file = await write("dangling.json", { ...config, defaultTier: "premum" });
    expect(await modelrouterHere("check", file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${file}: defaultTier`) as string,
    });
  });

  it("asks for the file when there is none", async () => {
    expect(await modelrouterHere("check")).toEqual({
      code: 2,
      stdout: "",
      stderr: "modelrouter: file is missing\nTry: modelrouter check --help\n",
    });
  });
});

describe("modelrouter describe", () => {
  it("prints the page about a configuration, without keys", async () => {
    const { code, stdout } = await modelrouterHere("describe", await write("described.json", config));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# How calls are routed\n\n```mermaid\n/u);
  });
});

describe("modelrouter explain", () => {
  it("says what would happen to a prompt, and sends nothing", async () => {
    const file = await write("explained.json", config);
    const { code, stdout } = await modelrouterHere("explain", "Compare and analyse these.", "--config", file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Tier "premium", decided by heuristic .*\nWould be tried in this order:\n1\. large/u);
  });

  it("gives the explanation as JSON, by the hints it is given", async () => {
    const file = await write("hinted.json", { ...config, classifier: { type: "task", tiers: { urgent: "premium" } } });
    const { stdout } = await modelrouterHere("explain", "Hi?", "--config", file, "--task", "urgent", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ tier: "premium", decidedBy: "task" });
  });

  it.each([
    [["Hi?"], "--config is missing: which configuration?"],
    [["Hi", "there", "--config", "router.json"], "one prompt is taken, got 2; put it in quotes"],
    [["Hi?", "--config", "router.json", "--tag", "team"], '--tag takes name=value, got "team"'],
  ])("says what is wrong with %j", async (args, fault) => {
    await write("router.json", config);
    const here = args.map((arg) => (arg === "router.json" ? pathOf(arg) : arg));
    expect(await modelrouterHere("explain", ...here)).toEqual({
      code: 2,
      stdout: "",
      stderr: `modelrouter: ${fault}\nTry: modelrouter explain --help\n`,
    });
  });
});
