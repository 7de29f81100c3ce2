/** The options of one call of the `openai` client, as its `prepareOptions` hook sees and may change them. */
export interface CallOptions {
  method: string;
  path: string;
  body?: unknown;
  headers?: unknown;
  query?: object | null | undefined;
  timeout?: number;
  maxRetries?: number;
  signal?: AbortSignal | null | undefined;
  fetchOptions?: object | undefined;
  readonly __metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** What of a call's options goes along to whichever target serves it. */
export interface PassedOn {
  /** Headers of this one call; a null takes a default header away. */
  readonly headers: ReadonlyMap<string, string | null>;
  readonly query: object | undefined;
  readonly fetchOptions: object | undefined;
}

const noHeaders: ReadonlyMap<string, string | null> = new Map();

/** Reads headers in any of the forms that the `openai` client takes. Names come in lower case. */
export function headersOf(given: unknown): ReadonlyMap<string, string | null> {
  if (given === undefined || given === null) return noHeaders;
  const headers = new Map<string, string | null>();
  for (const [name, value] of entriesOf(given)) {
    if (value === undefined) continue;
    headers.set(name.toLowerCase(), value === null ? null : textOf(value));
  }
  return headers;
}

// As `Headers` does: numbers are taken too.
function textOf(value: unknown): string {
  return typeof value === "string" ? value : (value as { toString(): string }).toString();
}

/** Parts the router's hints, `x-router-*`, from the headers that go on to providers. */
export function sorted(given: ReadonlyMap<string, string | null>): {
  headers: ReadonlyMap<string, string | null>;
  hintHeaders: ReadonlyMap<string, string> | undefined;
} {
  if (given.size === 0) return { headers: given, hintHeaders: undefined };
  const hints = [...given].filter((entry): entry is [string, string] => isHint(entry[0]) && entry[1] !== null);
  if (hints.length === 0) return { headers: given, hintHeaders: undefined };
  return { headers: new Map([...given].filter(([name]) => !isHint(name))), hintHeaders: new Map(hints) };
}

function isHint(name: string): boolean {
  return name.startsWith("x-router-");
}

function entriesOf(given: unknown): Iterable<readonly [string, unknown]> {
  if (given instanceof Headers || Array.isArray(given)) return given as Iterable<readonly [string, unknown]>;
  if (typeof given !== "object" || given === null) return [];
  if ("values" in given && given.values instanceof Headers) return nullableEntries(given.values, given);
  return Object.entries(given);
}

// The client's own form of headers it has built: values, and the names that were set to null.
function nullableEntries(values: Headers, given: object): (readonly [string, unknown])[] {
  const nulls: unknown = "nulls" in given ? given.nulls : undefined;
  const removed = nulls instanceof Set ? [...nulls].map((name) => [String(name), null] as const) : [];
  return [...values, ...removed];
}

/** Which of the client's helpers makes a call, such as `stream` or `runTools`; undefined for a call of its user's own. */
export function helperOf({ headers, __metadata }: Pick<CallOptions, "headers" | "__metadata">): string | undefined {
  const helper = __metadata?.["helperMethod"] ?? headersOf(headers).get("x-stainless-helper-method");
  return typeof helper === "string" ? helper : undefined;
}
