import type { ObservedRouter } from "../exporters/exporter.ts";
import type { ModelRouter } from "../router.ts";
import { assets } from "./assets.ts";
import { BudgetWatch } from "./budget-watch.ts";
import { Feed } from "./feed.ts";
import { Live } from "./live.ts";
import { type Authorise, type DashboardOptions, resolveDashboard, type ResolvedDashboard } from "./options.ts";
import { answer, said } from "./responses.ts";
import { detailShown } from "./show-request.ts";
import { Watch } from "./watch.ts";

/** A dashboard as a function: a request in, a response out. Mount it with an adapter, or as it is where handlers are such. */
export interface Dashboard {
  (request: Request): Promise<Response>;
  /** Ends the pages that are open and stops listening, as `router.close()` does. */
  close(): void;
}

/**
 * A page that shows what a router does, live: traffic, latency, failures, breakers, budgets, costs, and each of the latest
 * requests with its attempts. It begins to listen at once, changes nothing, and shows no key and no prompt.
 *
 * It can be mounted at any path; everything that it serves lies below it.
 * @throws ConfigError when the options do not hold, or do not say who may see it
 */
export function dashboard(router: ModelRouter, options: DashboardOptions): Dashboard {
  const resolved = resolveDashboard(options);
  const watch = new Watch(resolved);
  const board = new Board(resolved, watch);
  router.attach({ name: "dashboard", attach: (observed) => board.listen(router, observed) });
  return Object.assign(async (request: Request) => board.serve(request), { close: () => board.close() });
}

class Board {
  readonly #options: ResolvedDashboard;
  readonly #watch: Watch;
  #live: Live | undefined;
  #stop: (() => void) | undefined;

  constructor(options: ResolvedDashboard, watch: Watch) {
    this.#options = options;
    this.#watch = watch;
  }

  listen(router: ModelRouter, observed: ObservedRouter): () => void {
    const budgets = new BudgetWatch(async () => router.budgets());
    const sources = { router, watch: this.#watch, options: this.#options };
    const feed = new Feed({ ...sources, chains: () => observed.tiers(), budgets: () => budgets.latest() });
    this.#live = new Live(feed, this.#options.maxConnections);
    this.#stop = this.#watch.listen(observed);
    return () => this.close();
  }

  close(): void {
    this.#stop?.();
    this.#live?.close();
    this.#live = undefined;
  }

  async serve(request: Request): Promise<Response> {
    const refusal = await refused(request, this.#options.authorise);
    if (refusal !== undefined) return refusal;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return said(405, "A dashboard is only looked at.", { allow: "GET, HEAD" });
    }
    const response = this.#serve(new URL(request.url));
    if (request.method === "GET") return response;
    await response.body?.cancel();
    return new Response(null, response);
  }

  #serve({ pathname, searchParams }: URL): Response {
    const name = pathname.slice(pathname.lastIndexOf("/") + 1);
    const asset = assets.get(name);
    if (asset !== undefined) return answer(asset.body, asset.type);
    if (name === "live") return this.#stream();
    if (name === "request") return this.#request(searchParams.get("id") ?? "");
    // Mounted without a slash at its end, the page would look for its files beside itself.
    return said(308, "The dashboard is one step below.", { location: `./${name}/` });
  }

  #stream(): Response {
    if (this.#live === undefined) return said(503, "The router was closed.");
    const stream = this.#live.open();
    if (stream === undefined) {
      return said(503, "Too many pages are open: close one, or raise maxConnections.", { "retry-after": "10" });
    }
    // nginx holds answers back otherwise.
    return answer(stream, "text/event-stream; charset=utf-8", { headers: { "x-accel-buffering": "no" } });
  }

  #request(id: string): Response {
    const kept = this.#watch.requests.find(id);
    if (kept === undefined) return said(404, "The request is not among the latest any more.");
    return answer(JSON.stringify(detailShown(kept, this.#options)), "application/json; charset=utf-8");
  }
}

/** The answer to whoever may not see it. What an `authorise` throws is not told to them. */
async function refused(request: Request, authorise: Authorise): Promise<Response | undefined> {
  try {
    const verdict: unknown = await authorise(request);
    if (verdict === true) return undefined;
    if (verdict instanceof Response) return verdict;
  } catch (error) {
    process.emitWarning(`authorise of a dashboard threw: ${String(error)}`, "ModelRouterWarning");
  }
  return said(403, "You may not see this dashboard. Whoever mounted it decides that, by its option authorise.");
}
