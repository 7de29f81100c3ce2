/** Reads a stream to its end. */
export async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  let chunks = 0;
  for await (const _ of stream) chunks += 1;
  if (chunks === 0) throw new Error("The stream was empty.");
}
