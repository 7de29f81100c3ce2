import { measureFailover } from "./failover.ts";
import type { Part } from "./part.ts";
import { startProvider } from "./provider-process.ts";
import { measureThroughput } from "./throughput.ts";

/** What the router costs with a real connection between the client and a provider in another process. */
export async function measureOnTheWire(): Promise<Part> {
  using provider = await startProvider();
  const throughput = await measureThroughput(provider.baseURL);
  const failover = await measureFailover(provider.baseURL);
  return {
    tables: [...throughput.tables, ...failover.tables],
    bounds: [...throughput.bounds, ...failover.bounds],
  };
}
