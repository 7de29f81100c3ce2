/** What a scan looks for: it begins where a word begins. */
interface Entry {
  /** In lower-case ASCII. */
  readonly text: string;
  /** Whether it must end where it ends; else any ending will do. */
  readonly whole: boolean;
  /** What must match there, where the text alone does not say. */
  readonly pattern: RegExp | undefined;
}

/** The word that was found, or that there is none; `beyond_ascii` when the scan met a character that it can not read. */
export type Scanned = { readonly found: string | undefined } | "beyond_ascii";

/** Looks at a text from one offset up to another. */
export type WordScan = (text: string, from: number, to: number) => Scanned;

// Three letters are too few: many a common word begins like one that is looked for.
const maxKeyLength = 4;
const nothing: Scanned = { found: undefined };

// The classes of ASCII: 0 for what sets words apart, else the number of the letter, large or small.
const alphabet = "0123456789_abcdefghijklmnopqrstuvwxyz";
const width = alphabet.length + 1;
const classes = Uint8Array.from({ length: 128 }, (_, code) => {
  return alphabet.indexOf(String.fromCharCode(code).toLowerCase()) + 1;
});

// States of the scan: inside of a word that is none of those looked for, and before a word. The others are beginnings.
const inside = 0;
const before = 1;

/**
 * A function that finds the first of many words, all in lower case, at the beginning of a word of a text; a `*` at the end
 * stands for any ending. A pattern is a regular expression that begins with letters.
 *
 * One regular expression of hundreds of alternatives is as quick in a loop of its own, but its machine code is so large
 * that it is cold at each call of a busy process. This is one look into a small table for each character.
 */
export function wordScan(words: readonly string[], patterns: readonly string[] = []): WordScan {
  const { table, firstEnd, ends } = tableOf([...words.map(wordEntry), ...patterns.map(patternEntry)]);
  return (text, from, to) => {
    let state = before;
    for (let at = from; at < to; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 127) return "beyond_ascii";
      state = table[state * width + (classes[code] ?? 0)] ?? inside;
      if (state < firstEnd) continue;
      const found = foundAt(text, at, ends[state - firstEnd]);
      if (found !== undefined) return { found };
    }
    return nothing;
  };
}

interface KeyEnd {
  readonly entries: readonly Entry[];
  /** How far behind its last character the key begins. */
  readonly reach: number;
}

interface ScanTable {
  /** State and class → state. */
  readonly table: Uint16Array;
  /** The first of the states in which a key has ended: they come last. */
  readonly firstEnd: number;
  /** What may stand there, by state from the first on. */
  readonly ends: readonly KeyEnd[];
}

function tableOf(entries: readonly Entry[]): ScanTable {
  const byKey = Map.groupBy(entries, ({ text }) => keyOf(text));
  const beginnings = new Set([...byKey.keys()].flatMap(beginningsOf));
  const states = [...[...beginnings].filter((text) => !byKey.has(text)), ...byKey.keys()];
  const stateOf = new Map(states.map((text, index) => [text, before + 1 + index]));
  const table = new Uint16Array((before + 1 + states.length) * width);
  for (let state = 0; state * width < table.length; state += 1) table[state * width] = before;
  for (const [text, state] of stateOf) {
    const from = text.length === 1 ? before : (stateOf.get(text.slice(0, -1)) ?? inside);
    table[from * width + classOf(text.at(-1))] = state;
  }
  return {
    table,
    firstEnd: before + 1 + states.length - byKey.size,
    ends: [...byKey].map(([key, found]) => ({ entries: found, reach: key.length - 1 })),
  };
}

function beginningsOf(key: string): readonly string[] {
  return Array.from(key, (_, index) => key.slice(0, index + 1));
}

/** The letters that it begins with, so many at most. */
function keyOf(text: string): string {
  const key = text.slice(0, maxKeyLength);
  for (let end = 0; end < key.length; end += 1) if (classOf(key[end]) === 0) return key.slice(0, end);
  return key;
}

function classOf(letter = ""): number {
  return classes[letter.charCodeAt(0)] ?? 0;
}

function wordEntry(word: string): Entry {
  const whole = !word.endsWith("*");
  return { text: whole ? word : word.slice(0, -1), whole, pattern: undefined };
}

function patternEntry(source: string): Entry {
  const [text = ""] = /^[a-z]+/.exec(source) ?? [];
  return { text, whole: false, pattern: new RegExp(source, "iy") };
}

function foundAt(text: string, at: number, end: KeyEnd | undefined): string | undefined {
  if (end === undefined) return undefined;
  for (const entry of end.entries) if (isAt(text, at - end.reach, entry)) return entry.text;
  return undefined;
}

function isAt(text: string, at: number, { text: word, whole, pattern }: Entry): boolean {
  if (text.slice(at, at + word.length).toLowerCase() !== word) return false;
  if (whole) return !isLetter(text.charCodeAt(at + word.length));
  if (pattern === undefined) return true;
  pattern.lastIndex = at;
  return pattern.test(text);
}

// Behind the end of the text the code is NaN. What is beyond ASCII may be a letter: the scan is about to meet it.
function isLetter(code: number): boolean {
  return code > 127 || (classes[code] ?? 0) > 0;
}
