/** A test for a pattern in which `*` stands for any text, also none. Case counts, and every other character is itself. */
export function wildcard(pattern: string): (text: string) => boolean {
  const [head = "", ...parts] = pattern.split("*");
  const tail = parts.pop();
  if (tail === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(head)) return false;
    const end = endOf(parts, text, head.length);
    return end !== undefined && text.length - tail.length >= end && text.endsWith(tail);
  };
}

/**
 * The patterns for what both lists match. Of two patterns that overlap and none of which is within the other, such as `eu-*`
 * and `*-1`, nothing is left: no pattern can say it, and too little is safer than too much.
 */
export function commonPatterns(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...within(some, others), ...within(others, some)])];
}

// A pattern is within another when that matches its text: what `*` stands for in the one, a `*` of the other takes too.
function within(patterns: readonly string[], wider: readonly string[]): readonly string[] {
  const tests = wider.map(wildcard);
  return patterns.filter((pattern) => tests.some((test) => test(pattern)));
}

/** Where the last of the parts ends when each is taken at the first place after the one before it. */
function endOf(parts: readonly string[], text: string, start: number): number | undefined {
  let end = start;
  for (const part of parts) {
    const found = text.indexOf(part, end);
    if (found === -1) return undefined;
    end = found + part.length;
  }
  return end;
}
