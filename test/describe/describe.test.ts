import * as fc from "fast-check";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { diagram } from "../../src/describe/diagram.ts";
import { ModelRouter, type RouterOptions } from "../../src/index.ts";
import { resolveConfig } from "../../src/config/resolve.ts";

const client = new OpenAI({ baseURL: "https://global-apis.com/v1", apiKey: "sk-secret-of-the-wrapped-client" });
const pro = new OpenAI({ baseURL: "https://global-apis.com/v1", apiKey: "sk-secret-of-pro" });

const always = { name: "always cheap", classify: () => ({ tier: "cheap", confidence: 1, reason: "as ever" }) };

function page(options: Partial<RouterOptions> = {}): string {
  return new ModelRouter({ client, tiers: { cheap: ["a", "b"] }, bundledPrices: false, ...options }).describe();
}

/** The lines under a heading. */
function under(heading: string, text: string): string {
  return text.split(`## ${heading}\n\n`)[1]?.split("\n\n## ")[0]?.trim() ?? "";
}

describe("the page about a configuration", () => {
  it("draws each tier with its chain, numbered, and names what classifies", () => {
    expect(page({ tiers: { cheap: ["a", "b"], premium: ["b"] }, classifier: always })).toContain(`\`\`\`mermaid
flowchart LR
  call(["a call"])
  classify{{"auto: always cheap"}}
  call --> classify
  tier0["cheap (default)"]
  classify --> tier0
  tier0 -->|first| t0
  tier0 -.->|2.| t1
  tier1["premium"]
  classify --> tier1
  tier1 -->|first| t1
  t0("a")
  t1("b")
\`\`\``);
  });

  it("says what the model of a call means, aliases too", () => {
    expect(under("What `model` means", page({ aliases: { "gpt-4o": "auto" } }))).toContain(
      "| `gpt-4o` | the same as `auto` |",
    );
  });

  it("lists targets with model, client, region, price and limits, and leaves columns out that nobody fills", () => {
    const text = page({
      clients: { pro },
      targets: { b: { client: "pro", model: "big", region: "eu", price: 2.5, limits: { requestsPerMinute: 50 } } },
    });
    expect(under("Targets", text)).toBe(
      [
        "| target | model | client | region | a million tokens | limits |",
        "| --- | --- | --- | --- | --- | --- |",
        "| `b` | `big` | `pro` | eu | $2.5 | 50 requests a minute |",
        "| `a` |  | `default` |  | unknown |  |",
      ].join("\n"),
    );
  });

  it("says of a budget whose it is, how much, and what then", () => {
    const budgets = {
      day: { limitUsd: 5, per: "day", tier: "cheap", onSpent: "warn" },
      teams: { limitUsd: 50, per: "month", tag: { team: "*" }, timeZone: "Europe/Berlin" },
    } as const;
    expect(
      under("Budgets", page({ budgets, prices: { a: 1, b: 1 } }))
        .split("\n")
        .slice(2),
    ).toEqual([
      "| `day` | tier cheap | $5 a day | UTC | calls go through, an event tells | 80 % |",
      "| `teams` | each team for itself | $50 a month | Europe/Berlin | calls are refused | 80 % |",
    ]);
  });

  it("says where calls may go", () => {
    const text = page({
      clients: { pro },
      clientRules: { "Pro/*": "pro" },
      residency: [{ tags: { tenant: "acme" }, allowedRegions: ["eu-*"] }],
    });
    expect(under("Where calls may go", text)).toBe(
      [
        "- Models `Pro/*` go to the client `pro`, and to no other.",
        String.raw`- residency\[0\] (tag tenant=acme): only regions ${"`eu-*`"}, also for fallbacks and classifiers.`,
      ].join("\n"),
    );
  });

  it("says once what holds everywhere, and where it differs where", () => {
    expect(under("When a target is given up on", page())).toMatch(
      /^Everywhere: first content 1 min; .*1 retry; breaker/u,
    );
    const text = under("When a target is given up on", page({ targets: { b: { retry: false, breaker: false } } }));
    expect(text).toContain("| `a` in `cheap` |");
    expect(text).toMatch(/^\| `b` in `cheap` \| .*no retries; no breaker \|$/mu);
  });

  it("has the failure table", () => {
    expect(under("What a failure does", page())).toContain("| 429 | no | yes | rests the target |");
  });

  it("names no key", () => {
    const text = page({ clients: { pro }, keys: { pro: ["sk-one-of-two", "sk-two-of-two"] } });
    expect(text).not.toContain("sk-");
  });

  it("stays one diagram and whole tables whatever the names are", () => {
    const name = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 3 }), (ids) => {
        const tiers = { main: ids };
        let config: ReturnType<typeof resolveConfig>;
        try {
          config = resolveConfig({ client, tiers, bundledPrices: false });
        } catch {
          return;
        }
        const lines = diagram(config).split("\n");
        expect(lines.at(-1)).toBe("```");
        expect(lines.slice(1, -1).filter((line) => !/^(flowchart LR| {2}\w+)/u.test(line))).toEqual([]);
        expect(lines.filter((line) => (line.match(/"/gu)?.length ?? 0) % 2 === 1)).toEqual([]);
        const rows = under("Targets", page({ tiers })).split("\n");
        expect(rows).toHaveLength(2 + config.targets.size);
        expect(new Set(rows.map((row) => row.split(/(?<!\\)\|/u).length)).size).toBe(1);
      }),
      { numRuns: 200 },
    );
  });
});
