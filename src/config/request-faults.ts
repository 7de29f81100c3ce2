import { isRecord } from "../lib/is-record.ts";
import { kindOf, quote } from "./show.ts";

/** What is wrong with headers that are to be added to calls; undefined when nothing is. Never shows a value. */
export function faultOfHeaders(headers: unknown): string | undefined {
  if (!isRecord(headers)) return `must be an object of header name → value, got ${kindOf(headers)}`;
  for (const [name, value] of Object.entries(headers)) {
    const fault = faultOfHeader(name, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfHeader(name: string, value: unknown): string | undefined {
  if (!isHeader(name, "")) return `${quote(name)} can not be the name of a header`;
  if (typeof value !== "string") return `${quote(name)} must be a string, got ${kindOf(value)}`;
  return isHeader(name, value) ? undefined : `${quote(name)} has characters that no header may have`;
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}

/** Body parameters that can not be set → why. */
export const madeElsewhere: ReadonlyMap<string, string> = new Map([
  ["model", "set the target's own model instead"],
  ["stream", "whether a call streams is up to its caller"],
  ["__proto__", "no provider knows it"],
]);

/** What is wrong with body parameters that are to be set on calls; undefined when nothing is. */
export function faultOfParams(params: unknown): string | undefined {
  if (!isRecord(params)) return `must be an object of body parameter → value, got ${kindOf(params)}`;
  const name = Object.keys(params).find((key) => madeElsewhere.has(key));
  return name === undefined ? undefined : `can not set ${quote(name)}: ${madeElsewhere.get(name)}`;
}
