import type { Price, PriceOrigin } from "../glossary.ts";
import type { Client, RouterOptions } from "../options.ts";
import { bundledPriceOf } from "../prices/bundled-prices.ts";
import { routerDefaults } from "./defaults.ts";

/** What a target costs, and who says so. */
export interface Priced {
  readonly price: Price | undefined;
  readonly priceFrom: PriceOrigin | undefined;
}

/** A target whose price is looked up. */
export interface PricedTarget {
  readonly model: string;
  /** Name of its client; `default` is the wrapped client. */
  readonly client: string;
  /** The price written at the target itself. */
  readonly price: Price | undefined;
}

const unknown: Priced = { price: undefined, priceFrom: undefined };

/** Looks prices up: the target's own, then the user's by model id, then the bundled one of the host that is called. */
export class PriceBook {
  readonly #prices: ReadonlyMap<string, Price>;
  /** Client name → host of its base URL; undefined when the bundled prices are switched off. */
  readonly #hosts: ReadonlyMap<string, string> | undefined;

  constructor({ client, clients, prices = {}, bundledPrices = routerDefaults.bundledPrices }: RouterOptions) {
    this.#prices = new Map(Object.entries(prices));
    this.#hosts = bundledPrices ? hostsOf({ ...clients, default: client }) : undefined;
  }

  /** What the user has said, by model id. */
  get prices(): ReadonlyMap<string, Price> {
    return this.#prices;
  }

  priceOf({ model, client, price }: PricedTarget): Priced {
    if (price !== undefined) return { price, priceFrom: "target" };
    const own = this.#prices.get(model);
    if (own !== undefined) return { price: own, priceFrom: "prices" };
    const host = this.#hosts?.get(client);
    const bundled = host === undefined ? undefined : bundledPriceOf(model, host);
    return bundled === undefined ? unknown : { price: bundled.price, priceFrom: "bundled" };
  }

  /** The price of a model that is not called: as the wrapped client's host asks, else as the table's first host does. */
  listed(model: string): Price | undefined {
    const { price } = this.priceOf({ model, client: "default", price: undefined });
    return price ?? (this.#hosts === undefined ? undefined : bundledPriceOf(model)?.price);
  }
}

function hostsOf(clients: Readonly<Record<string, Client>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(clients).flatMap(([name, { baseURL }]) => hostOf(name, baseURL)));
}

function hostOf(name: string, baseURL: string): [string, string][] {
  const url = URL.parse(baseURL);
  return url === null ? [] : [[name, url.hostname]];
}
