import type { Client } from "../options.ts";

interface Posting {
  post(path: string, options?: unknown): { asResponse?(): Promise<Response> };
  withOptions(options?: object): Client;
}

/**
 * Gives every call of a client a signal that ends it, beside the signal of its own. What a call that was ended is rejected
 * with is nobody's concern any more: it does not become an unhandled rejection when it was not waited for.
 * @param client - a copy that nobody else holds: it is changed
 */
export function endWith<C extends Client>(client: C, ending: AbortSignal): C {
  const own = client as unknown as Posting;
  const { post, withOptions } = own;
  const changed: Posting = {
    post(path, options) {
      const promise = post.call(client, path, withSignal(options, ending));
      // Only then: before, an error that nobody waits for is to be heard.
      ending.addEventListener("abort", () => void promise.asResponse?.().catch(ignore), { once: true });
      return promise;
    },
    withOptions: (options) => endWith(withOptions.call(client, options), ending),
  };
  for (const [name, value] of Object.entries(changed)) {
    Object.defineProperty(client, name, { value, configurable: true, writable: true, enumerable: false });
  }
  return client;
}

function ignore(): void {
  // Whoever ended the call knows that it was ended.
}

/** Both signals in one, where there are two. */
export function eitherSignal(own: AbortSignal | null | undefined, ending: AbortSignal): AbortSignal {
  return own === undefined || own === null ? ending : AbortSignal.any([own, ending]);
}

function withSignal(options: unknown, ending: AbortSignal): unknown {
  // The client takes a promise of options, too.
  if (options instanceof Promise) return options.then((given) => withSignal(given, ending));
  const given = options as { readonly signal?: AbortSignal | null | undefined } | undefined;
  return { ...given, signal: eitherSignal(given?.signal, ending) };
}
