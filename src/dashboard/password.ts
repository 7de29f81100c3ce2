import { createHash, timingSafeEqual } from "node:crypto";
import { ConfigError } from "../errors.ts";
import type { Authorise } from "./options.ts";
import { said } from "./responses.ts";

/**
 * Lets in who knows the password, by what every browser has for it (HTTP Basic, with any user name). Over anything but
 * `localhost` it needs https.
 * @throws ConfigError when there is no password, such as when its environment variable is not set
 */
export function askForPassword(password: string | undefined): Authorise {
  if (typeof password !== "string" || password.trim() === "") {
    throw new ConfigError([
      { path: "password", message: "is empty: is the environment variable set that it comes from?" },
    ]);
  }
  const expected = digestOf(password);
  return (request) => {
    const given = passwordIn(request.headers.get("authorization"));
    if (given !== undefined && timingSafeEqual(digestOf(given), expected)) return true;
    const challenge = { "www-authenticate": 'Basic realm="modelrouter", charset="UTF-8"' };
    return said(401, "A password is needed.", challenge);
  };
}

function passwordIn(header: string | null): string | undefined {
  const [, encoded] = /^basic +([\w+/=-]+)$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, "base64").toString();
  const colon = pair.indexOf(":");
  return colon === -1 ? undefined : pair.slice(colon + 1);
}

// Of the same length whatever was given, so that they can be compared in the same time.
function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
