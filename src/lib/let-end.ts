/** A connection that has nothing more to say ends at once, or with the next packet. */
const patienceMs = 250;

/**
 * Reads on to the end of what was said in full: to cancel it now would cut its connection, which can serve another call. One that
 * does not end soon is cancelled after all.
 */
export function letEnd(reader: ReadableStreamDefaultReader<unknown>): void {
  const timer = setTimeout(() => void reader.cancel().catch(ignore), patienceMs).unref();
  void toEnd(reader)
    .catch(ignore)
    .finally(() => clearTimeout(timer));
}

async function toEnd(reader: ReadableStreamDefaultReader<unknown>): Promise<void> {
  while (!(await reader.read()).done) continue;
}

function ignore(): void {}
