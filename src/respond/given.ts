import { between } from "../lib/between.ts";
import { overlaid } from "./overlaid-headers.ts";
import type { RouteRecord } from "../glossary.ts";
import { routerHeaders } from "./router-headers.ts";
import { streamBody, type GivenSource } from "./stream-body.ts";

/** What a response holds that is given out. */
export type Content = TextContent | StreamContent;

/** A body that was read to its end to see whether it is whole. */
export interface TextContent {
  readonly text: string;
  /** What the text says, where it was parsed already. */
  json?: unknown;
}

/** A body that is still coming; its source is undefined when there is none. */
export interface StreamContent {
  readonly source: GivenSource | undefined;
}

interface Given {
  content: Content;
  readonly record: RouteRecord;
  dressed: boolean;
  headers: Headers | undefined;
  body: ReadableStream<Uint8Array> | null | undefined;
  taken: boolean;
  inner: Response | undefined;
}

const givenKey = Symbol("modelrouter.given");

interface GivenOut {
  [givenKey]?: Given;
}

/** Notes what a response holds that the router has read, or reads. Who is to read it needs it {@link dress | dressed}. */
export function give(original: Response, content: Content, record: RouteRecord): void {
  (original as GivenOut)[givenKey] = {
    content,
    record,
    dressed: false,
    headers: undefined,
    body: undefined,
    taken: false,
    inner: undefined,
  };
}

/**
 * Makes a response look as if nobody had touched it, with the router's headers. It is the original still: `url`, `type` and
 * what else it has are its own, and the text of one that was read costs no second decoding.
 */
export function dress(response: Response): Response {
  const held = (response as GivenOut)[givenKey];
  if (held === undefined || held.dressed) return response;
  held.dressed = true;
  return dressed(response);
}

/**
 * The data of an answer in one piece, as the `openai` client would read it out of the response: of JSON the object that was
 * parsed to see whether the answer is whole, else the text. Undefined when the response is none that {@link give} gave.
 */
export function takeData(response: Response): { readonly data: unknown } | undefined {
  const content = (response as GivenOut)[givenKey]?.content;
  if (content === undefined || !("text" in content)) return undefined;
  const isJson = isJsonType(response.headers.get("content-type") ?? "");
  return { data: isJson ? takeJson(response, content) : takeText(response, content) };
}

// As the client tells it.
function isJsonType(contentType: string): boolean {
  if (contentType === "application/json") return true;
  const mediaType = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  return mediaType.includes("application/json") || mediaType.endsWith("+json");
}

/**
 * The source of a response that {@link give} gave and that nobody has read from yet; undefined when there is none, and for
 * one that is passed on whatever it holds.
 */
export function sourceOf(response: Response): GivenSource | undefined {
  const content = (response as GivenOut)[givenKey]?.content;
  if (content === undefined || !("source" in content)) return undefined;
  const { source } = content;
  return source?.wholeEvents === true && !source.disturbed ? source : undefined;
}

function givenBy(response: Response): Given {
  const held = (response as GivenOut)[givenKey];
  if (held === undefined) throw new TypeError("Illegal invocation");
  return held;
}

function headersOf(base: Response, response: Response): Headers {
  const held = givenBy(response);
  held.headers ??= overlaid(Reflect.get(base, "headers", response), routerHeaders(held.record));
  return held.headers;
}

function takeText(response: Response, { text }: TextContent): string {
  unused(response);
  const held = givenBy(response);
  held.taken = true;
  // A response may be kept for long after it was read, if only by the garbage collector.
  held.content = spent;
  return text;
}

const spent: TextContent = { text: "" };

function unused(response: Response): Response {
  if (isUsed(response)) throw new TypeError("Body is unusable: Body has already been read");
  return response;
}

// The object that the text was found to be whole by is given out once; whoever has it may change it.
function takeJson(response: Response, content: TextContent): unknown {
  const text = takeText(response, content);
  const { json } = content;
  content.json = undefined;
  return json ?? (JSON.parse(text) as unknown);
}

async function textOf(response: Response): Promise<string> {
  const { content, inner } = givenBy(response);
  return inner === undefined && "text" in content ? takeText(response, content) : whole(unused(response)).text();
}

async function jsonOf(response: Response): Promise<unknown> {
  const { content, inner } = givenBy(response);
  return inner === undefined && "text" in content ? takeJson(response, content) : whole(unused(response)).json();
}

function bodyOf(response: Response): ReadableStream<Uint8Array> | null {
  const held = givenBy(response);
  const { content, inner } = held;
  if (inner !== undefined || "text" in content) return whole(response).body;
  if (held.body === undefined) held.body = content.source === undefined ? null : streamBody(content.source);
  return held.body;
}

// Whoever wants anything but text or a reader gets it of a plain response with the same body.
function whole(response: Response): Response {
  const held = givenBy(response);
  if (held.inner === undefined) {
    const { content } = held;
    held.inner = new Response("text" in content ? bytesOf(content) : bodyOf(response), { headers: response.headers });
    if (held.taken) void held.inner.text();
  }
  return held.inner;
}

// A response that is made of a text says of itself that it is one; of bytes it has the headers it is given.
function bytesOf({ text }: TextContent): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

const encoder = new TextEncoder();

function isUsed(response: Response): boolean {
  const { content, taken, inner, body } = givenBy(response);
  if (taken || inner?.bodyUsed === true) return true;
  // Once it was cloned, the source is read for the copies too.
  const isCloned = inner !== undefined && inner.body !== body;
  return "source" in content && content.source?.disturbed === true && !isCloned;
}

function cloneOf(response: Response): Response {
  if (response.bodyUsed) throw new TypeError("Response.clone: Body has already been consumed.");
  const { content } = givenBy(response);
  const { status, statusText, headers } = response;
  const body = "text" in content ? bytesOf(content) : whole(response).clone().body;
  const copy = new Response(body, { status, statusText, headers });
  for (const name of ["url", "type", "redirected"] as const) {
    Object.defineProperty(copy, name, { value: response[name], configurable: true });
  }
  return copy;
}

const dressed = between<Response>((base) => ({
  getters: {
    headers: (response) => headersOf(base, response),
    body: bodyOf,
    bodyUsed: isUsed,
  },
  methods: {
    text: textOf,
    json: jsonOf,
    arrayBuffer: async (response) => whole(unused(response)).arrayBuffer(),
    bytes: async (response) => whole(unused(response)).bytes(),
    blob: async (response) => whole(unused(response)).blob(),
    formData: async (response) => whole(unused(response)).formData(),
    clone: cloneOf,
  },
}));
