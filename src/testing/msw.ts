import { aborted, bodyOf, sleepOrLeave } from "./answer-body.ts";
import type { AnswerPlan } from "./answer-plan.ts";
import { checkStep } from "./step.ts";
import type { SimulatorOptions } from "./provider-options.ts";
import type { RawRequest } from "./received-request.ts";
import { Simulator } from "./simulator.ts";

type Resolver = (info: { readonly request: Request }) => Promise<Response>;

/** The part of msw's `http` that is needed, so that this package does not depend on msw. */
export interface MswHttp<Handler> {
  /** Makes a handler of GET requests. */
  get(path: string, resolver: Resolver): Handler;
  /** Makes a handler of POST requests. */
  post(path: string, resolver: Resolver): Handler;
}

/** What {@link providerHandlers} needs to know. */
export interface ProviderHandlersOptions<Handler> extends SimulatorOptions {
  /** `http` of msw 3. */
  http: MswHttp<Handler>;
  /** Answers only calls under this URL, such as `https://global-apis.com/v1`. @defaultValue any URL that ends as an OpenAI endpoint does */
  baseURL?: string | undefined;
}

const postPaths = ["/chat/completions", "/responses", "/embeddings", "/completions"];
const bodyless = new Set([204, 205, 304]);
const getPaths = ["/models", "/models/*"];

/**
 * Request handlers for msw that answer as {@link startProvider} does, inside the process: for unit tests. Faults of
 * the connection become network errors, which msw can not tell apart. Make the client after `server.listen()`: an
 * `OpenAI` client keeps the `fetch` that it finds.
 *
 * @example
 * ```ts
 * import { http } from "msw";
 * import { setupServer } from "msw/node";
 *
 * const server = setupServer(...providerHandlers({ http, script: [500, 200] }));
 * ```
 */
export function providerHandlers<Handler>(options: ProviderHandlersOptions<Handler>): Handler[] {
  const { http, baseURL = "*" } = options;
  for (const step of options.script ?? []) checkStep(step);
  const simulator = new Simulator(options);
  const base = baseURL.replace(/\/+$/, "");
  const resolver: Resolver = async ({ request }) => {
    const plan = simulator.answer(simulator.receive(await rawRequest(request)));
    return respond(plan, request.signal);
  };
  return [
    ...postPaths.map((path) => http.post(base + path, resolver)),
    ...getPaths.map((path) => http.get(base + path, resolver)),
  ];
}

async function rawRequest(request: Request): Promise<RawRequest> {
  const { method, url, headers } = request;
  return { method, url: new URL(url), headers: Object.fromEntries(headers), rawBody: await request.text() };
}

async function respond({ delayMs, head, pieces, ending }: AnswerPlan, signal: AbortSignal): Promise<Response> {
  await sleepOrLeave(delayMs, signal);
  if (head === undefined && ending === "hang") await aborted(signal);
  if (head === undefined || signal.aborted) return Response.error();
  const broken = new TypeError("The provider simulator broke the connection.");
  const body = bodyless.has(head.status) ? null : bodyOf({ pieces, ending, broken });
  return new Response(body, head);
}
