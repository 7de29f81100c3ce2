import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { planAnswer } from "../../src/testing/answer.ts";
import { receive, type ReceivedRequest } from "../../src/testing/received-request.ts";
import { seededRandom } from "../../src/testing/seeded-random.ts";
import { sendAnswer } from "../../src/testing/send-answer.ts";
import type { Answer } from "../../src/testing/index.ts";
import type { ProviderCount } from "./counts.ts";
import { costUsd, faultsOf, oddStreams, pick } from "./weather.ts";

// A provider in a process of its own. It keeps its own books, call by call: the router's are held against them.
const [calls = 0, faultShare = 0] = process.argv.slice(2).map(Number);
const random = seededRandom(7);
const context = { models: [], random };
const sockets = new Set<Socket>();
const count: ProviderCount = {
  requests: new Uint8Array(calls),
  costUsd: new Float64Array(calls),
  faults: 0,
  promptTokens: 0,
  completionTokens: 0,
  inFlight: 0,
  sockets: 0,
  failures: 0,
};

const server = createServer((incoming, response) => void serve(incoming, response));
server.keepAliveTimeout = 0;
server.on("connection", (socket) => {
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("message", () => process.send?.({ ...count, sockets: sockets.size }));
process.on("disconnect", () => process.exit());

async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  count.inFlight += 1;
  response.once("close", () => {
    count.inFlight -= 1;
    gone.abort();
  });
  try {
    await answer(await read(incoming), response, gone.signal);
  } catch (error) {
    if (gone.signal.aborted) return;
    count.failures += 1;
    console.error(error);
    response.destroy();
  }
}

async function read(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const rawBody = (await buffer(incoming)).toString("utf8");
  const url = new URL(incoming.url ?? "/", "http://localhost");
  return receive({ method: incoming.method ?? "", url, headers: {}, rawBody }, 0);
}

async function answer(request: ReceivedRequest, response: ServerResponse, signal: AbortSignal): Promise<void> {
  const call = Number(request.body["user"]);
  count.requests[call] = (count.requests[call] ?? 0) + 1;
  if (random() < faultShare) {
    count.faults += 1;
    const fault = pick(request.stream ? faultsOf.stream : faultsOf.json, random());
    return sendAnswer(response, planAnswer(request, { ...fault, chunks: 4, usage: false }, context), signal);
  }
  const promptTokens = 20 + Math.floor(random() * 100);
  const completionTokens = 5 + Math.floor(random() * 500);
  count.promptTokens += promptTokens;
  count.completionTokens += completionTokens;
  count.costUsd[call] = (count.costUsd[call] ?? 0) + costUsd(request.model, promptTokens, completionTokens);
  return sendAnswer(response, planAnswer(request, good(promptTokens, completionTokens), context), signal);
}

function good(promptTokens: number, completionTokens: number): Answer {
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
  const odd = random() < 0.1 ? oddStreams[Math.floor(random() * oddStreams.length)] : undefined;
  return { usage, chunks: 4, delayMs: random() < 0.1 ? random() * 40 : 0, ...odd };
}
