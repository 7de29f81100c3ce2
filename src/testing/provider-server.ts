import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { errorBody } from "./error-body.ts";
import type { Provider } from "./provider.ts";
import type { ModelBehaviour, ProviderOptions } from "./provider-options.ts";
import type { RawRequest, ReceivedRequest } from "./received-request.ts";
import { sendAnswer } from "./send-answer.ts";
import { Simulator } from "./simulator.ts";
import type { Step } from "./step.ts";

const host = "127.0.0.1";

/** The HTTP server around a {@link Simulator}. */
export class ProviderServer implements Provider {
  readonly #simulator: Simulator;
  readonly #sockets = new Set<Socket>();
  readonly #underWay = new Set<ReceivedRequest>();
  /** Requests whose connection this side cut, as the answer asked for. */
  readonly #cutHere = new WeakSet<ReceivedRequest>();
  readonly #changed = new EventTarget();
  #server: Server | undefined;
  #port: number;

  constructor(options: ProviderOptions) {
    this.#simulator = new Simulator(options);
    this.#port = options.port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  get origin(): string {
    return `http://${host}:${this.#port}`;
  }

  get url(): string {
    return `${this.origin}/v1`;
  }

  get requests(): readonly ReceivedRequest[] {
    return this.#simulator.requests;
  }

  hits(model?: string): number {
    return this.requests.filter((request) => model === undefined || request.model === model).length;
  }

  openSockets(): number {
    return this.#sockets.size;
  }

  inFlight(): number {
    return this.#underWay.size;
  }

  received(count: number): Promise<void> {
    return this.#until(() => this.requests.length >= count);
  }

  idle(): Promise<void> {
    return this.#until(() => this.#underWay.size === 0);
  }

  enqueue(...script: Step[]): void {
    this.#simulator.enqueue(script);
  }

  setModel(model: string, behaviour: ModelBehaviour): void {
    this.#simulator.setModel(model, behaviour);
  }

  fail(model: string | undefined, fault: Step): void {
    this.#simulator.fail(model, fault);
  }

  heal(model?: string): void {
    this.#simulator.heal(model);
  }

  reset(): void {
    this.#simulator.reset();
  }

  async accept(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => void this.#serve(request, response));
    // Callers keep connections as long as they like: a server that drops idle ones makes tests flaky.
    server.keepAliveTimeout = 0;
    server.on("connection", (socket) => this.#track(socket));
    server.listen(this.#port, host);
    await once(server, "listening");
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  async refuse(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  close(): Promise<void> {
    return this.refuse();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #track(socket: Socket): void {
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    try {
      const request = this.#simulator.receive(await rawRequest(incoming));
      this.#begin(request, response);
      const plan = this.#simulator.answer(request);
      await sendAnswer(response, plan, gone.signal);
      if (plan.ending === "close" || plan.ending === "reset") this.#cutHere.add(request);
    } catch (error) {
      // Once the connection is gone there is nobody left to answer.
      if (!gone.signal.aborted) ownFailure(response, error);
    }
  }

  #begin(request: ReceivedRequest, response: ServerResponse): void {
    this.#underWay.add(request);
    const settle = (): void => {
      request.closedAt = Date.now();
      const closing = this.#server === undefined;
      request.aborted = !response.writableFinished && !closing && !this.#cutHere.has(request);
      this.#underWay.delete(request);
      this.#tell();
    };
    // A caller may be gone by the time its request is read.
    if (response.closed) settle();
    else response.once("close", settle);
    this.#tell();
  }

  #tell(): void {
    this.#changed.dispatchEvent(new Event("change"));
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.#changed, "change");
  }
}

// A step or reply that throws is a mistake in a test: say so where its author will look.
function ownFailure(response: ServerResponse, error: unknown): void {
  const message = `The provider simulator could not answer: ${String(error)}`;
  if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" });
  response.end(JSON.stringify(errorBody(500, { message, code: "simulator_failed" })));
}

async function rawRequest(incoming: IncomingMessage): Promise<RawRequest> {
  const body = await buffer(incoming);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? "GET",
    url: new URL(incoming.url ?? "/", "http://localhost"),
    headers: Object.fromEntries(headers),
    rawBody: body.toString("utf8"),
  };
}
