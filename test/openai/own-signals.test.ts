import { describe, expect, it } from "vitest";
import { abortTest } from "../../src/openai/own-signals.ts";
import type { PreparedCall } from "../../src/openai/hook.ts";
import { clientClasses } from "../testing/clients.ts";

const { signal } = new AbortController();

interface Changes {
  readonly reading?: PreparedCall["reading"];
  readonly owned?: boolean;
  readonly incoming?: { readonly signal?: AbortSignal; readonly passedOn?: object };
}

function prepared({ incoming, ...changes }: Changes = {}): PreparedCall {
  const whole = { passedOn: withFetchOptions(undefined), signal: undefined, ...incoming };
  return { body: {}, owned: true, reading: "whole", ...changes, incoming: whole } as unknown as PreparedCall;
}

function withFetchOptions(fetchOptions: object | undefined): object {
  return { headers: new Map(), query: undefined, fetchOptions };
}

describe.each(clientClasses)("a call by $version", ({ Client }) => {
  const options = { apiKey: "sk-one-key", baseURL: "http://127.0.0.1:1" };

  it("can be aborted by nobody when it has no signal and comes in one piece", () => {
    expect(abortTest(new Client(options))(prepared())).toBe(false);
  });

  it.each<readonly [string, Changes]>([
    ["it streams", { reading: "events" }],
    ["the router stands aside", { reading: "nothing" }],
    ["the client keeps its timer", { owned: false }],
    ["its caller gave a signal", { incoming: { signal } }],
    ["its caller gave one for fetch", { incoming: { passedOn: withFetchOptions({ signal }) } }],
  ])("can be aborted when %s", (_, changes) => {
    expect(abortTest(new Client(options))(prepared(changes))).toBe(true);
  });

  it("can be aborted when its client has a signal for fetch", () => {
    const client = new Client({ ...options, fetchOptions: { signal } as object });
    expect(abortTest(client)(prepared())).toBe(true);
  });

  it.each(["prepareRequest", "fetchWithTimeout", "fetchWithAuth"])(
    "can be aborted when a subclass has its own %s",
    (name) => {
      class Own extends Client {}
      Object.defineProperty(Own.prototype, name, { value: () => undefined });
      expect(abortTest(new Own(options))(prepared())).toBe(true);
    },
  );

  it("can be aborted when an instance was changed later", () => {
    const client = new Client(options);
    const test = abortTest(client);
    Object.defineProperty(client, "prepareRequest", { value: () => undefined });
    expect(test(prepared())).toBe(true);
  });
});
