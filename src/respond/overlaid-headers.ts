import { inspect } from "node:util";
import { between } from "../lib/between.ts";
import { routerPrefix, withRouterHeaders, type RouterHeaders } from "./router-headers.ts";

interface Overlay {
  readonly added: RouterHeaders;
  /** A plain copy with all headers, once somebody asked for more than to read them. */
  whole: Headers | undefined;
}

const overlayKey = Symbol("modelrouter.headers");

interface Overlaid {
  [overlayKey]?: Overlay;
}

/**
 * The provider's headers with the router's added. It is the original object still, which shows more than it holds: hardly
 * anybody reads the headers of an answer, and to copy them costs more than all that the router writes down about the call.
 */
export function overlaid(original: Headers, added: RouterHeaders): Headers {
  (original as Overlaid)[overlayKey] = { added, whole: undefined };
  return overlay(original);
}

function overlayOf(headers: Headers): Overlay {
  const held = (headers as Overlaid)[overlayKey];
  if (held === undefined) throw new TypeError("Illegal invocation");
  return held;
}

const otherMethods = ["append", "delete", "forEach", "getSetCookie", "has", "keys", "set", "values", inspect.custom];

const overlay = between<Headers>((base) => {
  const iterate = (headers: Headers): Iterator<[string, string]> => iterator(base, headers);
  const others = otherMethods.map((name) => [name, throughWhole(base, name)] as const);
  return {
    methods: {
      get: (headers, name: string) => valueOf(base, headers, name),
      entries: iterate,
      [Symbol.iterator]: iterate,
      ...Object.fromEntries(others),
    },
  };
});

function throughWhole(base: Headers, name: string | symbol): (headers: Headers, ...args: never[]) => unknown {
  return (headers, ...args) => {
    const whole = wholeOf(base, headers);
    return (Reflect.get(whole, name) as (...given: never[]) => unknown).apply(whole, args);
  };
}

function valueOf(base: Headers, headers: Headers, name: string): string | null {
  const { added, whole } = overlayOf(headers);
  if (whole !== undefined) return whole.get(name);
  const lower = typeof name === "string" ? name.toLowerCase() : "";
  if (!lower.startsWith(routerPrefix)) return base.get.call(headers, name);
  return added.find(([known]) => known === lower)?.[1] ?? null;
}

function iterator(base: Headers, headers: Headers): Iterator<[string, string]> {
  const { added, whole } = overlayOf(headers);
  return whole === undefined ? merged(base.entries.call(headers), added)[Symbol.iterator]() : whole.entries();
}

// Headers are iterated by name in rising order; both sides are.
function merged(original: Iterable<[string, string]>, added: RouterHeaders): [string, string][] {
  const all: [string, string][] = [];
  let next = 0;
  const addUpTo = (name: string): void => {
    for (let entry = added[next]; entry !== undefined && entry[0] < name; entry = added[next]) {
      all.push([entry[0], entry[1]]);
      next += 1;
    }
  };
  for (const entry of original) {
    if (entry[0] > routerPrefix) addUpTo(entry[0]);
    // What a provider says in the router's name is not passed on.
    if (!entry[0].startsWith(routerPrefix)) all.push(entry);
  }
  addUpTo(afterAll);
  return all;
}

const afterAll = "\uffff";

function wholeOf(base: Headers, headers: Headers): Headers {
  const held = overlayOf(headers);
  if (held.whole !== undefined) return held.whole;
  const original = new Headers([...base.entries.call(headers)]);
  held.whole = withRouterHeaders(original, held.added);
  return held.whole;
}
