import type { Client } from "../options.ts";
import { base64Secret, escapedSecret } from "./encoded-secret.ts";

const secretHeaders: ReadonlySet<string> = new Set([
  "authorization",
  "api-key",
  "x-api-key",
  "x-goog-api-key",
  "cookie",
]);
// Of headers whose names only sound like it, such as `ocp-apim-subscription-key` or `x-max-tokens`, what is as long as a key.
const likeSecretHeaders = /auth|key|token|secret|cookie|credential|password|signature/i;
const minLengthThere = 16;
// Shorter strings are no keys, and blacking them out would eat ordinary words.
const minLength = 6;
const black = "[redacted]";

/** Blacks the keys of clients, and those that a request carried, out of what providers say. */
export class Secrets {
  readonly #clients: Iterable<Client>;
  readonly #sent: RequestInit["headers"][] = [];

  constructor(clients: Iterable<Client>) {
    this.#clients = clients;
  }

  /** Remembers the headers of a request: they hold keys that only their provider may see. */
  saw(headers: RequestInit["headers"]): void {
    if (headers !== undefined) this.#sent.push(headers);
  }

  readonly redact = (text: string): string => {
    let clean = text;
    const hasEscapes = /\\[u/]|%[0-9a-f]{2}/i.test(text);
    const mayBeEncoded = /[\w+/-]{8}/.test(text);
    // The longest first: one key may be the beginning of another.
    const secrets = [...this.#all()].toSorted((one, other) => other.length - one.length);
    for (const secret of secrets) {
      clean = clean.replaceAll(secret, black);
      if (hasEscapes) clean = clean.replaceAll(escapedSecret(secret), black);
      if (mayBeEncoded) for (const encoded of base64Secret(secret)) clean = clean.replaceAll(encoded, black);
    }
    return clean;
  };

  /** Blacks keys out of an error, and out of what caused it: HTTP that can not be read is kept there as it came. */
  clean<E>(error: E): E {
    for (const one of chainOf(error)) {
      for (const name of Object.getOwnPropertyNames(one)) {
        const value: unknown = Reflect.get(one, name);
        if (typeof value !== "string") continue;
        const clean = this.redact(value);
        if (clean !== value) Reflect.defineProperty(one, name, { value: clean });
      }
    }
    return error;
  }

  #all(): Set<string> {
    const secrets = new Set<string>();
    for (const client of this.#clients) for (const key of [client.apiKey, adminKeyOf(client)]) add(secrets, key);
    for (const sent of this.#sent) {
      const headers = new Headers(sent);
      for (const [name, value] of headers) {
        if (isSecret(name, value)) add(secrets, value.replace(/^(?:Bearer|Basic) /i, ""));
      }
    }
    return secrets;
  }
}

function isSecret(name: string, value: string): boolean {
  return secretHeaders.has(name) || (likeSecretHeaders.test(name) && value.length >= minLengthThere);
}

// As deep as causes go in practice, and no deeper: an error may be its own cause.
const maxCauses = 5;

function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  let next = error;
  while (next instanceof Error && chain.length < maxCauses) {
    chain.push(next);
    next = next.cause;
  }
  return chain;
}

function adminKeyOf(client: Client): unknown {
  return "adminAPIKey" in client ? client.adminAPIKey : undefined;
}

function add(secrets: Set<string>, value: unknown): void {
  if (typeof value === "string" && value.length >= minLength) secrets.add(value);
}
