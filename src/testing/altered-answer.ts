import type { Endpoint } from "../glossary.ts";
import { eventsIn, signOf } from "../openai/sse.ts";
import { errorEventOf } from "./answer.ts";
import { bodyOf } from "./answer-body.ts";
import type { BodyPiece } from "./answer-plan.ts";
import { bodyPieces, lastWait } from "./body-pieces.ts";
import { connectionError } from "./connection-error.ts";
import type { Asked } from "./received-request.ts";
import { drawMs } from "./seeded-random.ts";
import { Shaping, Writes } from "./shaping.ts";
import type { Answer } from "./step.ts";
import type { StreamEvent } from "./stream-event.ts";
import { keepAlives } from "./stream-pieces.ts";

/** What is done to a real answer, and for whom. */
export interface Altering {
  readonly answer: Answer;
  readonly endpoint: Asked;
  readonly random: () => number;
  readonly signal: AbortSignal | undefined;
}

/** A real answer with a fault: what a provider sends goes on piece by piece, up to where it is cut, stalls or is not JSON. */
export function altered(response: Response, altering: Altering): Response {
  const { body } = response;
  if (body === null || !response.ok) return response;
  const reader = body.getReader();
  const { how: ending, code } = altering.answer.breaks ?? { how: "end" as const };
  const streams = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const changed = bodyOf({
    pieces: streams ? streamed(reader, altering) : whole(reader, altering.answer),
    ending,
    broken: connectionError("in the body", { code, ending }),
    signal: altering.signal,
    cancelled: (reason) => void reader.cancel(reason).catch(ignore),
  });
  return withBody(response, changed, altering.answer);
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function* streamed(reader: Reader, altering: Altering): AsyncIterable<BodyPiece> {
  const { breaks, stream = {} } = altering.answer;
  const writes = new Writes(stream);
  for await (const piece of shaped(reader, altering)) yield* writes.take(piece);
  for (const piece of lastWait(breaks)) yield* writes.take(piece);
  yield* writes.finish();
  if (breaks?.how === "hang" && stream.keepAliveMs !== undefined) yield* keepAlives(stream.keepAliveMs, writes);
}

async function* shaped(reader: Reader, altering: Altering): AsyncIterable<BodyPiece> {
  const shaping = new Shaping({ ...shapingOf(altering), half: 1 });
  for await (const event of eventsOf(reader, altering.endpoint)) {
    yield* shaping.take(event);
    if (shaping.over) break;
  }
  yield* shaping.finish();
  // Nobody reads what the provider still has to say.
  await reader.cancel().catch(ignore);
}

function shapingOf({ answer, endpoint, random }: Altering): Omit<ConstructorParameters<typeof Shaping>[0], "half"> {
  const pace = {
    firstMs: () => drawMs(answer.ttftMs, random),
    nextMs: () => drawMs(answer.chunkDelayMs, random),
  };
  return { answer, pace, errorEvent: errorEventOf(endpoint) };
}

async function* eventsOf(reader: Reader, asked: Asked): AsyncIterable<StreamEvent> {
  const endpoint = asked === "models" || asked === "unknown" ? "chat" : asked;
  const decoder = new TextDecoder();
  const part = partsOf(endpoint);
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    text += done ? decoder.decode() : decoder.decode(value, { stream: true });
    let from = 0;
    for (const { start, end, name, data } of eventsIn(text)) {
      yield { part: part(name, data), text: text.slice(start, end) };
      from = end;
    }
    text = text.slice(from);
    if (!done) continue;
    if (text !== "") yield { part: "other", text };
    return;
  }
}

// Which part of the stream each event is, told in their order.
function partsOf(endpoint: Endpoint): (name: string | undefined, data: string | undefined) => StreamEvent["part"] {
  let hasContent = false;
  return (name, data) => {
    const part = data === undefined ? "other" : partOf(endpoint, name, data);
    if (part === "content") hasContent = true;
    return part === "opening" && hasContent ? "other" : part;
  };
}

function partOf(endpoint: Endpoint, name: string | undefined, data: string): StreamEvent["part"] {
  if (data.trim() === "[DONE]") return "done";
  try {
    const { content, finished, usageOnly } = signOf(endpoint, name, data);
    if (finished) return "finish";
    if (usageOnly) return "usage";
    return content ? "content" : "opening";
  } catch {
    return "other";
  }
}

// How long an answer in one piece is shows at its end.
async function* whole(reader: Reader, { breaks }: Answer): AsyncIterable<BodyPiece> {
  const chunks: Uint8Array[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
  yield* bodyPieces(Buffer.concat(chunks), breaks);
}

// The body was unpacked and may be cut: what the provider says of its packing and length holds no more.
function withBody(response: Response, body: ReadableStream<Uint8Array>, { headers = {} }: Answer): Response {
  const { status, statusText, url } = response;
  const kept = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers)) kept.set(name, value);
  for (const name of ["content-length", "content-encoding"]) kept.delete(name);
  const changed = new Response(body, { status, statusText, headers: kept });
  Object.defineProperty(changed, "url", { value: url, configurable: true });
  return changed;
}

function ignore(): void {
  // The answer is given up: how its connection closes is nobody's concern.
}
