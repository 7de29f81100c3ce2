import type { Outline } from "../config/outline.ts";
import type { Price } from "../glossary.ts";
import { bundledPriceOf } from "../prices/bundled-prices.ts";

/** A client, or how to make one. */
interface CallingClient {
  readonly baseURL?: string | undefined;
  readonly azure?: object | undefined;
}

/** What a configuration says of the clients that its targets are called through. */
export interface CallingClients {
  /** The wrapped client, or the name of one of `clients`. */
  readonly client?: string | CallingClient | undefined;
  /** More clients by name. */
  readonly clients?: Readonly<Record<string, CallingClient>> | undefined;
  /** Model id pattern → name of the client for it. */
  readonly clientRules?: Readonly<Record<string, string>> | undefined;
  /** False when the prices that come with the package are not to be used. */
  readonly bundledPrices?: boolean | undefined;
}

/** Looks up what a model costs where the price that comes with the package holds: at the host that is called. */
export interface BundledPricing {
  /** @param client - name of the client; undefined where the rules say which */
  priceOf(model: string, client: string | undefined): Price | undefined;
  /** The price of a model that is not called: as the wrapped client's host asks, else as the table's first host does. */
  listed(model: string): Price | undefined;
}

export function bundledPricing(config: CallingClients, { bundledPrices, placement }: Outline): BundledPricing {
  const priceAt = (model: string, client: string): Price | undefined => {
    const host = hostOf(client, config);
    return host === undefined ? undefined : bundledPriceOf(model, host)?.price;
  };
  return {
    priceOf: (model, client = placement.clientOf(model)) => (bundledPrices ? priceAt(model, client) : undefined),
    listed: (model) => (bundledPrices ? (priceAt(model, "default") ?? bundledPriceOf(model)?.price) : undefined),
  };
}

function hostOf(name: string, { client, clients = {} }: CallingClients): string | undefined {
  const given = name === "default" && typeof client !== "string" ? client : clients[named(name, client)];
  return given === undefined ? undefined : URL.parse(baseURLOf(given) ?? "")?.hostname;
}

function named(name: string, client: CallingClients["client"]): string {
  return name === "default" && typeof client === "string" ? client : name;
}

// One that is written out calls OpenAI where it names no other URL; the host of Azure is nobody's who publishes prices.
function baseURLOf({ baseURL, azure }: CallingClient): string | undefined {
  return azure === undefined ? (baseURL ?? "https://api.openai.com/v1") : undefined;
}
