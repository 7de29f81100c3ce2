/**
 * Nothing is loaded from elsewhere, no script or style stands in the page, no text becomes markup, no other page may frame
 * or read it, and nothing of it is kept.
 */
const headers: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

/** An answer with the headers that all answers have. */
export function answer(
  body: string | ReadableStream<Uint8Array>,
  type: string,
  { status = 200, ...more }: AnswerOptions = {},
): Response {
  return new Response(body, { status, headers: { ...headers, "content-type": type, ...more.headers } });
}

interface AnswerOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer in words, for people and logs. */
export function said(status: number, text: string, more: Readonly<Record<string, string>> = {}): Response {
  return answer(`${text}\n`, "text/plain; charset=utf-8", { status, headers: more });
}
