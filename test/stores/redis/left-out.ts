import { accessSync, constants } from "node:fs";
import path from "node:path";

/** The redis-server that tests start, if there is one. */
export const binary = onPath("redis-server");

/** A Redis that runs already. */
export const givenUrl = process.env["REDIS_URL"];

/** Why the tests against Redis are left out, if they are. */
export const leftOut =
  binary === undefined && givenUrl === undefined
    ? "The tests against a real Redis are left out: there is no redis-server on PATH, and no REDIS_URL."
    : undefined;

/** vitest calls this once before all tests, and what it returns after them: said last, it is not overlooked. */
export function setup(): () => void {
  return () => {
    if (leftOut !== undefined) console.log(`\n${leftOut}\n`);
  };
}

function onPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
