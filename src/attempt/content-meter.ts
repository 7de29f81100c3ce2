import { isRecord } from "../lib/is-record.ts";
import { tokensOfBytes } from "../openai/text-tokens.ts";

// `data: ` before the JSON of an event, and the blank line behind it.
const framing = 8;

/**
 * Measures what a stream gave out, for providers that do not say. While the stream runs it adds lengths up, and nothing
 * else; what stands around the content, which every event of a stream repeats, is measured at the end on the first one.
 */
export class ContentMeter {
  #events = 0;
  #bytes = 0;
  #first: string | undefined;
  #latestNamed: string | undefined;

  /** An event of content that nobody has looked into, with its `data:` and the blank line. */
  passed(bytes: Uint8Array): void {
    this.#events += 1;
    this.#bytes += bytes.length - framing;
  }

  /** The data of an event of content, a character a byte. */
  took(name: string | undefined, data: string): void {
    // Of a Responses stream: the events behind the pieces bring the whole text once more.
    if (name !== undefined && !name.endsWith(".delta")) return;
    this.#events += 1;
    this.#bytes += data.length;
    this.#first ??= data;
    if (name !== undefined) this.#latestNamed = data;
  }

  /** About how many tokens were given out. */
  get tokens(): number {
    if (this.#first === undefined) return 0;
    // The events of a Responses stream are numbered, so that what stands around the content grows.
    const around = (aroundIn(this.#first) + aroundIn(this.#latestNamed ?? this.#first)) / 2;
    return tokensOfBytes(Math.max(0, this.#bytes - this.#events * around));
  }
}

function aroundIn(data: string): number {
  const json: unknown = JSON.parse(data);
  if (!isRecord(json)) return data.length;
  const { choices, delta } = json;
  return data.length - bytesIn(Array.isArray(choices) ? choices : delta);
}

const labels: ReadonlySet<string> = new Set(["role", "id", "type", "finish_reason"]);

function bytesIn(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  let bytes = 0;
  for (const [key, part] of Object.entries(value)) if (!labels.has(key)) bytes += bytesIn(part);
  return bytes;
}
