import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { simulationChart } from "./simulation-chart.ts";

test("the chart of a simulation is what that simulation gives: npm run chart writes it", async () => {
  const shown = await readFile(new URL("../../docs/simulation.svg", import.meta.url), "utf8");
  expect(await simulationChart()).toBe(shown);
}, 120_000);
