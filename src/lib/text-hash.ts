const prime = 0x01000193;

/**
 * A hash of a text as 16 hexadecimal digits, in well under a microsecond for a few hundred characters: FNV-1a (Fowler,
 * Noll, Vo) over UTF-16 code units in two lanes of 32 bits with different beginnings. Not for secrets.
 */
export function textHash(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x9747b28c;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, prime);
    two = Math.imul(two ^ code ^ (one >>> 15), prime);
  }
  return hex(one) + hex(two);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
