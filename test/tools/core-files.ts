/**
 * Copies what `import "modelrouter"` loads to `.tmp/core`, for `size-limit`: the chunks of the build are shared with entries that
 * few import, and their names do not say whose they are.
 */
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";

const dist = path.join(import.meta.dirname, "../../dist");
const core = path.join(import.meta.dirname, "../../.tmp/core");

async function filesFrom(entry: string): Promise<ReadonlySet<string>> {
  const files = new Set([entry]);
  for (const file of files) {
    const code = await readFile(path.join(dist, file), "utf8");
    for (const [, name = ""] of code.matchAll(/(?:from|import|require\()\s*["']\.\/([\w-]+\.c?js)["']/g))
      files.add(name);
  }
  return files;
}

await rm(core, { recursive: true, force: true });
for (const [format, entry] of [
  ["esm", "index.js"],
  ["cjs", "index.cjs"],
] as const) {
  await mkdir(path.join(core, format), { recursive: true });
  for (const file of await filesFrom(entry)) await copyFile(path.join(dist, file), path.join(core, format, file));
}
