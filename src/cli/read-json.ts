import { readFile } from "node:fs/promises";
import { isRouterError } from "../errors.ts";

/** Reads a file that is JSON. No message shows what is in it, as that may be a key. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new Error(`${file}: ${whyUnreadable(error)}`, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    const [where = ""] = / \(line \d+ column \d+\)/.exec(String(error)) ?? [];
    throw new Error(`${file}: is no valid JSON${where}`, { cause: error });
  }
}

/** Runs a check of what a file holds, and puts the file's name before every fault. */
export function inFile<T>(file: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!isRouterError(error)) throw error;
    const lines = error.message.split("\n").map((fault) => `${file}: ${fault}`);
    throw new Error(lines.join("\n"), { cause: error });
  }
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "is a folder, not a file",
  EACCES: "may not be read",
};

function whyUnreadable(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return unreadable[code] ?? message;
}
