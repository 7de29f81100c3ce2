import { editDistance } from "./edit-distance.ts";

/**
 * Of the known names, the one that was probably meant. A name a few slips of the finger away comes first, then one
 * whose last path segment it is, then one that it is a part of or the other way round; upper and lower case are alike.
 */
export function suggest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestScore = Infinity;
  for (const candidate of known) {
    const score = unlikeness(name, candidate);
    if (score < bestScore) [best, bestScore] = [candidate, score];
  }
  return best;
}

function unlikeness(name: string, candidate: string): number {
  const limit = Math.min(3, Math.floor((name.length + 1) / 3));
  const lower = [name.toLowerCase(), candidate.toLowerCase()] as const;
  const distance = Math.min(editDistance(name, candidate, limit), editDistance(...lower, limit) + 0.5);
  return distance === Infinity ? unlikenessOfParts(...lower) : distance;
}

function unlikenessOfParts(name: string, candidate: string): number {
  if (lastSegment(name) === lastSegment(candidate)) return 10;
  const [short, long] = name.length < candidate.length ? [name, candidate] : [candidate, name];
  return short.length >= 3 && long.includes(short) ? 10 + long.length - short.length : Infinity;
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
