import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import OpenAI from "openai";

/** The body of a question or of texts to embed. */
export interface ModelBody {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly input: readonly string[];
  readonly [param: string]: unknown;
}

/** A request that reached the model. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: ModelBody;
  /** Resolves when the caller hangs up before the answer. */
  readonly hungUp: Promise<void>;
}

/** What the model does with a request: the body it answers with, a status for an error, or a promise of either. */
export type Answer = (asked: Asked) => unknown;

/** A real HTTP server that answers as a test says, and a client for it. */
export async function startModel(answer: Answer) {
  const asked: Asked[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { promise: hungUp, resolve } = Promise.withResolvers<void>();
    response.on("close", () => !response.writableFinished && resolve());
    const one = { path: request.url ?? "", headers: request.headers, body: (await json(request)) as ModelBody, hungUp };
    asked.push(one);
    const body = await answer(one);
    const status = typeof body === "number" ? body : 200;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? body : { error: { message: "out of order" } }));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    client: new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "key" }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
