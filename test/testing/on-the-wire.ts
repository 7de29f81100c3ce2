import { connect } from "node:net";

/** What a connection carried until the server let go of it, and how it let go. */
export interface Carried {
  /** Everything after the head. */
  body: string;
  head: string;
  /** `ECONNRESET` for a reset, undefined for an orderly close. */
  code: string | undefined;
}

/**
 * Sends a chat request over a bare socket and takes what comes, chunk sizes included. `connection: close` makes a good
 * answer end too.
 */
export async function carry(provider: { readonly port: number }, body: object): Promise<Carried> {
  const socket = connect(provider.port, "127.0.0.1");
  const json = JSON.stringify({ model: "m", messages: [], ...body });
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
  let text = "";
  let code: string | undefined;
  socket.setEncoding("utf8").on("data", (data: string) => (text += data));
  socket.on("error", (error: NodeJS.ErrnoException) => (code = error.code));
  await new Promise((resolve) => socket.once("close", resolve));
  const [head = "", ...rest] = text.split("\r\n\r\n");
  return { head, body: rest.join("\r\n\r\n"), code };
}

/** Posts to the chat endpoint with fetch. */
export function post(provider: { readonly url: string }, body: object, init: RequestInit = {}): Promise<Response> {
  return fetch(`${provider.url}/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "m", messages: [], ...body }),
    ...init,
  });
}

/** The `data` of each event of a stream. */
export function dataIn(text: string): string[] {
  return text
    .split(/\r\n\r\n|\n\n|\r\r/)
    .filter((event) => event.includes("data: "))
    .map((event) => event.slice(event.indexOf("data: ") + "data: ".length).trim());
}

/** The content of each chunk of a chat stream, where it has some. */
export function contentsIn(text: string): string[] {
  return dataIn(text)
    .filter((data) => data.startsWith('{"id'))
    .map((data) => (JSON.parse(data) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? "")
    .filter((content) => content !== "");
}
