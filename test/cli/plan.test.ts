import { describe, expect, it } from "vitest";
import { makePlan } from "../../src/planning/make-plan.ts";
import { referencePlan } from "../../src/planning/reference-plan.ts";
import { modelrouter, modelrouterHere } from "./modelrouter.ts";
import { testFolder } from "./test-folder.ts";

const { pathOf, write } = testFolder();
const plan = async (...args: string[]) => modelrouterHere("plan", ...args);
const usage = "Try: modelrouter plan --help";

const config = {
  client: { apiKeyEnv: "NOT_SET_ANYWHERE" },
  clients: { pro: { apiKeyEnv: "NOT_SET_EITHER" } },
  clientRules: { "Pro/*": "pro" },
  tiers: { small: ["a-1"], large: { targets: ["Pro/b-2", "a-1"], strategy: "priority" } },
  prices: { "a-1": { promptUsd: 1, completionUsd: 6 }, "Pro/b-2": 10 },
  baseline: "Pro/b-2",
};

describe("modelrouter plan", () => {
  it("prints the reference table", async () => {
    expect(await modelrouter("plan")).toEqual({
      code: 0,
      stderr: "",
      stdout: `USD for a month of tokens  each 1M     5M     50M      500M         5B  saving
──────────────────────────────────────────────────────────────────────────────
mix                          0.367   1.84   18.35    183.50   1,835.00  96.3 %
  80 % cheap                  0.25   1.00   10.00    100.00   1,000.00
  15 % balanced               0.28   0.21    2.10     21.00     210.00
  5 % premium                 2.50   0.63    6.25     62.50     625.00
all on cheap                  0.25   1.25   12.50    125.00   1,250.00  97.5 %
all on balanced               0.28   1.40   14.00    140.00   1,400.00  97.2 %
all on premium                2.50  12.50  125.00  1,250.00  12,500.00  75.0 %
all on gpt-4o                10.00  50.00  500.00  5,000.00  50,000.00   0.0 %

cheap: deepseek-ai/DeepSeek-V4-Flash
balanced: Qwen/Qwen3-32B
premium: Pro/deepseek-ai/DeepSeek-V3.2
saving: against all on gpt-4o

budget for premium, USD    5M   50M   500M      5B
──────────────────────────────────────────────────
expected a month         0.63  6.25  62.50  625.00
cap a month              0.94  9.38  93.75  937.50
cap a day                0.07  0.62   6.17   61.65
warn in a day at 80 %    0.06  0.50   4.94   49.32

caps: 50 % above what is expected, a day up to 2 times the average
`,
    });
  });

  it("prints the whole plan as JSON", async () => {
    const { stdout, code } = await modelrouter("plan", "--json");
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(makePlan(referencePlan))));
    expect(code).toBe(0);
  });

  it("takes a mix and stages", async () => {
    const { stdout } = await plan("--mix", "cheap=60, premium=40 %", "--stages", "2_000_000,750k,1.5b", "--json");
    const mix = { cheap: 0.6, premium: 0.4 };
    const expected = makePlan({ ...referencePlan, mix, stages: [2_000_000, 750_000, 1_500_000_000] });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(expected)));
    expect((await plan("--stages", "2_000_000,750k,1.5b")).stdout).toMatch(/ 2M +750k +1\.5B /);
  });

  it("takes tiers, prices and the baseline from a configuration, without any key", async () => {
    const router = await write("router.json", config);
    const { stdout, stderr, code } = await plan("--config", router, "--mix", "small=90,large=10");
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toContain("all on Pro/b-2               10.00  50.00");
    expect(stdout).toContain("  90 % small                  2.00   9.00");
    expect(stdout).toContain("large: Pro/b-2\n");
    expect(stdout).toContain("tokens: 80 % prompt, 20 % completion\n");
  });

  it("takes everything else from a plan file, and lets the command line win", async () => {
    const router = await write("router.json", config);
    const outage = { revenuePerHourUsd: 1000, uptime: 0.999, premiumUptime: 0.9999 };
    const file = await write("plan.json", {
      mix: { small: 1 },
      stages: [1e6],
      traffic: { promptShare: 0.5 },
      outage,
      features: { titles: { tokensPerCall: 1000, callsPerUser: 300, revenuePerUserUsd: 1 } },
    });
    const { stdout } = await plan("--config", router, "--plan", file, "--mix", "small=50,large=50");
    expect(stdout.split("\n\n")).toEqual([
      expect.stringMatching(/^USD for a month of tokens {2}each 1M {5}1M {2}saving\n/),
      expect.stringContaining("tokens: 50 % prompt, 50 % completion"),
      expect.stringMatching(/^budget for large, USD /),
      expect.stringMatching(/^caps: /),
      `outages, USD a month                     1M
───────────────────────────────────────────
lost at 99.9 %, down 8.76 h a year   730.00
lost at 99.99 %, down 0.88 h a year   73.00
premium tier costs                     5.00
gain of the premium tier             652.00
pays from revenue an hour of           7.61`,
      `features, USD a month   a call  revenue  models  margin            covered  break-even a user
─────────────────────────────────────────────────────────────────────────────────────────────
titles                 0.00675     1.00    2.03   -1.03  -102.5 %       no               2.03
`,
    ]);
  });

  it("lets a plan file change a price of the reference plan", async () => {
    const file = await write("gpt.json", { prices: { "gpt-4o": { promptUsd: 2.5, completionUsd: 10 } } });
    const { stdout } = await plan("--plan", file);
    expect(stdout).toMatch(/^mix .* 90\.8 %$/m);
    expect(stdout).toMatch(/^all on gpt-4o +4\.00 +20\.00 /m);
  });

  it("shows nothing of the reference plan for a plan file with prices and names of its own", async () => {
    const file = await write("own.json", { mix: { "x-1": 1 }, prices: { "x-1": 4 }, stages: [1e6] });
    const { stdout } = await plan("--plan", file);
    expect(stdout).toMatch(/^mix +4\.00 +4\.00\n {2}100 % x-1 +4\.00 +4\.00\n\nbudget/m);
  });

  it("shows a cost below a cent as such", async () => {
    expect((await plan("--stages", "1k")).stdout).toMatch(/^mix +0\.367 +<0\.01 /m);
  });

  it("prints its help", async () => {
    const { stdout, code } = await plan("--config", "nowhere.json", "--help");
    expect(stdout).toMatch(/^Usage: modelrouter plan \[options\]\n/);
    expect(code).toBe(0);
  });
});

