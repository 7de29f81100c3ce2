import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { AnswerPlan, BodyPiece } from "./answer-plan.ts";
import { checkStep } from "./step.ts";
import type { SimulatorOptions } from "./provider-options.ts";
import type { RawRequest } from "./received-request.ts";
import { Simulator } from "./simulator.ts";

type Resolver = (info: { readonly request: Request }) => Promise<Response>;

/** The part of msw's `http` that is needed, so that this package does not depend on msw. */
export interface MswHttp<Handler> {
  get(path: string, resolver: Resolver): Handler;
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
  const body = bodyless.has(head.status) ? null : bodyOf(pieces, ending);
  return new Response(body, head);
}

function bodyOf(pieces: Iterable<BodyPiece>, ending: AnswerPlan["ending"]): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const left = pieces[Symbol.iterator]();
  return new ReadableStream({
    async pull(controller): Promise<void> {
      for (let next = left.next(); next.done !== true && !gone.signal.aborted; next = left.next()) {
        const { waitMs, bytes } = next.value;
        await sleepOrLeave(waitMs, gone.signal);
        if (bytes.length === 0) continue;
        if (!gone.signal.aborted) controller.enqueue(bytes);
        return;
      }
      if (ending === "hang") await aborted(gone.signal);
      else if (!gone.signal.aborted) finish(controller, ending);
    },
    cancel() {
      gone.abort();
    },
  });
}

function finish(controller: ReadableStreamDefaultController, ending: "end" | "close" | "reset"): void {
  if (ending === "end") controller.close();
  else controller.error(new TypeError("The provider simulator broke the connection."));
}

// Both settle well when the caller goes: msw would report a rejection as a mistake of the handler.
async function sleepOrLeave(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
