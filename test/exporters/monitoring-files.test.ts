import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { prometheusExporter } from "../../src/exporters/prometheus.ts";
import { startPair } from "../requests/setup.ts";

const run = promisify(execFile);
const alerts = new URL("../../docs/monitoring/alerts.yml", import.meta.url);
const dashboard = new URL("../../docs/monitoring/grafana.json", import.meta.url);

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

async function expressions(): Promise<readonly string[]> {
  const { panels } = JSON.parse(await readFile(dashboard, "utf8")) as Dashboard;
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

/** Names of all metrics that the exporter has, with what histograms add. */
async function exportedNames(): Promise<ReadonlySet<string>> {
  await using pair = await startPair();
  const registry = new Registry();
  pair.router.attach(prometheusExporter({ registry }));
  const metrics = await registry.getMetricsAsJSON();
  return new Set(metrics.flatMap(({ name }) => ["", "_bucket", "_count", "_sum"].map((part) => name + part)));
}

function namesIn(text: string): readonly string[] {
  return [...new Set(text.match(/\bmodelrouter_\w+/gu) ?? [])];
}

const promtool = await hasPromtool();

describe("the files for monitoring", () => {
  it.each([
    ["alerts.yml", alerts],
    ["grafana.json", dashboard],
  ])("ask for no metric that the exporter does not have: %s", async (_, file) => {
    const known = await exportedNames();
    const used = namesIn(await readFile(file, "utf8"));
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it("show every metric of a router in the dashboard or an alert, but for those that count rare events", async () => {
    const used = new Set(namesIn(`${await readFile(alerts, "utf8")}${await readFile(dashboard, "utf8")}`));
    const known = [...(await exportedNames())].filter((name) => !/_(bucket|count|sum)$/u.test(name));
    const hidden = known.filter((name) => !used.has(name) && !used.has(`${name}_bucket`));
    expect(hidden.map((name) => name.replace("modelrouter_", ""))).toEqual([
      "mended_streams_total",
      "unpriced_requests_total",
      "tagged_cost_usd_total",
      "classifier_failures_total",
      "rests_total",
      "sla_misses_total",
      "limits_reached_total",
      "budget_downgrades_total",
      "store_failures_total",
      "attempt_duration_seconds",
    ]);
  });

  describe.skipIf(!promtool)("checked with promtool", () => {
    it("hold rules that fire and are silent when they should", async () => {
      const { stdout } = await run("promtool", ["test", "rules", "test/exporters/alerts.yml"]);
      expect(stdout).toContain("SUCCESS");
    });

    it("hold expressions in the dashboard that Prometheus can read", async () => {
      const folder = await mkdtemp(join(tmpdir(), "dashboard-"));
      try {
        const rules = (await expressions()).map((expr, index) => ({
          record: `panel:${index}`,
          expr: expr.replaceAll("$__rate_interval", "5m").replaceAll("$router", "default"),
        }));
        const file = join(folder, "panels.yml");
        await writeFile(file, JSON.stringify({ groups: [{ name: "panels", rules }] }));
        const { stdout } = await run("promtool", ["check", "rules", file]);
        expect(stdout).toContain(`SUCCESS: ${rules.length} rules found`);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it("hold metrics that Prometheus finds no fault with", async () => {
      await using pair = await startPair();
      const registry = new Registry();
      pair.router.attach(prometheusExporter({ registry }));
      await pair.router.ask("Hi?");
      const text = await registry.metrics();
      const checked = run("promtool", ["check", "metrics"]);
      checked.child.stdin?.end(text);
      expect(await checked).toMatchObject({ stdout: "", stderr: "" });
    });
  });
});

async function hasPromtool(): Promise<boolean> {
  try {
    await run("promtool", ["--version"]);
    return true;
  } catch (error) {
    if (process.env["PROMTOOL_TESTS"] === "required") throw error;
    return false;
  }
}
