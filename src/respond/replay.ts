/** A response that was read to its end to see whether it is whole. */
export interface ReadResponse {
  readonly original: Response;
  readonly text: string;
  /** What the text says, where it was parsed already. */
  json?: unknown;
  readonly headers: Headers;
}

interface Replay extends ReadResponse {
  taken: boolean;
  inner: Response | undefined;
}

const replayKey = Symbol("modelrouter.replay");

interface Replayed {
  [replayKey]?: Replay;
}

/**
 * Gives a response out as if nobody had read it, with other headers. It is the original still: `url`, `type` and what
 * else it has are its own, and `text()` and `json()` cost no second decoding.
 */
export function replay(read: ReadResponse): Response {
  const { original } = read;
  const held: Replay = {
    original,
    text: read.text,
    json: read.json,
    headers: read.headers,
    taken: false,
    inner: undefined,
  };
  (original as Replayed)[replayKey] = held;
  Object.setPrototypeOf(original, prototype);
  return original;
}

function replayOf(response: Response): Replay {
  const held = (response as Replayed)[replayKey];
  if (held === undefined) throw new TypeError("Illegal invocation");
  return held;
}

// Whoever wants anything but text gets a plain response over the same bytes.
function whole(response: Response): Response {
  const held = replayOf(response);
  if (held.inner === undefined) {
    held.inner = new Response(held.text, { headers: held.headers });
    if (held.taken) void held.inner.text();
  }
  return held.inner;
}

async function textOf(response: Response): Promise<string> {
  const held = replayOf(response);
  if (held.inner !== undefined) return held.inner.text();
  if (held.taken) throw new TypeError("Body is unusable: Body has already been read");
  held.taken = true;
  return held.text;
}

// The object that the text was found to be whole by is given out once; whoever has it may change it.
async function jsonOf(response: Response): Promise<unknown> {
  const held = replayOf(response);
  const text = await textOf(response);
  const { json } = held;
  held.json = undefined;
  return json ?? (JSON.parse(text) as unknown);
}

function cloneOf(response: Response): Response {
  const held = replayOf(response);
  if (response.bodyUsed) throw new TypeError("Response.clone: Body has already been consumed.");
  const { status, statusText } = response;
  const copy = new Response(held.text, { status, statusText, headers: held.headers });
  for (const name of ["url", "type", "redirected"] as const) {
    Object.defineProperty(copy, name, { value: response[name], configurable: true });
  }
  return copy;
}

const getters: Readonly<Record<string, (response: Response) => unknown>> = {
  headers: (response) => replayOf(response).headers,
  body: (response) => whole(response).body,
  bodyUsed: (response) => replayOf(response).taken || replayOf(response).inner?.bodyUsed === true,
};

const methods: Readonly<Record<string, (response: Response) => unknown>> = {
  text: textOf,
  json: jsonOf,
  arrayBuffer: (response) => whole(response).arrayBuffer(),
  bytes: (response) => whole(response).bytes(),
  blob: (response) => whole(response).blob(),
  formData: (response) => whole(response).formData(),
  clone: cloneOf,
};

// A prototype between the response and `Response.prototype`: the response stays a genuine one, brand checks included.
const prototype: object = Object.create(Response.prototype, {
  ...Object.fromEntries(Object.entries(getters).map(([name, get]) => [name, getter(get)])),
  ...Object.fromEntries(Object.entries(methods).map(([name, call]) => [name, method(call)])),
});

function getter(get: (response: Response) => unknown): PropertyDescriptor {
  return {
    configurable: true,
    get(this: Response): unknown {
      return get(this);
    },
  };
}

function method(call: (response: Response) => unknown): PropertyDescriptor {
  return {
    configurable: true,
    writable: true,
    value(this: Response): unknown {
      return call(this);
    },
  };
}
