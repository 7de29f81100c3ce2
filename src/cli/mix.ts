import { UsageError } from "./usage-error.ts";

const example = "write it as in --mix cheap=80,balanced=15,premium=5";

/**
 * Reads `cheap=80,premium=20`, in percent, as shares from 0 to 1.
 * @throws UsageError when it has another form or does not add up to 100
 */
export function parseMix(text: string): Readonly<Record<string, number>> {
  const percents = new Map<string, number>();
  for (const part of text.split(",")) {
    const [name, percent] = parsePart(part);
    if (percents.has(name)) throw new UsageError(`--mix: ${JSON.stringify(name)} is there twice`);
    percents.set(name, percent);
  }
  const sum = [...percents.values()].reduce((total, percent) => total + percent, 0);
  if (Math.abs(sum - 100) > 1e-4)
    throw new UsageError(`--mix: must add up to 100 percent, got ${Number(sum.toPrecision(6))}`);
  return Object.fromEntries([...percents].map(([name, percent]) => [name, percent / 100]));
}

/** The last `=` counts: a model id may have one. */
function parsePart(part: string): [string, number] {
  const [, name = "", percent = ""] = /^\s*(.*\S)\s*=\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(part) ?? [];
  if (name === "") throw new UsageError(`--mix: ${JSON.stringify(part)} is no share; ${example}`);
  return [name, Number(percent)];
}
