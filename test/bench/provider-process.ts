import { fork } from "node:child_process";
import { once } from "node:events";

/** A provider in its own process. */
export interface ProviderProcess extends Disposable {
  readonly baseURL: string;
}

/** Starts a provider; disposing of it ends its process. */
export async function startProvider(): Promise<ProviderProcess> {
  const child = fork(new URL("./server.ts", import.meta.url), { execArgv: [] });
  const [port] = (await once(child, "message")) as [number];
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    [Symbol.dispose]: () => child.disconnect(),
  };
}
