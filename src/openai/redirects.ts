import type { Fetch } from "./transport.ts";

/** A provider sent a call on to where it may not go. */
export class RedirectRefused extends Error {
  override readonly name = "RedirectRefused";
  readonly status: number;

  constructor(status: number, from: string, to: string | undefined) {
    const where = to === undefined ? "nowhere" : `to ${to}, which is not ${from}`;
    super(`status ${status} leads ${where}, and was not followed: make the client with the baseURL that holds`);
    this.status = status;
  }
}

// As many as Node's own `fetch` follows.
const maxRedirects = 20;
// The others ask for the address to be read with GET: no answer to a call is there.
const repeats: ReadonlySet<number> = new Set([307, 308]);
const moved: ReadonlySet<number> = new Set([301, 302, 303, ...repeats]);

/**
 * Sends a request, and follows redirects within its origin only. `fetch` would take everything but `authorization` and
 * cookies to any other host: the prompt, an `api-key` header, the organisation, headers of the client's own.
 * Rejects with {@link RedirectRefused}.
 */
export function sendWithinOrigin(send: Fetch, url: string | URL | Request, init: RequestInit): Promise<Response> {
  // Whoever says what is to happen with redirects has decided.
  if (init.redirect !== undefined && init.redirect !== "manual") return send(url, init);
  init.redirect = "manual";
  return send(url, init).then((response) =>
    moved.has(response.status) ? follow(send, { url: addressOf(url), init, response, left: maxRedirects }) : response,
  );
}

interface Step {
  readonly url: string;
  readonly init: RequestInit;
  readonly response: Response;
  readonly left: number;
}

async function follow(send: Fetch, { url, init, response, left }: Step): Promise<Response> {
  await response.body?.cancel();
  const location = response.headers.get("location");
  const target = location === null ? null : URL.parse(location, url);
  const { origin } = new URL(url);
  if (target === null || target.origin !== origin || !repeats.has(response.status) || left === 0)
    throw new RedirectRefused(response.status, origin, target?.origin);
  const next = await send(target.href, init);
  return moved.has(next.status) ? follow(send, { url: target.href, init, response: next, left: left - 1 }) : next;
}

function addressOf(url: string | URL | Request): string {
  if (typeof url === "string") return url;
  return url instanceof URL ? url.href : url.url;
}
