import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const installTimeoutMs = 600_000;

/** Installs packages in an empty folder; gives the folder. */
export async function install(folder: string, ...given: readonly string[]): Promise<string> {
  await mkdir(folder);
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ private: true }));
  const quietly = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
  await run("npm", ["install", ...quietly, ...given], { cwd: folder, timeout: installTimeoutMs });
  return folder;
}

/** What a command prints. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; timeout?: number },
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, options);
    return stdout;
  } catch (error) {
    const { code, killed, stdout, stderr } = error as {
      code: unknown;
      killed: boolean;
      stdout: string;
      stderr: string;
    };
    const why = killed ? `did not end within ${options.timeout} ms` : `ended with ${String(code)}`;
    throw new Error(`${command} ${args.join(" ")} ${why}.\n${stdout}${stderr}`, { cause: error });
  }
}
