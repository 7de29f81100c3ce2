import type { IncomingMessage, ServerResponse } from "node:http";
import type { Dashboard } from "./dashboard.ts";
import { forNode } from "./for-node.ts";

/** What the adapter needs of a request and a reply of Fastify. */
export type FastifyListener = (
  request: { readonly raw: IncomingMessage },
  reply: { readonly raw: ServerResponse; hijack(): unknown },
) => void;

/** A dashboard for Fastify: `app.get("/router", listener)` and `app.get("/router/*", listener)`. */
export function forFastify(serve: Dashboard): FastifyListener {
  const listener = forNode(serve);
  return (request, reply) => {
    // Fastify leaves the answer to us, and does not send one of its own.
    reply.hijack();
    listener(request.raw, reply.raw);
  };
}
