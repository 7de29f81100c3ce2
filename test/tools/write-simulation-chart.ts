/** Writes the chart of docs/16-simulation.md. */
import { writeFile } from "node:fs/promises";
import { simulationChart } from "../docs/simulation-chart.ts";

await writeFile(new URL("../../docs/simulation.svg", import.meta.url), await simulationChart());
