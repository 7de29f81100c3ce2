import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

interface Listed {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly entryPoints: readonly string[];
}

async function read(file: string): Promise<Listed> {
  return JSON.parse(await readFile(new URL(`../../${file}`, import.meta.url), "utf8")) as Listed;
}

it("has an entry of the API reference for each that the package exports: npm run reference writes it", async () => {
  const { exports } = await read("package.json");
  const { entryPoints } = await read("typedoc.json");
  const names = Object.keys(exports).filter((name) => !name.endsWith(".json"));
  const entries = entryPoints.map((file) => file.replace(/^src/, ".").replace(/(\/index)?\.ts$/, ""));
  expect(entries.toSorted()).toEqual(names.toSorted());
});
