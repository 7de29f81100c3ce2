// Everyday words, none of which asks for reasoning: the classifier has to read all that it reads of a prompt.
const words =
  "the river keeps its course through fields of barley and past a mill where children count boats in early light while " +
  "someone carries bread along a narrow path under tall old trees beside quiet houses with open windows and red roofs";
const vocabulary = words.split(" ");

/** Texts of `chars` characters, no two of which begin alike: each is another conversation. */
export function prompts(count: number, chars: number): readonly string[] {
  return Array.from({ length: count }, (_, number) => prompt(number, chars));
}

/** The text with this number. */
export function prompt(number: number, chars: number): string {
  const picks = sequence(number + 1);
  const parts = [`Request ${number}:`];
  for (let length = 0; length < chars;) {
    const word = vocabulary[picks() % vocabulary.length] ?? "";
    parts.push(word);
    length += word.length + 1;
  }
  // Through a buffer and back: one flat string, as it would come out of a parser, and no tree of pieces.
  return Buffer.from(parts.join(" ").slice(0, chars)).toString();
}

// A linear congruential generator (Numerical Recipes): the same texts in every run.
function sequence(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
