import type { Provider } from "./provider.ts";
import { providerOptions, type ProviderOptions } from "./provider-options.ts";
import { ProviderServer } from "./provider-server.ts";
import type { Step } from "./step.ts";

/**
 * Starts a provider simulator: a real HTTP server that speaks the OpenAI API, answers by script, fails on demand and
 * keeps what it received. For tests, demos and benchmarks.
 *
 * @example
 * ```ts
 * await using provider = await startProvider(500, 200);
 * const client = new OpenAI({ baseURL: provider.url, apiKey: "test" });
 * ```
 * @param script - one step for each of the first requests; later ones are answered normally
 */
export function startProvider(...script: Step[]): Promise<Provider>;
/**
 * Starts a provider simulator with more than a script.
 * @param options - script, models, keys, limits and more
 */
export function startProvider(options: ProviderOptions): Promise<Provider>;
export async function startProvider(...given: [ProviderOptions] | Step[]): Promise<Provider> {
  const server = new ProviderServer(providerOptions(given));
  await server.accept();
  return server;
}
