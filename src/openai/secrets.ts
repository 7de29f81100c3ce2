import type { Client } from "../options.ts";

const secretHeaders = ["authorization", "api-key", "x-api-key", "x-goog-api-key", "cookie"];
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
    // The longest first: one key may be the beginning of another.
    const secrets = [...this.#all()].toSorted((one, other) => other.length - one.length);
    for (const secret of secrets) clean = clean.replaceAll(secret, black);
    return clean;
  };

  #all(): Set<string> {
    const secrets = new Set<string>();
    for (const client of this.#clients) for (const key of [client.apiKey, adminKeyOf(client)]) add(secrets, key);
    for (const sent of this.#sent) {
      const headers = new Headers(sent);
      for (const name of secretHeaders) add(secrets, headers.get(name)?.replace(/^(?:Bearer|Basic) /i, ""));
    }
    return secrets;
  }
}

function adminKeyOf(client: Client): unknown {
  return "adminAPIKey" in client ? client.adminAPIKey : undefined;
}

function add(secrets: Set<string>, value: unknown): void {
  if (typeof value === "string" && value.length >= minLength) secrets.add(value);
}
