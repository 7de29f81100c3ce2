// Of all scripts: ASCII, Greek, Armenian, Arabic, Ethiopic, interrobang, doubled marks, emoji, reversed, Vai, Bamum, small
// and full-width forms. An ASCII mark with a letter after it is part of a URL or of code.
const questionMark =
  /\?(?![\p{L}\p{N}_=&%]|\.\p{L})|[\u037e\u055e\u061f\u1367\u203d\u2047-\u2049\u2753\u2754\u2e2e\ua60f\ua6f7\ufe56\uff1f]/u;

/** Whether a text has a question mark, of whichever script. */
export function hasQuestionMark(text: string): boolean {
  return questionMark.test(text);
}

/** Whether a text has a code fence. */
export function hasCode(text: string): boolean {
  return text.includes("```") || text.includes("~~~");
}
