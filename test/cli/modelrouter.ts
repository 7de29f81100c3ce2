import { execFile } from "node:child_process";
import path from "node:path";
import { run } from "../../src/cli/run.ts";

/** What a program left behind. */
export interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

const main = path.join(import.meta.dirname, "../../src/cli/main.ts");

/** Runs the command line as a process of its own. */
export async function modelrouter(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

/** The same within this process: for the many cases of which a process of its own would show no more. */
export async function modelrouterHere(...args: readonly string[]): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  const code = await run(args, {
    stdout: (text) => (written.stdout += text),
    stderr: (text) => (written.stderr += text),
  });
  return { code, ...written };
}
