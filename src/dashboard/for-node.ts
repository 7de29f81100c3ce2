import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Dashboard } from "./dashboard.ts";

/** Takes requests of `node:http`, and of everything that passes them on: `createServer(listener)`, `app.use(path, listener)`. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => void;

/** A dashboard for `node:http` and Express. Below a path that was taken off it finds its way by `originalUrl`. */
export function forNode(serve: Dashboard): NodeListener {
  return (incoming, outgoing) => {
    respond(serve, incoming, outgoing).catch(() => outgoing.destroy());
  };
}

async function respond(serve: Dashboard, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = requestOf(incoming);
  if (request === undefined) {
    outgoing.writeHead(400, { "content-type": "text/plain" }).end("The request has no address that could be read.\n");
    return;
  }
  const response = await serve(request);
  outgoing.writeHead(response.status, headersOf(response));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  // Whoever waits for the first event is to know that there is an answer.
  outgoing.flushHeaders();
  await pipeline(Readable.fromWeb(response.body), outgoing);
}

// A header that several answers set, such as set-cookie, is a list.
function headersOf({ headers }: Response): Record<string, string | string[]> {
  const cookies = headers.getSetCookie();
  return { ...Object.fromEntries(headers), ...(cookies.length === 0 ? {} : { "set-cookie": cookies }) };
}

const plainHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

function requestOf(incoming: IncomingMessage): Request | undefined {
  const address = addressOf(incoming);
  if (address === undefined) return undefined;
  return new Request(address, { method: incoming.method ?? "GET", headers: sentHeaders(incoming) });
}

// What `authorise` reads of the address must be what was meant.
function addressOf({ originalUrl, url, socket, headers }: IncomingMessage & { readonly originalUrl?: string }) {
  const scheme = "encrypted" in socket && socket.encrypted === true ? "https" : "http";
  const host = headers.host ?? headers[":authority"];
  const path = originalUrl ?? url ?? "";
  if (!path.startsWith("/") || typeof host !== "string" || !plainHost.test(host)) return undefined;
  return URL.parse(`${scheme}://${host}${path}`) ?? undefined;
}

function sentHeaders({ headersDistinct }: IncomingMessage): Headers {
  const sent = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    // Those of HTTP/2 that begin with a colon are the request line.
    if (!name.startsWith(":")) for (const value of values) sent.append(name, value);
  }
  return sent;
}
