import { readFile } from "node:fs/promises";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import * as index from "../../src/index.ts";
import { prometheusExporter } from "../../src/exporters/prometheus.ts";
import * as planning from "../../src/planning/index.ts";
import * as simulation from "../../src/simulation/index.ts";
import * as testing from "../../src/testing/index.ts";
import { eventNames } from "../requests/event-names.ts";
import { startSingle } from "../requests/setup.ts";
import { readPages } from "./code-blocks.ts";

const pages = await readPages();
const text = pages.map((page) => page.text).join("\n");

function pageOf(file: string): string {
  return pages.find(({ name }) => name === `docs/${file}`)?.text ?? "";
}

const exported = Object.entries({ index, planning, simulation, testing }).flatMap(([entry, module]) =>
  Object.keys(module).map((name) => ({ entry, name })),
);

test.each(exported)("$name of $entry is on a page", ({ name }) => {
  expect(new RegExp(`\\b${name}\\b`).test(text)).toBe(true);
});

test.each(eventNames)("the event %s has a row in the table of events", (name) => {
  const rows = pageOf("5-seeing-what-happens.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  expect(rows.filter((row) => row.split("|")[1]?.includes(`\`${name}\``))).toHaveLength(1);
});

test("each metric for Prometheus is on the page on monitoring", async () => {
  await using single = await startSingle();
  const registry = new Registry();
  single.router.attach(prometheusExporter({ registry }));
  const names = registry.getMetricsAsArray().map(({ name }) => name.replace("modelrouter_", ""));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !pageOf("13-monitoring.md").includes(`\`${name}\``))).toEqual([]);
});

test("each metric for OpenTelemetry is on the page on monitoring", async () => {
  const source = await readFile(new URL("../../src/exporters/otel-metrics.ts", import.meta.url), "utf8");
  const names = [...source.matchAll(/meter\.create\w+\("([^"]+)"/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !pageOf("13-monitoring.md").includes(`\`${name}\``))).toEqual([]);
});
