import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";

/** What is asked for: one of the routed endpoints, the list of models, or something the simulator does not know. */
export type Asked = Endpoint | "models" | "unknown";

/** A request as the provider simulator received it. */
export interface ReceivedRequest {
  /** Counts the requests of one simulator, from 1. */
  readonly number: number;
  /** HTTP method, such as `POST`. */
  readonly method: string;
  /** Path without the query, such as `/v1/chat/completions`. */
  readonly path: string;
  /** Query parameters, such as Azure's `api-version`. */
  readonly query: Readonly<Record<string, string>>;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; empty when the body is no JSON object. */
  readonly body: JsonObject;
  /** The body as it came, byte for byte when it is UTF-8. */
  readonly rawBody: string;
  /** What was asked for. */
  readonly endpoint: Asked;
  /** Model id: of the body, else Azure's deployment, else of the path; empty when none is named. */
  readonly model: string;
  /** Whether the caller asked for a stream. */
  readonly stream: boolean;
  /** The credential that came with it, from `authorization: Bearer` or `api-key`; empty when none did. */
  readonly key: string;
  /** When it was received whole, in ms since the epoch. */
  readonly at: number;
  /** True when the caller closed the connection before the answer was complete. */
  aborted: boolean;
  /** When the answer ended or broke off, in ms since the epoch; undefined while it is under way. */
  closedAt: number | undefined;
}

/** A request as a transport has it. */
export interface RawRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: string;
}

/** Reads what a request is about. */
export function receive({ method, url, headers, rawBody }: RawRequest, number: number): ReceivedRequest {
  const body = parse(rawBody);
  const { endpoint, model } = whatIsAsked(url.pathname);
  return {
    number,
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    body,
    rawBody,
    endpoint,
    model: typeof body["model"] === "string" ? body["model"] : model,
    stream: body["stream"] === true,
    key: headers["api-key"] ?? headers["authorization"]?.replace(/^Bearer\s+/i, "") ?? "",
    at: Date.now(),
    aborted: false,
    closedAt: undefined,
  };
}

function parse(rawBody: string): JsonObject {
  try {
    const body: unknown = JSON.parse(rawBody);
    return isRecord(body) ? body : {};
  } catch {
    return {};
  }
}

const endpoints = new Map<string, Endpoint>([
  ["chat/completions", "chat"],
  ["responses", "responses"],
  ["embeddings", "embeddings"],
  ["completions", "completions"],
]);

const deploymentPath = /\/deployments\/([^/]+)(?=\/)/;
const modelsPath = /\/models(?:\/(.+))?$/;

function whatIsAsked(pathname: string): { endpoint: Asked; model: string } {
  const deployment = deploymentPath.exec(pathname)?.[1] ?? "";
  const path = pathname.replace(deploymentPath, "");
  for (const [ending, endpoint] of endpoints) {
    if (path.endsWith(`/${ending}`)) return { endpoint, model: decodeURIComponent(deployment) };
  }
  const models = modelsPath.exec(path);
  if (models === null) return { endpoint: "unknown", model: "" };
  return { endpoint: "models", model: decodeURIComponent(models[1] ?? "") };
}
