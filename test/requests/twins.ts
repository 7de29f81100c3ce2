import { ModelRouter, memoryStore, type RouterOptions, type Store } from "../../src/index.ts";
import { startProvider, type Provider } from "../../src/testing/index.ts";
import { call, clientOf, Events, textOf } from "./setup.ts";

/** Two routers on one store, as in two processes. The tier `main` of each has the targets `a` and `b`, at servers of their own. */
export interface Twins extends AsyncDisposable {
  readonly a: Provider;
  readonly b: Provider;
  readonly one: Twin;
  readonly other: Twin;
  readonly store: Store;
  /** Makes another router like them. */
  twin(options?: Partial<RouterOptions>): Twin;
}

/** One of them. */
export interface Twin {
  readonly router: ModelRouter;
  readonly events: Events;
  /** Makes a call, and gives its text. */
  ask(): Promise<string>;
  /** What is known of the target `a`, after looking for news. */
  stateOfA(): ReturnType<ModelRouter["health"]>["targets"][string] | undefined;
}

/** Opens at the first failure, stays open for the whole test, and has all of its calls once it is closed. */
export const late = { failureThreshold: 1, errorRate: 0, cooldownMs: 600_000, rampUpMs: 0 };

/** Opens at the first failure, and lets a probe through soon. */
export const soon = { ...late, cooldownMs: 400 };

/** The same, but slow enough for what has to happen within one cooldown. */
export const slow = { ...late, cooldownMs: 2_000 };

/** Starts them. */
export async function startTwins(options: Partial<RouterOptions> = {}, store: Store = memoryStore()): Promise<Twins> {
  const [a, b] = await Promise.all([startProvider(), startProvider()]);
  const routers: ModelRouter[] = [];
  const twin = (own: Partial<RouterOptions> = {}): Twin => {
    const router = new ModelRouter({
      client: clientOf(a, "sk-secret-key-of-a"),
      clients: { other: clientOf(b, "sk-secret-key-of-b") },
      targets: { a: {}, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
      retry: { maxRetries: 0 },
      breaker: late,
      store,
      ...options,
      ...own,
    });
    routers.push(router);
    return twinOf(router);
  };
  return {
    a,
    b,
    store,
    one: twin(),
    other: twin(),
    twin,
    async [Symbol.asyncDispose]() {
      await Promise.all(routers.map((router) => router.close()));
      await Promise.all([a.close(), b.close()]);
    },
  };
}

function twinOf(router: ModelRouter): Twin {
  return {
    router,
    events: new Events(router),
    ask: async () => textOf(await router.chat.completions.create(call)),
    stateOfA: () => router.health().targets["a"],
  };
}
