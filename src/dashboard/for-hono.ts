import type { Dashboard } from "./dashboard.ts";

/** What the adapter needs of a context of Hono. */
export type HonoListener = (context: { readonly req: { readonly raw: Request } }) => Promise<Response>;

/** A dashboard for Hono: `app.get("/router/*", listener)`. */
export function forHono(serve: Dashboard): HonoListener {
  return async ({ req }) => serve(req.raw);
}
