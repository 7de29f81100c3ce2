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
