import type { ModelRouter } from "modelrouter";
import type { Ask } from "./asks.ts";

/** Makes the calls, so many at a time, and gives the errors that reached their caller. */
export async function traffic(
  router: ModelRouter,
  asks: IterableIterator<Ask>,
  { atATime, onDone }: { readonly atATime: number; onDone(done: number): void | Promise<void> },
): Promise<unknown[]> {
  const errors: unknown[] = [];
  let done = 0;
  const worker = async (): Promise<void> => {
    // All workers take from one iterator, so each call is made once.
    for (const ask of asks) {
      await make(router, ask).catch((error: unknown) => errors.push(error));
      done += 1;
      await onDone(done);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return errors;
}

async function make(router: ModelRouter, { prompt, via, hints }: Ask): Promise<void> {
  const view = router.with(hints);
  const messages = [{ role: "user" as const, content: prompt }];
  if (via === "responses") {
    await view.responses.create({ model: "auto", input: prompt });
  } else if (via === "stream") {
    const stream = await view.chat.completions.create({ model: "auto", messages, stream: true });
    for await (const chunk of stream) void chunk;
  } else {
    await view.chat.completions.create({ model: "auto", messages });
  }
}
