const prime = 0x01000193;

/**
 * A hash of texts, one after the other, as an integer of 53 bits, in well under a microsecond for a few hundred characters:
 * FNV-1a (Fowler, Noll, Vo) over UTF-16 code units in two lanes of 32 bits with different beginnings. Not for secrets.
 */
export function textHash(...texts: readonly string[]): number {
  let one = 0x811c9dc5;
  let two = 0x9747b28c;
  for (const text of texts) {
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      one = Math.imul(one ^ code, prime);
      two = Math.imul(two ^ code ^ (one >>> 15), prime);
    }
    // No code unit: where one text ends and the next begins is part of the hash.
    one = Math.imul(one ^ 0x10000, prime);
  }
  return (one >>> 0) * 2 ** 21 + (two >>> 11);
}
