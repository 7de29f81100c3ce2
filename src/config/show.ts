const keyLike = /^\s*(?:(?:bearer|basic)\s+)?(?:sk-|ga_|gsk_|xai-|hf_|pplx-|nvapi-|AIza)/i;

/** Whether a text begins as the keys of providers do. */
export function looksLikeKey(text: string): boolean {
  return keyLike.test(text);
}

/** A value of a configuration as a message may show it: short, and never a key. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return value.length > 60 || looksLikeKey(value) ? "a string" : JSON.stringify(value);
  return kindOf(value);
}

/** What kind of value it is, with its article: for values whose content no message may show. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** A name of the configuration in quotes, or `…` in its place when it looks like a key. */
export function quote(name: string): string {
  return looksLikeKey(name) ? '"…"' : JSON.stringify(name);
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** A path as one writes it in code: `tiers.premium[0]`, `prices["gpt-4o"].promptUsd`. */
export function showPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((shown, key) => {
    if (typeof key === "number") return `${shown}[${key}]`;
    const name = String(key);
    if (!identifier.test(name) || looksLikeKey(name)) return `${shown}[${quote(name)}]`;
    return shown === "" ? name : `${shown}.${name}`;
  }, "");
}
