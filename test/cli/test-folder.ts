import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";

/** A folder that the tests of a file have for themselves. */
export interface TestFolder {
  /** Where a file would be. */
  pathOf(name: string): string;
  /** Writes a file, and gives its path. */
  write(name: string, content: unknown): Promise<string>;
}

/** Makes a folder before the tests of a file, and takes it away after them. */
export function testFolder(): TestFolder {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "modelrouter-cli-"));
  });
  afterAll(async () => rm(folder, { recursive: true }));
  const pathOf = (name: string): string => path.join(folder, name);
  return {
    pathOf,
    async write(name, content) {
      await writeFile(pathOf(name), typeof content === "string" ? content : JSON.stringify(content));
      return pathOf(name);
    },
  };
}
