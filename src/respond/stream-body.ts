/** Where a stream's bytes come from. */
export interface ByteSource {
  /** The next bytes, or undefined at the end. */
  pull(): Promise<Uint8Array | undefined>;
  cancel(reason: unknown): void;
}

/**
 * The body of a streamed answer: asks the source for bytes only when the caller reads, so a slow reader slows the target
 * and not the memory. `explain` turns what the source throws into what the caller gets.
 */
export function streamBody(source: ByteSource, explain: (error: unknown) => unknown): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller): Promise<void> {
        try {
          const bytes = await source.pull();
          if (bytes === undefined) controller.close();
          else controller.enqueue(bytes);
        } catch (error) {
          controller.error(explain(error));
        }
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
