import { suggest } from "../lib/suggest.ts";
import { quote } from "./show.ts";

/** Says that there is no such tier, target, client…, and which was probably meant or which there are. */
export function unknownName(kind: string, name: string, known: Iterable<string>): string {
  const names = [...known];
  return `no ${kind} ${quote(name)}${didYouMean(name, names) ?? listed(kind, names)}`;
}

/** ` (did you mean "premium"?)`, or undefined when nothing known is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const meant = suggest(name, known);
  return meant === undefined ? undefined : ` (did you mean ${quote(meant)}?)`;
}

const mostListed = 8;

function listed(kind: string, names: readonly string[]): string {
  if (names.length === 0 || names.length > mostListed) return "";
  if (names.length === 1) return `; the only ${kind} is ${quote(names[0] ?? "")}`;
  return `; there are ${names.map(quote).join(", ")}`;
}