describe("a command line at fault", () => {
  it.each([
    [["--jsn"], `Unknown option '--jsn' (did you mean "--json"?)`],
    [["--hlep"], `Unknown option '--hlep' (did you mean "--help"?)`],
    [["cheap=80"], "Unexpected argument 'cheap=80'"],
    [["--stages"], "Option '--stages <value>' argument missing"],
    [["--json=yes"], "Option '--json' does not take an argument"],
    [["--stages", "5X"], `--stages: "5X" is no number of tokens; write 5000000, 500k, 5M or 1.5B`],
    [["--stages", "5M,"], `--stages: "" is no number of tokens; write 5000000, 500k, 5M or 1.5B`],
    [["--stages", "0"], `--stages: "0" is no number of tokens; write 5000000, 500k, 5M or 1.5B`],
    [["--mix", "cheap=80"], "--mix: must add up to 100 percent, got 80"],
    [["--mix", "cheap"], `--mix: "cheap" is no share; write it as in --mix cheap=80,balanced=15,premium=5`],
    [["--mix", "cheap=-5"], `--mix: "cheap=-5" is no share; write it as in --mix cheap=80,balanced=15,premium=5`],
    [["--mix", "cheap=50,cheap=50"], `--mix: "cheap" is there twice`],
  ])("ends with 2 for %j", async (args, fault) => {
    expect(await plan(...args)).toEqual({ code: 2, stdout: "", stderr: `modelrouter: ${fault}\n${usage}\n` });
  });

  it("ends with 2 when tiers have other names and no mix is given", async () => {
    const router = await write("router.json", config);
    const { code, stderr } = await plan("--config", router);
    expect(stderr).toContain(
      "say how the tokens are shared out, in percent: --mix small=…,large=…, or mix in a plan file",
    );
    expect(code).toBe(2);
  });
});

describe("anything else at fault", () => {
  it("ends with 1 and the path for a name that is not there", async () => {
    expect(await plan("--mix", "cheap=90,premum=10")).toEqual({
      code: 1,
      stdout: "",
      stderr: `modelrouter: mix.premum: no tier or price "premum" (did you mean "premium"?)\n`,
    });
  });

  it.each([
    ["nowhere.json", undefined, "there is no such file"],
    [".", undefined, "is a folder, not a file"],
    ["broken.json", `{ "a": 1,\n}`, "is no valid JSON (line 2 column 1)"],
    ["list.json", [], "must be an object, got an array"],
    ["odd.json", { ...config, teirs: {} }, `teirs: is not an option (did you mean "tiers"?)`],
    ["empty.json", { ...config, tiers: { small: [] } }, "tiers.small: has no targets; name at least one"],
  ])("ends with 1 for a configuration in %s", async (name, content, fault) => {
    const file = content === undefined ? pathOf(name) : await write(name, content);
    expect(await plan("--config", file)).toEqual({ code: 1, stdout: "", stderr: `modelrouter: ${file}: ${fault}\n` });
  });

  it("names the plan file and every path in it", async () => {
    const file = await write("odd-plan.json", { stages: ["5M"], budget: { headrom: 1 } });
    expect((await plan("--plan", file)).stderr.split("\n")).toEqual([
      `modelrouter: ${file}: stages[0]: must be a whole number of tokens, 1 or more, got "5M"`,
      `modelrouter: ${file}: budget.headrom: is not an option (did you mean "headroom"?)`,
      "",
    ]);
  });

  it("never shows a key, also not one in a file that is no JSON", async () => {
    const leak = await write("leak.json", { ...config, client: { apiKey: "sk-secret-1", apiKeyEnv: "KEY" } });
    const broken = await write("broken.json", "sk-secret-2");
    for (const file of [leak, broken]) {
      const { code, stdout, stderr } = await plan("--config", file);
      expect(code).toBe(1);
      expect(stdout + stderr).not.toContain("secret");
    }
  });
});
