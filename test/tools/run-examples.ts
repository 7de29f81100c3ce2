/** Runs every program of `examples/` against the built package, and holds what it prints against what it shows. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { runAll } from "./shown-output.ts";

const folder = "examples";
const names = (await readdir(folder)).filter((name) => name.endsWith(".ts")).toSorted();
if (names.length === 0) throw new Error(`There are no programs in ${folder}/.`);
await runAll(names.map((name) => ({ source: path.join(folder, name) })));
