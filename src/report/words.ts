/** A share in words. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** A cost in words, in three digits: an answer may cost less than a millionth of a USD. */
export function costWords(usd: number | undefined): string {
  return usd === undefined ? "–" : `$${usd.toLocaleString("en", { maximumSignificantDigits: 3, useGrouping: false })}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
