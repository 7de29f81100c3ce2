import type { Awaitable } from "../glossary.ts";
import type { Items } from "./options.ts";

/** Where the items of a batch come from, one at a time. */
export interface Source<Item> {
  /** How many there are; `undefined` when nobody knows before they are read. */
  readonly total: number | undefined;
  next(): Awaitable<IteratorResult<Item, unknown>>;
  /** No more will be read. */
  close(): void;
}

/** @throws TypeError when there is nothing to go through, or only a text */
export function itemsFrom<Item>(items: Items<Item>): Source<Item> {
  const iterator = iteratorOf(items);
  return {
    total: totalOf(items),
    next: () => iterator.next(),
    close: () => void closed(iterator),
  };
}

function iteratorOf<Item>(items: Items<Item>): Iterator<Item, unknown> | AsyncIterator<Item, unknown> {
  if (typeof items === "object" && items !== null) {
    if (Symbol.asyncIterator in items) return items[Symbol.asyncIterator]();
    if (Symbol.iterator in items) return items[Symbol.iterator]();
  }
  throw new TypeError("batch() takes an array of items, or another iterable of them.");
}

function totalOf(items: object): number | undefined {
  if (Array.isArray(items)) return items.length;
  return items instanceof Set || items instanceof Map ? items.size : undefined;
}

// How an input cleans up is its own concern.
async function closed(iterator: Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch (error) {
    process.emitWarning(`The input of a batch threw when it was closed: ${String(error)}`, "ModelRouterWarning");
  }
}
