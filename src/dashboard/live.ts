import type { Cursor, Feed, Look } from "./feed.ts";
import type { LiveMessage } from "./shown.ts";

const everyMs = 1_000;

/** Something is sent at least this often: what stands between would else take the connection for dead. */
const heartbeatMs = 15_000;

/** Whoever does not read for so long is let go: the page comes back by itself. */
const patienceMs = 60_000;

/** A stream ends after so long, and the page asks for another: whether it may is then decided anew. */
const longestMs = 300_000;

const encoder = new TextEncoder();

interface Connection {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** On the scale of `performance.now()`, as `sentAt`. */
  readonly openedAt: number;
  sentAt: number;
  /** Undefined: it was told nothing yet. */
  cursor: Cursor | undefined;
}

/** The pages that are open. One timer for all, and none while no page is open. */
export class Live {
  readonly #feed: Feed;
  readonly #most: number;
  readonly #connections = new Set<Connection>();
  #timer: NodeJS.Timeout | undefined;

  constructor(feed: Feed, maxConnections: number) {
    this.#feed = feed;
    this.#most = maxConnections;
  }

  /** A stream of events for one page; undefined when there are too many. */
  open(): ReadableStream<Uint8Array> | undefined {
    if (this.#connections.size >= this.#most) return undefined;
    let connection: Connection | undefined;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const now = performance.now();
        connection = { controller, openedAt: now, sentAt: now, cursor: undefined };
        this.#connections.add(connection);
        this.#timer ??= setInterval(() => this.#tickSafely(), everyMs).unref();
        this.#tell(connection, this.#feed.look());
      },
      cancel: () => {
        if (connection !== undefined) this.#forget(connection);
      },
    });
  }

  /** Ends all streams. */
  close(): void {
    for (const connection of this.#connections) this.#end(connection);
  }

  // Whatever goes wrong here must not end the process of the user.
  #tickSafely(): void {
    try {
      this.#tick();
    } catch (error) {
      process.emitWarning(`A dashboard could not be told what is new: ${String(error)}`, "ModelRouterWarning");
      this.close();
    }
  }

  #tick(): void {
    const look = this.#feed.look();
    const now = performance.now();
    for (const connection of this.#connections) {
      if (now - connection.openedAt >= longestMs) this.#end(connection);
      else if ((connection.controller.desiredSize ?? 0) > 0) this.#tell(connection, look);
      // What a page has not read yet is not added to: it is told later what is new by then.
      else if (now - connection.sentAt >= patienceMs) this.#drop(connection);
    }
  }

  #tell(connection: Connection, look: Look): void {
    const news = this.#feed.newsFor(connection.cursor, look);
    connection.cursor = look.cursor;
    const now = performance.now();
    if (news === undefined && now - connection.sentAt < heartbeatMs) return;
    connection.sentAt = now;
    connection.controller.enqueue(encoder.encode(eventOf(news)));
  }

  #end(connection: Connection): void {
    this.#forget(connection);
    connection.controller.close();
  }

  #drop(connection: Connection): void {
    this.#forget(connection);
    connection.controller.error(new Error("The page did not read what it was sent."));
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function eventOf(news: LiveMessage | undefined): string {
  return news === undefined ? ": still here\n\n" : `retry: 1000\ndata: ${JSON.stringify(news)}\n\n`;
}
