import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server for answers that the simulator does not give: bytes as they are said here. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** How many connections were made. */
  connections(): number;
}

/** Starts a server that answers each request, once it is received whole, as `answer` says. */
export async function startRaw(answer: (response: ServerResponse) => unknown): Promise<RawServer> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => void answer(response));
  });
  server.keepAliveTimeout = 0;
  let connections = 0;
  server.on("connection", () => (connections += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The event of a chat stream that carries a piece of text. */
export function contentEvent(content: string, index = 0): string {
  return chunkEvent({ index, delta: { content }, finish_reason: null });
}

/** The event of a chat stream that ends a choice. */
export function finishEvent(index = 0): string {
  return chunkEvent({ index, delta: {}, finish_reason: "stop" });
}

function chunkEvent(choice: object): string {
  const chunk = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "a", choices: [choice] };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** A whole chat stream as a step of the simulator. */
export function streamOf(...events: readonly string[]): { body: string; headers: Record<string, string> } {
  return { body: events.join(""), headers: { "content-type": "text/event-stream; charset=utf-8" } };
}
