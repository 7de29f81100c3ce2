import type { Price } from "../glossary.ts";

/** A price that comes with the package: what one host asked for a model on one day. */
export interface BundledPrice {
  /** Model ids it holds for: the model's name, and the dated snapshots that cost the same. */
  readonly models: readonly string[];
  /** Host of the API that asks it, such as `api.openai.com`. At another host the same id may cost something else. */
  readonly host: string;
  /** USD per 1,000,000 tokens of text, at the standard rate. */
  readonly price: Price;
  /** The page where the host publishes it, or a catalogue that copies it. */
  readonly source: string;
  /** The day on which that page said so, `YYYY-MM-DD`. */
  readonly asOf: string;
}

/** What the prices of one page have in common. */
export type PricePage = Pick<BundledPrice, "host" | "source" | "asOf">;

/** A line of a page: the ids and their price, and the day it was read, where that is another than the page's. */
export type PriceLine = readonly [models: readonly string[], price: Price, asOf?: string];

/** The prices of one page. */
export function pricesOn(page: PricePage, lines: readonly PriceLine[]): readonly BundledPrice[] {
  return lines.map(([models, price, asOf = page.asOf]) => ({ ...page, models, price, asOf }));
}
