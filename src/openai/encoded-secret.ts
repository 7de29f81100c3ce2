/**
 * A pattern for a secret as JSON (`\u002f`, `\/`) and URLs (`%2F`) may write it, each character in its own way.
 */
export function escapedSecret(secret: string): RegExp {
  return new RegExp(Array.from({ length: secret.length }, (_, at) => escapesOf(secret, at)).join(""), "g");
}

function escapesOf(secret: string, at: number): string {
  const code = secret.charCodeAt(at);
  const hex = anyCase(code.toString(16).padStart(4, "0"));
  const escapes = [`\\u${code.toString(16).padStart(4, "0")}`, String.raw`\\u${hex}`];
  if (secret[at] === "/") escapes.push(String.raw`\\/`);
  if (code < 0x80) escapes.push(`%${anyCase(code.toString(16).padStart(2, "0"))}`);
  return `(?:${escapes.join("|")})`;
}

function anyCase(hex: string): string {
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** What base64 makes of a secret, wherever it stands in what was encoded, without the ends that its neighbours change. */
export function base64Secret(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const [start, end] = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    return [bytes.toString("base64"), bytes.toString("base64url")].map((text) => text.slice(start, end));
  });
}
