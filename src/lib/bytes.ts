/** Bytes as text, one character a byte: offsets in the text are offsets in the bytes. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Byte strings one behind the other; undefined when there are none. */
export function joined(parts: readonly Uint8Array[]): Uint8Array | undefined {
  return parts.length > 1 ? Buffer.concat(parts) : parts[0];
}

/** A chunk of a body, whatever form its stream gives it in. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return Buffer.from(String(value));
}
