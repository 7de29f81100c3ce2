import { endsOf } from "../openai/prompt.ts";
import { reasoningWords, type ScriptWords } from "./reasoning-words.ts";
import { wordScan, type WordScan } from "./word-scan.ts";

interface Search {
  readonly script: RegExp;
  readonly pattern: RegExp;
}

// What a user wants of a long text stands before or after it.
const readChars = 512;

/**
 * A function that finds the first word in a text that asks for reasoning. Of more than 512 characters it reads half of
 * that at the beginning and half at the end.
 * @param extra - more words, in any script; a `*` at the end stands for any ending
 */
export function reasoningFinder(extra: readonly string[]): (text: string) => string | undefined {
  const scan = asciiScan(extra);
  const search = anyScriptSearch(extra);
  return (text) => {
    const { length } = text;
    const half = readChars >> 1;
    // Most texts are ASCII: they need no normal form, and no look for other scripts.
    const first = scan(text, 0, length > readChars ? half : length);
    if (first === "beyond_ascii") return search(text);
    if (first.found !== undefined || length <= readChars) return first.found;
    const second = scan(text, length - half, length);
    return second === "beyond_ascii" ? search(text) : second.found;
  };
}

function anyScriptSearch(extra: readonly string[]): (text: string) => string | undefined {
  const searches = reasoningWords.map(searchFor);
  if (extra.length > 0) searches.push({ script: /./, pattern: ownWords(extra) });
  return (text) => {
    const lower = endsOf([text], readChars).toLowerCase().normalize("NFC");
    for (const { script, pattern } of searches) {
      const found = script.test(lower) ? pattern.exec(lower) : null;
      if (found !== null) return found[0];
    }
    return undefined;
  };
}

function asciiScan(extra: readonly string[]): WordScan {
  const latin = reasoningWords.filter(({ script }) => script.test("a"));
  const words = [...latin.flatMap(wordsOf), ...extra.map((word) => word.toLowerCase())];
  // A word that begins with a sign is found by the other search alone.
  if (extra.some((word) => !/^[\w\x80-\uffff]/.test(word))) return () => "beyond_ascii";
  return wordScan(
    words.filter((word) => /^[\0-\x7f]*$/.test(word)),
    latin.flatMap(({ patterns }) => patterns),
  );
}

function wordsOf({ words }: ScriptWords): string[] {
  return Object.values(words).flatMap((ofLanguage) => ofLanguage.split(/,\s+/));
}

function searchFor(scriptWords: ScriptWords): Search {
  const { script, letters, patterns } = scriptWords;
  const letter = letters === "" ? "" : `[${letters}]`;
  // Without the flag "u", which slows the search down and which these patterns do not need.
  return { script, pattern: new RegExp(sourceOf(wordsOf(scriptWords), letter, patterns)) };
}

function ownWords(words: readonly string[]): RegExp {
  const lower = words.map((word) => word.toLowerCase().normalize("NFC"));
  return new RegExp(sourceOf(lower, anyLetter, []), "v");
}

// Of the scripts that set words apart with spaces.
const anyLetter =
  "[[\\p{L}\\p{M}\\p{N}_]--[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}]]";

function sourceOf(words: readonly string[], letter: string, patterns: readonly string[]): string {
  const stems = words.filter((word) => word.endsWith("*")).map((word) => word.slice(0, -1));
  const whole = words.filter((word) => !word.endsWith("*"));
  // The whole words stand together, plain and sorted: that is what V8 makes a fast search of.
  const alternatives = [
    ...(whole.length > 0 ? [`(?:${sorted(whole)})${letter && `(?!${letter})`}`] : []),
    ...(stems.length > 0 ? [sorted(stems)] : []),
    ...patterns,
  ];
  return `${letter && `(?<!${letter})`}(?:${alternatives.join("|")})`;
}

function sorted(words: readonly string[]): string {
  return words.toSorted().map(escaped).join("|");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
