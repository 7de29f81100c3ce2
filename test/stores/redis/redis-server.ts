import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { binary, givenUrl, leftOut } from "./left-out.ts";

/** A real Redis, for one test file. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Lets it stand still (and go on): it keeps its connections and answers nothing. */
  pause(): void;
  resume(): void;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

if (leftOut !== undefined && process.env["REDIS_TESTS"] === "required") throw new Error(leftOut);

/** Tests that need a Redis, any. */
export const needsRedis = { skip: leftOut !== undefined };

/** Tests that need a Redis of their own, to stop it or to set it up in a way of its own. */
export const needsOwnRedis = { skip: binary === undefined };

/** The Redis at `REDIS_URL`, or one of our own. */
export async function someRedis(): Promise<AsyncDisposable & { readonly url: string }> {
  if (givenUrl === undefined) return startRedis();
  return { url: givenUrl, [Symbol.asyncDispose]: async () => {} };
}

/** Starts a redis-server that keeps nothing on disk. */
export async function startRedis(options: { port?: number; flags?: readonly string[] } = {}): Promise<RedisServer> {
  const { port = await freePort(), flags = [] } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "modelrouter-redis-"));
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const server = spawn(binary ?? "redis-server", [...settings, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const killAtExit = (): void => void server.kill("SIGKILL");
  process.once("exit", killAtExit);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`redis-server ended with ${code} before it was ready.`)));
    server.stdout.on("data", (text: Buffer) => {
      if (text.includes("Ready to accept connections")) resolve();
    });
  });
  const kill = async (): Promise<void> => {
    process.off("exit", killAtExit);
    server.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pause: () => void server.kill("SIGSTOP"),
    resume: () => void server.kill("SIGCONT"),
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
