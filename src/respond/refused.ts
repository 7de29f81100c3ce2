/** A provider's error answer, read to its end. */
export interface Refused {
  readonly response: Response;
  readonly text: string;
}

/** What is added to or taken from a provider's error answer. */
export interface RefusedOptions {
  readonly headers: Headers;
  /** The client must not retry: the router has. */
  readonly final: boolean;
  redact(text: string): string;
}

/** A provider's own error, as it came but for keys that it echoes. */
export function refused({ response, text }: Refused, { headers, final, redact }: RefusedOptions): Response {
  const { status, statusText } = response;
  // A status without a body (an opaque redirect has status 0) can not be built again, and holds nothing to black out.
  if (status < 200) return response;
  for (const [name, value] of headers) {
    const clean = redact(value);
    if (clean !== value) headers.set(name, clean);
  }
  if (final) headers.set("x-should-retry", "false");
  // Of bytes: a response made of a text gets a content type, where the provider has sent none.
  const body = text === "" ? null : new TextEncoder().encode(redact(text));
  const rebuilt = new Response(body, { status, statusText: redact(statusText), headers });
  Object.defineProperty(rebuilt, "url", { value: response.url, configurable: true });
  return rebuilt;
}
