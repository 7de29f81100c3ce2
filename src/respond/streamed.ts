/** A streamed answer as the caller gets it: the provider's response with another body and headers. */
export function streamed(original: Response, headers: Headers, body: ReadableStream<Uint8Array> | null): Response {
  const { status, statusText } = original;
  const response = new Response(body, { status, statusText, headers });
  for (const name of ["url", "type", "redirected"] as const) {
    Object.defineProperty(response, name, { value: original[name], configurable: true });
  }
  return response;
}
