import { UsageError } from "./usage-error.ts";

const units = new Map([
  ["", 1],
  ["k", 1e3],
  ["m", 1e6],
  ["b", 1e9],
  ["t", 1e12],
]);

/**
 * Reads `5M,50M,1.5B` as tokens.
 * @throws UsageError when one of them is no number of tokens
 */
export function parseStages(text: string): readonly number[] {
  return text.split(",").map(parseTokens);
}

function parseTokens(text: string): number {
  const [, digits = "", unit = ""] = /^\s*([\d_]+(?:\.\d+)?)\s*([kmbt]?)\s*$/i.exec(text) ?? [];
  const tokens = Math.round(Number.parseFloat(digits.replaceAll("_", "")) * (units.get(unit.toLowerCase()) ?? 1));
  if (Number.isSafeInteger(tokens) && tokens >= 1) return tokens;
  throw new UsageError(`--stages: ${JSON.stringify(text)} is no number of tokens; write 5000000, 500k, 5M or 1.5B`);
}
