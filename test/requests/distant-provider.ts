import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startProvider } from "../../src/testing/index.ts";

/** A provider in a process of its own: it goes on while the loop of this one stands still. */
export interface DistantProvider extends Disposable {
  readonly url: string;
  /** How many requests it has had. */
  hits(): Promise<number>;
}

/** Starts one that answers after so many ms. */
export async function startDistant(latencyMs: number): Promise<DistantProvider> {
  const child = fork(fileURLToPath(import.meta.url), [String(latencyMs)], { execArgv: [] });
  const [url] = (await once(child, "message")) as [string];
  return {
    url,
    async hits() {
      child.send("hits");
      const [hits] = (await once(child, "message")) as [number];
      return hits;
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

async function serve(latencyMs: number): Promise<void> {
  const provider = await startProvider({ latencyMs });
  process.send?.(provider.url);
  process.on("message", () => process.send?.(provider.hits()));
  process.on("disconnect", () => process.exit());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(Number(process.argv[2]));
