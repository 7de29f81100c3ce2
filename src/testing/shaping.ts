import type { BodyPiece } from "./answer-plan.ts";
import type { Answer, Insertion, StreamShape } from "./step.ts";
import type { StreamEvent } from "./stream-event.ts";

/** How fast a stream comes: the wait before each of its content chunks, in ms. */
export interface Pace {
  firstMs(): number;
  nextMs(): number;
}

/** What is done to a stream. */
export interface ShapingOptions {
  readonly answer: Answer;
  readonly pace: Pace;
  /** The endpoint's own way to tell of an error. */
  readonly errorEvent: (error: object) => string;
  /** How many content events "half" of the stream is. */
  readonly half: number;
}

/**
 * Changes a stream event by event: leaves parts out, breaks off, inserts, waits, ends lines otherwise. Takes each event as it
 * comes, so that it is fit for a stream whose end nobody knows yet.
 */
export class Shaping {
  /** Nothing more is sent. */
  over = false;
  readonly #omitted: ReadonlySet<StreamEvent["part"]>;
  readonly #end: Place | undefined;
  readonly #insertion: { readonly place: Place; readonly event: StreamEvent } | undefined;
  readonly #lineEnd: string;
  readonly #pace: Pace;
  #hasContent = false;

  constructor({ answer: { breaks, stream = {} }, pace, errorEvent, half }: ShapingOptions) {
    const { omit = [], insert, lineEnd = "\n" } = stream;
    this.#omitted = new Set(omit);
    this.#pace = pace;
    this.#lineEnd = lineEnd;
    this.#insertion =
      insert === undefined ? undefined : { place: new Place(insert.after), event: eventOf(insert, errorEvent) };
    if (breaks === undefined) return;
    this.#end = new Place(typeof breaks.after === "number" ? breaks.after : half);
    this.over = breaks.after === "request" || breaks.after === "headers";
  }

  /** What is sent in the place of an event. */
  take(event: StreamEvent): BodyPiece[] {
    if (this.over || this.#omitted.has(event.part)) return [];
    return this.#sent(this.#insert(this.#upToEnd(event)));
  }

  /** What is sent once there are no more events. */
  finish(): BodyPiece[] {
    this.over = true;
    return this.#sent(this.#insertAtEnd());
  }

  #upToEnd(event: StreamEvent): StreamEvent[] {
    if (this.#end === undefined) return [event];
    const before = this.#end.take(event);
    this.over = this.#end.reached;
    return before;
  }

  #insert(events: readonly StreamEvent[]): readonly StreamEvent[] {
    if (this.#insertion === undefined) return events;
    const { place, event: inserted } = this.#insertion;
    return events.flatMap((event) => {
      if (place.reached) return [event];
      const before = place.take(event);
      return place.reached ? [...before, inserted, ...place.held] : before;
    });
  }

  #insertAtEnd(): readonly StreamEvent[] {
    if (this.#insertion === undefined || this.#insertion.place.reached) return [];
    return [this.#insertion.event, ...this.#insertion.place.held];
  }

  #sent(events: readonly StreamEvent[]): BodyPiece[] {
    return events.map((event) => ({
      waitMs: event.part === "content" ? this.#waitMs() : 0,
      bytes: Buffer.from(event.text.replaceAll(/\r\n|\r|\n/g, this.#lineEnd)),
    }));
  }

  #waitMs(): number {
    if (this.#hasContent) return this.#pace.nextMs();
    this.#hasContent = true;
    return this.#pace.firstMs();
  }
}

function eventOf(insert: Insertion, errorEvent: ShapingOptions["errorEvent"]): StreamEvent {
  return { part: "other", text: "text" in insert ? insert.text : errorEvent(insert.error) };
}

// The place right behind the n-th content event, or behind the last; for 0, behind what opens the stream.
class Place {
  reached = false;
  /** What came last and may stand behind the place. */
  held: StreamEvent[] = [];
  readonly #contents: number;
  #seen = 0;

  constructor(contents: number) {
    this.#contents = contents;
  }

  /** The events that are known to stand before the place, now that this one has come. */
  take(event: StreamEvent): StreamEvent[] {
    this.held.push(event);
    if (event.part === "content") {
      if (this.#seen < this.#contents) return this.#passContent();
      this.reached = true;
      return [];
    }
    return this.#seen === 0 && event.part === "opening" ? this.#pass() : [];
  }

  #passContent(): StreamEvent[] {
    this.#seen += 1;
    this.reached = this.#seen === this.#contents;
    return this.#pass();
  }

  #pass(): StreamEvent[] {
    const passed = this.held;
    this.held = [];
    return passed;
  }
}

/** Cuts what is sent into writes of so many bytes, wherever that cuts. */
export class Writes {
  readonly #bytes: number;
  #held: Uint8Array = new Uint8Array();
  #waitMs = 0;

  constructor({ writeBytes = 0 }: StreamShape) {
    this.#bytes = writeBytes;
  }

  take(piece: BodyPiece): BodyPiece[] {
    if (this.#bytes === 0) return [piece];
    const writes: BodyPiece[] = [];
    this.#waitMs += piece.waitMs;
    this.#held = Buffer.concat([this.#held, piece.bytes]);
    for (; this.#held.length >= this.#bytes; this.#held = this.#held.subarray(this.#bytes)) {
      writes.push({ waitMs: this.#waitMs, bytes: this.#held.subarray(0, this.#bytes) });
      this.#waitMs = 0;
    }
    return writes;
  }

  finish(): BodyPiece[] {
    return this.#bytes === 0 ? [] : [{ waitMs: this.#waitMs, bytes: this.#held }];
  }
}
