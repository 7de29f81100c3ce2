const maxSamples = 2_048;

/**
 * About how many tokens texts have.
 *
 * A tokenizer would be exact for one family of models and slow for a long text. This is a rule of thumb on a sample of at
 * most 2,048 characters: 4 characters a token where letters are Latin (OpenAI's own rule for English), 1 for Chinese,
 * Japanese, Korean and emoji, 2 for other scripts. The last two are assumptions, on the high side for current models.
 */
export function tokensOfTexts(texts: readonly string[]): number {
  let chars = 0;
  for (const text of texts) chars += text.length;
  const step = Math.max(1, Math.ceil(chars / maxSamples));
  let samples = 0;
  let tokens = 0;
  let at = 0;
  for (const text of texts) {
    for (; at < text.length; at += step) {
      tokens += tokensOfChar(text.charCodeAt(at));
      samples += 1;
    }
    at -= text.length;
  }
  return samples === 0 ? 0 : Math.ceil((tokens / samples) * chars);
}

/** By UTF-16 code unit. From U+2E80 on come the CJK scripts, and the halves of surrogate pairs: emoji, rare Han. */
function tokensOfChar(code: number): number {
  if (code < 0x250) return 0.25;
  return code < 0x2e80 ? 0.5 : 1;
}

// In UTF-8 the same rule is 4 bytes a token, for Latin letters and other scripts alike; for CJK, which has 3, it is low.
const bytesPerToken = 4;

/** About how many tokens a text of so many bytes has: for streams, whose text is never put together. */
export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken);
}
